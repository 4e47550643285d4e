"""Other people's programs, asked about our PDF files."""

import subprocess
from tempfile import NamedTemporaryFile


def tool(*command: str, data: bytes) -> str:
    """What a program that reads standard input says."""
    return subprocess.run(command, input=data, capture_output=True, check=True).stdout.decode()


def text_of(pdf: bytes, *options: str) -> str:
    """The text as poppler finds it."""
    return tool("pdftotext", *options, "-", "-", data=pdf)


def unpacked(pdf: bytes) -> str:
    """Every object in plain letters; qpdf checks the whole file on the way."""
    with NamedTemporaryFile(suffix=".pdf") as file:
        file.write(pdf)
        file.flush()
        check = subprocess.run(["qpdf", "--check", file.name], capture_output=True, text=True)
        assert (check.returncode, check.stderr) == (0, ""), check.stderr
        command = ["qpdf", "--qdf", "--object-streams=disable", file.name, "-"]
        done = subprocess.run(command, capture_output=True, check=True)
    return done.stdout.decode("latin-1")
