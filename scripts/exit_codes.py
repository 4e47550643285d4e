"""Writes docs/exit-codes.md from the fault catalogue: `python scripts/exit_codes.py`."""

from pathlib import Path

from kiosk.faults import fault, known_codes

HEAD = """# Exit codes and faults

Every command ends with 0, or with the exit code of its fault and two sentences (Chinese, English)
on standard error. 130 is Ctrl-C; 2 is also what a wrong option gives. The table is written by
`scripts/exit_codes.py` from `kiosk/faults.toml`.

| Fault | Exit code | What a citizen reads | Cause | Next step |
|---|---|---|---|---|
"""


def page() -> str:
    """The table, by exit code."""
    rows = sorted((fault(code) for code in known_codes()), key=lambda f: (f.exit_code, f.code))
    lines = [f"| `{f.code}` | {f.exit_code} | {f.zh} {f.en} | {f.cause} | {f.step} |" for f in rows]
    return HEAD + "\n".join(lines) + "\n"


def main() -> None:
    """Write it."""
    Path("docs/exit-codes.md").write_text(page(), "utf-8")


if __name__ == "__main__":
    main()
