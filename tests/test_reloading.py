"""What counts as a change of the configuration."""

import asyncio
import gc
from collections.abc import Callable
from pathlib import Path

import pytest

from monitor.config.files import stamp
from monitor.reloading import changes, unobtrusive


def edit(folder: Path) -> None:
    (folder / "feeds.yaml").write_text("new")


def replace(folder: Path) -> None:
    (folder / "feeds.new").write_text("new")
    (folder / "feeds.new").replace(folder / "feeds.yaml")


def swap(folder: Path) -> None:
    """Do what Kubernetes does with a changed ConfigMap."""
    (folder / "..data_tmp").symlink_to(folder)
    (folder / "..data_tmp").replace(folder / "..data")


def remove(folder: Path) -> None:
    (folder / "feeds.yaml").unlink()


async def heard(folder: Path, *acts: Callable[[Path], None]) -> int:
    """Return how many of the acts were heard, each within ten seconds."""
    stop = asyncio.Event()
    stream = changes(folder, stop, stamp(folder))
    count = 0
    for act in acts:
        waiting = asyncio.ensure_future(anext(stream))
        await asyncio.sleep(0.3)  # watching begins in a thread that does not say when
        act(folder)
        await asyncio.wait_for(waiting, 10)
        count += 1
    stop.set()
    return count


@pytest.mark.parametrize("act", [edit, replace, remove])
def test_a_change_before_watching_begins_is_heard(tmp_path: Path, act: Callable[[Path], None]) -> None:
    (tmp_path / "feeds.yaml").write_text("old one")

    async def run() -> None:
        read = stamp(tmp_path)
        act(tmp_path)
        await asyncio.wait_for(anext(changes(tmp_path, asyncio.Event(), read)), 10)

    asyncio.run(run())


@pytest.mark.parametrize("act", [edit, replace, swap, remove])
def test_a_change_is_heard(tmp_path: Path, act: Callable[[Path], None]) -> None:
    edit(tmp_path)
    assert asyncio.run(heard(tmp_path, act)) == 1


def test_a_folder_of_watchlists_that_is_made_later_is_watched_too(tmp_path: Path) -> None:
    def make(folder: Path) -> None:
        (folder / "watchlist").mkdir()

    def add(folder: Path) -> None:
        (folder / "watchlist" / "desk.yaml").write_text("new")

    assert asyncio.run(heard(tmp_path, make, add)) == 2


def test_what_a_reload_makes_is_never_looked_through_again() -> None:
    before = gc.get_freeze_count()
    try:
        with pytest.raises(ValueError, match="broken"), unobtrusive():
            made = [[number] for number in range(1000)]
            assert not gc.isenabled()
            raise ValueError("broken")
        assert gc.isenabled()
        assert gc.get_freeze_count() >= before + len(made)
    finally:
        gc.unfreeze()
