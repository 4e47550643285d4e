from tests.devices.card.pcsc_calls import heard, pcsc
from tests.pcscd import events, pcscd, put_in

__all__ = ["events", "heard", "pcsc", "pcscd", "put_in"]
