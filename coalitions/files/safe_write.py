"""Writing a file whole or not at all."""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import BinaryIO

from coalitions.errors import InputError
from solvers.errors import EngineError

__all__ = ["refuse_unwritable", "write_bytes", "write_parts", "write_text", "written_whole"]


def write_text(path: str | os.PathLike[str], text: str, *, overwrite: bool = True) -> None:
    """Write a text as :func:`write_parts` does.

    Parameters
    ----------
    path : str or path
        The file to write.
    text : str
        What it shall hold.
    overwrite : bool
        Whether a file that is there already is replaced.

    Raises
    ------
    InputError
        As :func:`write_parts`.
    """
    write_parts(path, (text,), overwrite=overwrite)


def write_parts(
    path: str | os.PathLike[str], parts: Iterable[str], *, overwrite: bool = True
) -> None:
    """Write UTF-8 text through a temporary file in the same folder, then rename it.

    A reader sees the old file or the new one, never half of one. A symbolic link is
    followed, and an existing file keeps its permissions.

    Parameters
    ----------
    path : str or path
        The file to write. A device or a pipe is written to directly.
    parts : iterable of str
        What it shall hold, one piece after another; line ends are written as they are.
    overwrite : bool
        Whether a file that is there already is replaced.

    Raises
    ------
    InputError
        If the path is a folder, its folder is missing or may not be written to, the file
        exists and `overwrite` is False, or the disk is full.
    """
    written_whole(
        path,
        lambda stream: stream.writelines(part.encode() for part in parts),
        overwrite=overwrite,
    )


def write_bytes(path: str | os.PathLike[str], content: bytes, *, overwrite: bool = True) -> None:
    """Write bytes as :func:`written_whole` does.

    Parameters
    ----------
    path : str or path
        The file to write.
    content : bytes
        What it shall hold.
    overwrite : bool
        Whether a file that is there already is replaced.

    Raises
    ------
    InputError
        As :func:`written_whole`.
    """
    written_whole(path, lambda stream: stream.writelines((content,)), overwrite=overwrite)


def written_whole(
    path: str | os.PathLike[str], write: Callable[[BinaryIO], None], *, overwrite: bool = True
) -> None:
    """Let a function write a file beside the one that is meant, then rename it.

    Parameters
    ----------
    path : str or path
        The file to write. A device or a pipe is written to directly.
    write : callable
        Writes to the binary stream that it is given.
    overwrite : bool
        Whether a file that is there already is replaced.

    Raises
    ------
    InputError
        As :func:`write_parts`.
    """
    name = str(path)
    try:
        target = _target(path)
        if target.exists():
            if not overwrite:
                raise InputError.at(name, "exists already; name another file or remove it first")
            if not target.is_file():  # renaming would put a file in the place of a device
                with target.open("wb") as stream:
                    write(stream)
                return
        _replace(target, write)
    except OSError as error:
        raise InputError.at(name, f"cannot be written: {error.strerror}") from error
    except ValueError as error:
        if isinstance(error, EngineError):
            raise
        raise InputError.at(repr(name), f"cannot be written: {error}") from error


def refuse_unwritable(path: str | os.PathLike[str]) -> None:
    """Refuse before the work a file that could not be written after it.

    Parameters
    ----------
    path : str or path
        The file that is to be written.

    Raises
    ------
    InputError
        If the path is a folder, or its folder is missing or may not be written to.

    Examples
    --------
    >>> refuse_unwritable("no-such-folder/answer.json")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    coalitions.errors.InputError: no-such-folder/answer.json: cannot be written: the folder ...
    """
    name = str(path)
    try:
        target = _target(path)
        at = target if target.exists() and not target.is_file() else target.parent
        if not os.access(at, os.W_OK):
            what = "it" if at == target else f"the folder {str(at)!r}"
            raise InputError.at(name, f"cannot be written: no permission to write to {what}")
    except OSError as error:
        raise InputError.at(name, f"cannot be written: {error.strerror}") from error


def _target(path: str | os.PathLike[str]) -> Path:
    """Find the file that a path leads to; refuse a folder, and a folder that is missing."""
    name, target = str(path), Path(os.path.realpath(path))
    if not target.exists() and os.path.exists(path) and not os.path.isfile(path):
        return Path(path)  # an open pipe, as /dev/stdout may be: its real path is no name
    if target.is_dir():
        raise InputError.at(name, "is a folder; name a file in it")
    if not target.parent.is_dir():
        where = str(target.parent)
        raise InputError.at(name, f"cannot be written: the folder {where!r} does not exist")
    return target


def _replace(target: Path, write: Callable[[BinaryIO], None]) -> None:
    """Write beside ``target`` and rename; leave nothing behind when that fails."""
    beside = target.with_name(f".{target.name[:100]}.{secrets.token_hex(6)}.part")
    # Mode 0o666 lets the umask decide, as for any new file; tempfile would make it private.
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    try:
        with open(handle, "wb") as stream:
            write(stream)
            stream.flush()
            os.fsync(stream.fileno())
        if target.exists():
            os.chmod(beside, stat.S_IMODE(target.stat().st_mode))
        os.replace(beside, target)
    except BaseException:  # also Ctrl-C: no scrap of the content may stay behind
        beside.unlink(missing_ok=True)
        raise
