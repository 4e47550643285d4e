"""How long a job waits for what, in seconds."""

STALL_SECONDS = 0.5
"""Without any progress for so long, the printer is asked what is the matter."""
GIVE_UP_SECONDS = 5.0
"""A printer that reports no fault and yet makes no progress for so long has lost our data."""
BLOCKED_SECONDS = 0.2
"""When nothing was taken for so long, flow control holds our bytes back."""
TURN_SECONDS = 0.1
"""How soon a cancel is noticed."""
POLL_SECONDS = 0.5
"""Between two questions while the printer needs somebody."""
CUTTER_RETRY_SECONDS = 5.0
"""Between two tries of a cutter that jammed."""
SETTLE_POLL_SECONDS = 0.1
"""Between two questions while the last rows are printed."""
LATE_SECONDS = 0.15
"""An answer so late was held up with the line; with a poll before it: less than a loss of power
takes."""
ASK_HELD_SECONDS = 2.0
"""Between two questions to a printer that holds our bytes back."""
