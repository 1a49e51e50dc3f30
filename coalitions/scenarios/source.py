"""Where a scenario comes from: a shipped name, a file, or standard input."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

from coalitions.files import datasets
from coalitions.files.document import Document
from coalitions.files.yaml12 import load_file

__all__ = ["digest", "read"]

SUFFIXES = (".yaml", ".yml", ".json")


def read(source: str | os.PathLike[str]) -> tuple[Document, str, Path]:
    """Read a scenario's document.

    Parameters
    ----------
    source : str or path
        A shipped name, a path, or ``-``.

    Returns
    -------
    document : Document
        The content with positions.
    name : str
        Short name: that of the shipped case, or of the file without its suffix.
    folder : Path
        Where tables named in the file are looked for.

    Raises
    ------
    InputError
        If nothing of this name is shipped and it is no readable file.
    """
    text = os.fspath(source)
    path = Path(text)
    if text == "-":
        return load_file("-"), "standard input", Path()
    named = path.suffix.lower() in SUFFIXES or path.parent != Path() or os.path.lexists(path)
    if not named or (not os.path.lexists(path) and text in datasets.names("scenarios")):
        shipped = datasets.path_of("scenarios", text)
        document = load_file(shipped)
        return Document(f"{text}.yaml", document.data, document._root), text, shipped.parent
    return load_file(path), path.stem, path.parent


def digest(document: Document, *tables: str) -> str:
    """Fingerprint the content of a scenario.

    Parameters
    ----------
    document : Document
        The scenario; comments and layout do not count.
    *tables : str
        Texts of the tables it names.

    Returns
    -------
    str
        SHA-256, hexadecimal.
    """
    plain = json.dumps([document.data, *tables], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(plain.encode()).hexdigest()
