from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from coalitions.errors import InputError
from coalitions.files import text_files
from coalitions.files.text_files import MAX_BYTES, read_text


def refusal(path: str | os.PathLike[str]) -> str:
    with pytest.raises(InputError) as caught:
        read_text(path)
    assert len(caught.value.problems) == 1
    return str(caught.value)


def written(folder: Path, content: bytes) -> Path:
    path = folder / "file.yaml"
    path.write_bytes(content)
    return path


def test_text_comes_as_it_stands(tmp_path: Path) -> None:
    assert read_text(written(tmp_path, "a: Côte\r\nb\n".encode())) == "a: Côte\r\nb\n"


def test_a_byte_order_mark_is_dropped(tmp_path: Path) -> None:
    assert read_text(written(tmp_path, b"\xef\xbb\xbfa: 1\n")) == "a: 1\n"


def test_a_missing_file_is_named_with_its_neighbour(tmp_path: Path) -> None:
    written(tmp_path, b"a")
    missing = tmp_path / "fil.yaml"
    assert refusal(missing) == f"{missing}: there is no such file (did you mean 'file.yaml'?)"


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    path = tmp_path / "none" / "a.yaml"
    assert refusal(path).endswith(
        f"there is no such file: the folder {str(path.parent)!r} does not exist"
    )


def test_a_file_below_a_file(tmp_path: Path) -> None:
    assert "cannot be read: Not a directory" in refusal(written(tmp_path, b"a") / "b.yaml")


def test_a_dangling_link_says_where_it_leads(tmp_path: Path) -> None:
    link = tmp_path / "link.yaml"
    link.symlink_to("gone.yaml")
    assert refusal(link) == (f"{link}: is a symbolic link to 'gone.yaml', which does not exist")


def test_a_link_to_itself(tmp_path: Path) -> None:
    link = tmp_path / "link.yaml"
    link.symlink_to(link)
    assert "cannot be read: Too many levels of symbolic links" in refusal(link)


def test_a_link_to_a_file_is_followed(tmp_path: Path) -> None:
    link = tmp_path / "link.yaml"
    link.symlink_to(written(tmp_path, b"a: 1"))
    assert read_text(link) == "a: 1"


def test_a_folder(tmp_path: Path) -> None:
    assert refusal(tmp_path) == f"{tmp_path}: is a folder; name a file in it"


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no such device on this system")
def test_a_device_is_not_read() -> None:
    assert "is a device or a socket" in refusal("/dev/zero")


def test_a_pipe_of_the_shell_is_read(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.write(writing, b"a: 1\n")
    os.close(writing)
    try:
        assert read_text(f"/dev/fd/{reading}") == "a: 1\n"
    finally:
        os.close(reading)


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "is empty"), (b"\xef\xbb\xbf", "is empty"), (b" \n\t\n", "is empty but")],
)
def test_an_empty_file(tmp_path: Path, content: bytes, said: str) -> None:
    assert f"file.yaml: {said}" in refusal(written(tmp_path, content))


def test_latin_1_is_refused_with_byte_and_line(tmp_path: Path) -> None:
    path = written(tmp_path, "a: 1\nb: Côte, ".encode() + b"C\xf4te\n")
    assert refusal(path) == (
        f"{path}:2:11: byte 0xf4 on line 2 is not UTF-8; save the file as UTF-8"
    )


def test_utf_16_is_named(tmp_path: Path) -> None:
    assert "is UTF-16, not UTF-8" in refusal(written(tmp_path, "a: 1".encode("utf-16")))


def test_a_binary_file_is_refused_with_its_line(tmp_path: Path) -> None:
    path = written(tmp_path, b"PK\n\x03\x00\x00")
    assert refusal(path) == (f"{path}:2:2: line 2 holds a NUL character: this is not a text file")


def test_a_large_file_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    with path.open("wb") as stream:
        stream.truncate(50 * MAX_BYTES)  # sparse: takes no room on disk
    assert refusal(path).endswith("is larger than 10,000,000 bytes, the most that is read")


def test_the_limit_itself_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_files, "MAX_BYTES", 4)
    assert read_text(written(tmp_path, b"a: 1")) == "a: 1"
    assert "is larger than 4 bytes" in refusal(written(tmp_path, b"a: 12"))


def test_a_file_without_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:  # root may read everything, so permission bits show nothing
        raise PermissionError(13, "Permission denied")

    path = written(tmp_path, b"a: 1")
    monkeypatch.setattr(Path, "open", refuse)
    assert refusal(path) == f"{path}: cannot be read: Permission denied"


@pytest.mark.parametrize("name", ["a\0b", "x" * 5000])
def test_what_is_no_file_name(name: str) -> None:
    assert "Traceback" not in refusal(name)


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\xef\xbb\xbfa: \xc3\xa9\n")))
    assert read_text("-") == "a: é\n"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"")))
    assert refusal("-") == "<stdin>: is empty"


def test_endless_standard_input_is_cut_off() -> None:
    code = "from coalitions.files.text_files import read_text\nread_text('-')"
    with open("/dev/zero", "rb") as endless:
        done = subprocess.run(
            [sys.executable, "-c", code], stdin=endless, capture_output=True, text=True, check=False
        )
    assert "<stdin>: is larger than" in done.stderr
