"""Reading a text file that a user named: what cannot be read is refused in one sentence."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

from coalitions.errors import InputError
from coalitions.files.spelling import did_you_mean

__all__ = ["MAX_BYTES", "is_file", "read_text"]

MAX_BYTES = 10_000_000
"""Largest file that is read, in bytes."""

_OTHER_KINDS = (
    ((b"\xff\xfe\0\0", b"\0\0\xfe\xff"), "UTF-32, not UTF-8; save it as UTF-8"),
    ((b"\xff\xfe", b"\xfe\xff"), "UTF-16, not UTF-8; save it as UTF-8"),
    (b"PK\x03\x04", "a ZIP archive, such as an .xlsx file, and no text"),
    (b"\xd0\xcf\x11\xe0", "an old Office file, or one with a password, and no text"),
    (b"%PDF-", "a PDF file, and no text"),
    (b"\x1f\x8b", "a gzip file, and no text; unpack it first"),
)
"""What files that are no text begin with, and what they are."""


def read_text(path: str | os.PathLike[str]) -> str:
    """Read a UTF-8 file; ``-`` reads standard input.

    Parameters
    ----------
    path : str or path
        The file, or ``"-"``.

    Returns
    -------
    str
        The text, without a byte order mark; line ends as they stand in the file.

    Raises
    ------
    InputError
        If there is no such file, it is a folder or a device, may not be read, is empty,
        is larger than `MAX_BYTES`, is not UTF-8 or holds a NUL character.

    Notes
    -----
    Never reads more than `MAX_BYTES` + 1 bytes, whatever the file claims to hold.

    Examples
    --------
    >>> read_text("no-such-file.yaml")
    Traceback (most recent call last):
        ...
    coalitions.errors.InputError: no-such-file.yaml: there is no such file
    """
    if not os.fspath(path):
        raise InputError.at("''", "is not the name of a file")
    if os.fspath(path) == "-":
        name, raw = "<stdin>", sys.stdin.buffer.read(MAX_BYTES + 1)
    else:
        name, raw = str(path), _read_bytes(Path(path))
    if len(raw) > MAX_BYTES:
        raise InputError.at(name, f"is larger than {MAX_BYTES:,} bytes, the most that is read")
    return _decode(name, raw)


def is_file(name: str | os.PathLike[str]) -> bool:
    """Say whether a name is that of a file; what cannot be a name is none.

    Parameters
    ----------
    name : str or path
        What a user typed.

    Returns
    -------
    bool

    Examples
    --------
    >>> is_file("x" * 5000)
    False
    """
    try:
        return Path(name).is_file()
    except (OSError, ValueError):  # such as a name that is too long
        return False


def _read_bytes(path: Path) -> bytes:
    """Read at most one byte more than the limit."""
    name = str(path)
    try:
        try:
            status = path.stat()
        except FileNotFoundError:
            raise InputError.at(name, _why_missing(path)) from None
        if stat.S_ISDIR(status.st_mode):
            raise InputError.at(name, "is a folder; name a file in it")
        # A FIFO is let through: a shell hands over `<(command)` as one.
        if not (stat.S_ISREG(status.st_mode) or stat.S_ISFIFO(status.st_mode)):
            raise InputError.at(name, "is a device or a socket, not a file ('-' is standard input)")
        with path.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise InputError.at(name, f"cannot be read: {error.strerror}") from error
    except ValueError as error:
        if isinstance(error, InputError):
            raise
        raise InputError.at(repr(name), f"is not the name of a file: {error}") from error


def _why_missing(path: Path) -> str:
    """Say what is missing: the file, its folder, or what a link points to."""
    if path.is_symlink():
        return f"is a symbolic link to {str(path.readlink())!r}, which does not exist"
    if not path.parent.is_dir():
        return f"there is no such file: the folder {str(path.parent)!r} does not exist"
    return "there is no such file" + did_you_mean(path.name, sorted(os.listdir(path.parent)))


def _decode(name: str, raw: bytes) -> str:
    """Decode UTF-8, naming the first byte that is wrong."""
    for marks, what in _OTHER_KINDS:
        if raw.startswith(marks):
            raise InputError.at(name, f"is {what}", 1, 1)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = error.object[: error.start]
        line = before.count(b"\n") + 1
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
        raise InputError.at(
            name,
            f"byte 0x{error.object[error.start]:02x} on line {line} is not UTF-8; "
            f"save the file as UTF-8",
            line,
            column,
        ) from error
    nul = text.find("\0")
    if nul >= 0:
        line = text.count("\n", 0, nul) + 1
        message = f"line {line} holds a NUL character: this is not a text file"
        raise InputError.at(name, message, line, nul - text.rfind("\n", 0, nul))
    if not text.strip():
        raise InputError.at(name, "is empty" if not text else "is empty but for blank space")
    return text
