"""``monitor init``: a configuration to start from, that touches nothing that is there."""

from pathlib import Path

import pytest

from tests.commands.desk import monitor

NAMES = ("monitor.yaml", "feeds.yaml", "watchlist.yaml")


def test_what_is_written_passes_the_check(tmp_path: Path) -> None:
    folder = tmp_path / "my watch" / "deep"
    said = monitor("init", folder)
    assert (said.code, said.err) == (0, "")
    assert f"monitor run --config '{folder}'" in said.out
    checked = monitor("check", "--config", folder)
    assert checked.code == 0
    assert "right; 3 topics" in checked.out
    assert "warning" not in checked.out


def test_its_data_is_kept_beside_it_and_no_schema_of_a_checkout_is_named(tmp_path: Path) -> None:
    monitor("init", tmp_path / "w")
    texts = [(tmp_path / "w" / name).read_text("utf-8") for name in NAMES]
    assert "\ndata: data" in texts[0]
    assert all("yaml-language-server" not in text and "../" not in text for text in texts)


@pytest.mark.parametrize("name", [*NAMES, "watchlist"])
def test_nothing_that_is_there_is_overwritten(tmp_path: Path, name: str) -> None:
    if name == "watchlist":
        (tmp_path / name).mkdir()
    else:
        (tmp_path / name).write_text("mine")
    said = monitor("init", tmp_path)
    assert (said.code, said.out) == (2, "")
    assert name in said.err
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    said = monitor("init", tmp_path / "file" / "w")
    assert said.code == 2
    assert "cannot be written" in said.err
