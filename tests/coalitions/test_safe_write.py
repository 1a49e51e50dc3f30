from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from coalitions.errors import InputError
from coalitions.files import safe_write
from coalitions.files.safe_write import refuse_unwritable, write_text


def refusal(path: Path, **options: bool) -> str:
    with pytest.raises(InputError) as caught:
        write_text(path, "new", **options)
    return str(caught.value)


def test_text_is_written_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    write_text(path, "é\r\n\n")
    assert path.read_bytes() == b"\xc3\xa9\r\n\n"
    assert os.listdir(tmp_path) == ["a.json"]


def test_a_new_file_follows_the_umask(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    before = os.umask(0o027)
    try:
        write_text(path, "x")
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_an_old_file_keeps_its_permissions(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text("old", encoding="utf-8")
    path.chmod(0o600)
    write_text(path, "new")
    assert path.read_text(encoding="utf-8") == "new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_an_old_file_is_kept_when_asked(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text("old", encoding="utf-8")
    assert "exists already" in refusal(path, overwrite=False)
    assert path.read_text(encoding="utf-8") == "old"


def test_a_link_is_followed(tmp_path: Path) -> None:
    target, link = tmp_path / "a.json", tmp_path / "link.json"
    link.symlink_to(target)
    for text in ("one", "two"):  # the first time the link dangles
        write_text(link, text)
        assert link.is_symlink()
        assert target.read_text(encoding="utf-8") == text


def test_a_folder_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path) == f"{tmp_path}: is a folder; name a file in it"


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    path = tmp_path / "none" / "a.json"
    assert refusal(path) == (
        f"{path}: cannot be written: the folder {str(path.parent)!r} does not exist"
    )


def test_a_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("x", encoding="utf-8")
    assert "cannot be written" in refusal(tmp_path / "a" / "b.json")


@pytest.mark.parametrize("name", ["a\0b", "x" * 300])
def test_what_is_no_file_name(tmp_path: Path, name: str) -> None:
    assert "cannot be written" in refusal(tmp_path / name)
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_failed_write_leaves_the_old_file_and_no_scrap(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    def fail(_: int) -> None:
        raise error

    path = tmp_path / "a.json"
    path.write_text("old", encoding="utf-8")
    monkeypatch.setattr(safe_write.os, "fsync", fail)
    with pytest.raises((InputError, KeyboardInterrupt)) as caught:
        write_text(path, "new")
    if isinstance(error, OSError):
        assert str(caught.value) == f"{path}: cannot be written: No space left on device"
    assert path.read_text(encoding="utf-8") == "old"
    assert os.listdir(tmp_path) == ["a.json"]


def test_a_device_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    write_text("/dev/null", "x")
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write_text(pipe, "through")
        assert os.read(reading, 100) == b"through"
    finally:
        os.close(reading)


@pytest.mark.skipif(not Path("/dev/fd").exists(), reason="no such folder on this system")
def test_a_pipe_without_a_name_is_written_to() -> None:
    reading, writing = os.pipe()
    try:
        refuse_unwritable(f"/dev/fd/{writing}")
        write_text(f"/dev/fd/{writing}", "through")
        assert os.read(reading, 100) == b"through"
    finally:
        os.close(reading)
        os.close(writing)


def test_lone_surrogates_are_refused_and_leave_nothing(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be written"):
        write_text(tmp_path / "a.json", "\ud800")
    assert os.listdir(tmp_path) == []
