"""A folder in which a sweep keeps its finished chunks, each written whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO

from coalitions.files.safe_write import write_text
from coalitions.files.spelling import shown
from coalitions.version import __version__
from solvers.errors import EngineError

__all__ = ["FORMAT", "Journal"]

FORMAT = "coalitions-sweep/2"
HEAD = "sweep.json"
LOCK = "lock"
_CHUNK = re.compile(r"chunk-([0-9]{7})\.json")
_PART = re.compile(r"\.(sweep|chunk-[0-9]{7})\.json\.[0-9a-f]{12}\.part")
_OURS = re.compile(rf"{re.escape(HEAD)}|{LOCK}|{_CHUNK.pattern}|{_PART.pattern}")


class Journal:
    """Finished chunks of one sweep.

    Parameters
    ----------
    folder : path
        The folder; made when it is not there.
    digest : str
        SHA-256 of all that decides the answers.
    question : str
        What is asked.
    scenarios : int
        How many scenarios there are.
    chunk : int or None
        Scenarios of a chunk; None takes what the journal has, or else `default`.
    default : int
        Scenarios of a chunk in a new journal.

    Raises
    ------
    InputError
        If the folder cannot be used, holds something else, is of another sweep or version, or
        another run is writing to it.
    """

    def __init__(
        self,
        folder: str | os.PathLike[str],
        digest: str,
        question: str,
        scenarios: int,
        chunk: int | None,
        default: int,
    ) -> None:
        """Open the journal, or begin one."""
        self.name = _folder_name(folder)
        self.folder = Path(self.name)
        self.digest = digest
        self.scenarios = scenarios
        self.mended: list[int] = []
        self._lock: TextIO | None = None
        head = {
            "format": FORMAT,
            "version": __version__,
            "digest": digest,
            "question": question,
            "scenarios": scenarios,
        }
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except FileExistsError:
            raise EngineError(f"{self.name}: is a file; a journal is a folder") from None
        except OSError as error:
            raise EngineError(f"{self.name}: cannot be used: {error.strerror}") from error
        self._names()  # nothing is put into the folder of somebody else
        self._take()
        try:
            names = self._names()  # another run may have begun and ended here meanwhile
            self.chunk = self._begin(head, chunk, default, names)
            for name in names:  # what a killed run was just writing
                if _PART.fullmatch(name):
                    (self.folder / name).unlink(missing_ok=True)
        except BaseException:
            self.close()
            raise

    def _names(self) -> list[str]:
        """List the folder, all of whose files must be of a journal."""
        try:
            names = sorted(os.listdir(self.folder))
        except OSError as error:
            raise EngineError(f"{self.name}: cannot be used: {error.strerror}") from error
        if any(not _OURS.fullmatch(name) for name in names):
            raise EngineError(f"{self.name}: holds other files; name a new folder for the journal")
        return names

    def _begin(
        self, head: dict[str, Any], chunk: int | None, default: int, names: Sequence[str]
    ) -> int:
        """Compare the head of a journal, mend it from the chunks, or write one."""
        path = self.folder / HEAD
        begun = any(map(_CHUNK.fullmatch, names))
        old = _parsed(path) if HEAD in names else None
        if old is not None:
            _refuse_format(old, str(path))
        size = old.get("chunk") if old is not None and _is_sealed(old) else None
        if old is not None and type(size) is int and size >= 1:
            self._compare(old, head, str(path))
            if chunk is not None and size != chunk:
                message = f"has chunks of {size}, not of {chunk}: leave the size out to go on"
                raise EngineError(f"{self.name}: {message}")
            return size
        if HEAD in names or begun:  # damaged or missing: each chunk says what it is of
            size = self._size_of_chunks(names)
            if size is None or chunk not in (None, size):
                what = "is damaged" if HEAD in names else "is missing"
                raise EngineError(f"{path}: {what}; name a new folder for the journal")
        else:
            size = chunk or default
        head["chunk"] = size
        write_text(path, json.dumps(_sealed(head), indent=2) + "\n")
        return size

    def _size_of_chunks(self, names: Sequence[str]) -> int | None:
        """Return of how many scenarios the chunks of this sweep are; None when none says so."""
        told = (_whole(self.folder / name) for name in names if _CHUNK.fullmatch(name))
        sizes = {
            data.get("size")
            for data in told
            if data is not None
            and (data.get("version"), data.get("digest")) == (__version__, self.digest)
        }
        size = next(iter(sizes)) if len(sizes) == 1 else None
        return size if isinstance(size, int) else None

    @staticmethod
    def _compare(old: Mapping[str, Any], head: Mapping[str, Any], name: str) -> None:
        if old.get("version") != head["version"]:
            message = (
                f"was begun by version {old.get('version')}, this is {head['version']}: "
                f"finish it with that version, or name a new folder"
            )
            raise EngineError(f"{name}: {message}")
        what = {
            "question": "it asks {}, this one {}",
            "scenarios": "it has {} scenarios, this one {}",
        }
        for key, words in what.items():
            if old.get(key) != head[key]:
                message = f"is of another sweep: {words.format(old.get(key), head[key])}"
                raise EngineError(f"{name}: {message}")
        if old.get("digest") != head["digest"]:
            message = (
                "is of another sweep: the scenarios, what is varied, the draws or the solver "
                "differ; name a new folder"
            )
            raise EngineError(f"{name}: {message}")

    def _take(self) -> None:
        """Keep others out while this run writes; the system lets go when the process ends."""
        try:
            import fcntl
        except ImportError:  # no such locks on this system: two runs would write the same files
            return
        path = self.folder / LOCK
        try:
            self._lock = path.open("a", encoding="utf-8")
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self.close()
            raise EngineError(f"{self.name}: another run is writing to this journal") from None
        except OSError as error:
            self.close()
            raise EngineError(f"{self.name}: cannot be written to: {error.strerror}") from error

    def close(self) -> None:
        """Let other runs in."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def finished(self) -> dict[int, list[dict[str, Any]]]:
        """Read the chunks that are there.

        Returns
        -------
        dict of int to list of dict
            Rows by number of chunk. A chunk whose checksum is wrong is left out, to be worked on
            again, and listed in ``mended``.

        Raises
        ------
        InputError
            If a chunk is of another sweep or version.
        """
        found = {}
        for name in self._names():
            match = _CHUNK.fullmatch(name)
            if match is None or int(match[1]) * self.chunk >= self.scenarios:
                continue
            number, data = int(match[1]), _whole(self.folder / name)
            if data is None:
                self.mended.append(number)
                continue
            told = [data.get(key) for key in ("version", "digest", "chunk", "size")]
            if told != [__version__, self.digest, number, self.chunk]:
                path = str(self.folder / name)
                raise EngineError(f"{path}: is of another sweep or version; name a new folder")
            found[number] = data["rows"]
        return found

    def add(self, number: int, rows: list[dict[str, Any]]) -> None:
        """Keep a finished chunk.

        Parameters
        ----------
        number : int
            Its number.
        rows : list of dict
            Its rows.

        Raises
        ------
        InputError
            If it cannot be written; nothing of it is then left behind.
        """
        data = {
            "version": __version__,
            "digest": self.digest,
            "chunk": number,
            "size": self.chunk,
            "rows": rows,
        }
        path = self.folder / f"chunk-{number:07d}.json"
        write_text(path, json.dumps(_sealed(data)) + "\n")


def _folder_name(folder: str | os.PathLike[str]) -> str:
    """Return the name of a folder; an empty one would mean the folder where one happens to be."""
    name = os.fspath(folder) if isinstance(folder, str | os.PathLike) else None
    if not isinstance(name, str) or not name.strip() or "\0" in name:
        raise EngineError(f"journal: {shown(folder)} is no name of a folder")
    return name


def _refuse_format(head: Mapping[str, Any], name: str) -> None:
    """Refuse a head that is whole and yet not one that this version writes."""
    form = head.get("format")
    if form == FORMAT or not (_is_sealed(head) or "checksum" not in head):
        return
    if str(form).startswith(FORMAT.partition("/")[0]):
        message = (
            f"was begun by version {head.get('version')}, whose journals are of the form {form}, "
            f"not {FORMAT}: finish it with that version, or name a new folder"
        )
        raise EngineError(f"{name}: {message}")
    raise EngineError(f"{name}: is of something else; name a new folder for the journal")


def _whole(path: Path) -> dict[str, Any] | None:
    """Read a file of the journal; None when it is damaged."""
    data = _parsed(path)
    return data if data is not None and _is_sealed(data) else None


def _parsed(path: Path) -> dict[str, Any] | None:
    """Read a file of JSON; None when it is none, or not there any more."""
    try:
        data = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise EngineError(f"{path}: cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError):
        return None
    return data if isinstance(data, dict) else None


def _sealed(data: Mapping[str, Any]) -> dict[str, Any]:
    """Add the checksum of all the rest."""
    text = json.dumps(data, sort_keys=True)
    return {**data, "checksum": hashlib.sha256(text.encode()).hexdigest()}


def _is_sealed(data: Mapping[str, Any]) -> bool:
    """Tell whether the checksum is right."""
    rest = {key: value for key, value in data.items() if key != "checksum"}
    return "checksum" in data and _sealed(rest)["checksum"] == data["checksum"]
