"""A file is replaced whole, or stays as it was."""

from pathlib import Path

import pytest

from monitor.config.replacing import replace


def test_a_file_is_replaced_and_keeps_its_rights(tmp_path: Path) -> None:
    file = tmp_path / "feeds.yaml"
    file.write_text("old")
    file.chmod(0o640)
    replace(file, "new\r\nпривет\n")
    assert file.read_bytes() == "new\r\nпривет\n".encode()
    assert file.stat().st_mode & 0o777 == 0o640
    assert list(tmp_path.iterdir()) == [file]


def test_a_new_file_has_the_rights_of_any_new_file(tmp_path: Path) -> None:
    usual = tmp_path / "usual"
    usual.touch()
    replace(tmp_path / "new", "x")
    assert (tmp_path / "new").stat().st_mode == usual.stat().st_mode


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("old")
    link = tmp_path / "link"
    link.symlink_to("real")
    replace(link, "new")
    assert link.is_symlink()
    assert (tmp_path / "real").read_text() == "new"


def test_what_cannot_be_written_whole_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "feeds.yaml"
    file.write_text("old")
    with pytest.raises(UnicodeEncodeError):
        replace(file, "new" * 100_000 + "\ud800")
    assert file.read_text() == "old"
    assert list(tmp_path.iterdir()) == [file]
