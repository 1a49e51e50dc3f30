"""A folder in which a sweep keeps its finished chunks, each written whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TextIO

from coalitions.files.safe_write import write_text
from coalitions.version import __version__
from solvers.errors import EngineError

__all__ = ["FORMAT", "Journal"]

FORMAT = "coalitions-sweep/1"
HEAD = "sweep.json"
LOCK = "lock"
_CHUNK = re.compile(r"chunk-(\d{7})\.json")
_PART = re.compile(r"\.(sweep|chunk-\d{7})\.json\.[0-9a-f]{12}\.part")
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
        self.name = os.fspath(folder)
        self.folder = Path(self.name)
        self.digest = digest
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
            names = sorted(os.listdir(self.folder))
        except FileExistsError:
            raise EngineError(f"{self.name}: is a file; a journal is a folder") from None
        except OSError as error:
            raise EngineError(f"{self.name}: cannot be used: {error.strerror}") from error
        if any(not _OURS.fullmatch(name) for name in names):
            raise EngineError(f"{self.name}: holds other files; name a new folder for the journal")
        self._take()
        try:
            self.chunk = self._begin(head, chunk, default, HEAD in names)
            for name in names:  # what a killed run was just writing
                if _PART.fullmatch(name):
                    (self.folder / name).unlink(missing_ok=True)
        except BaseException:
            self.close()
            raise

    def _begin(self, head: dict[str, Any], chunk: int | None, default: int, there: bool) -> int:
        path = self.folder / HEAD
        if not there:
            head["chunk"] = chunk or default
            write_text(path, json.dumps(head, indent=2) + "\n")
            return int(head["chunk"])
        old = _read(path)
        size = old.get("chunk") if old is not None and old.get("format") == FORMAT else None
        if old is None or type(size) is not int or size < 1:
            raise EngineError(f"{path}: is damaged; name a new folder for the journal")
        self._compare(old, head, str(path))
        if chunk is not None and size != chunk:
            message = f"has chunks of {size}, not of {chunk}: leave the size out to go on"
            raise EngineError(f"{self.name}: {message}")
        return size

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
            self._lock = path.open("w", encoding="utf-8")
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
        for name in sorted(os.listdir(self.folder)):
            match = _CHUNK.fullmatch(name)
            if match is None:
                continue
            number, data = int(match[1]), _read(self.folder / name)
            if data is None or data.get("checksum") != _checksum(data.get("rows")):
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
            "checksum": _checksum(rows),
            "rows": rows,
        }
        write_text(self.folder / f"chunk-{number:07d}.json", json.dumps(data) + "\n")


def _read(path: Path) -> dict[str, Any] | None:
    """Read a file of the journal; None when it is damaged."""
    try:
        data = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise EngineError(f"{path}: cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError):
        return None
    return data if isinstance(data, dict) else None


def _checksum(rows: object) -> str:
    return hashlib.sha256(json.dumps(rows, sort_keys=True).encode()).hexdigest()
