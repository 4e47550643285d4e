"""Where a region's service may be."""

from typing import Final

ALLOWED: Final = r"^(https://|http://(127\.0\.0\.1|\[::1\])[:/])[!-~]+$"
"""Without TLS only this very machine: a number and a token go there."""
