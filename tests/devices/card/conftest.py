from tests.pcscd import events, pcscd, put_in

__all__ = ["events", "pcscd", "put_in"]
