"""The command line; replaced by the real one in a moment."""


def main() -> None:
    """Start."""
