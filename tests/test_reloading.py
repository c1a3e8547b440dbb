"""What counts as a change of the configuration."""

import asyncio
import gc
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from monitor.config.files import Stamp, stamp
from monitor.reloading import changes, unobtrusive
from tests.files import no_more_files


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


async def heard(folder: Path, *acts: Callable[[Path], None], every: float = 60) -> int:
    """Return how many of the acts were heard, each within ten seconds."""
    stop = asyncio.Event()
    stream = changes(folder, stop, stamp(folder), every)
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


def test_a_folder_that_cannot_be_looked_at_for_want_of_files_has_not_changed(tmp_path: Path) -> None:
    edit(tmp_path)

    async def run() -> None:
        looks = changes(tmp_path, asyncio.Event(), stamp(tmp_path), every=0.01)
        with no_more_files():
            waiting = asyncio.ensure_future(anext(looks))
            await asyncio.wait([waiting], timeout=0.5)
            assert not waiting.done()
        remove(tmp_path)
        await asyncio.wait_for(waiting, 10)

    asyncio.run(run())


def put_another_in_its_place(folder: Path) -> None:
    other = folder.with_name("new")
    other.mkdir()
    (other / "feeds.yaml").write_text("of another folder")
    folder.rename(folder.with_name("old"))
    other.rename(folder)


def make_anew(folder: Path) -> None:
    folder.mkdir()
    edit(folder)


def edit_again(folder: Path) -> None:
    (folder / "feeds.yaml").write_text("once more, and longer")


@pytest.mark.parametrize("acts", [(put_another_in_its_place,), (shutil.rmtree, make_anew)])
def test_a_folder_in_the_place_of_another_is_read_and_watched(
    tmp_path: Path, acts: Sequence[Callable[[Path], None]]
) -> None:
    folder = tmp_path / "config"
    make_anew(folder)
    assert asyncio.run(heard(folder, *acts, edit_again, every=0.1)) == len(acts) + 1


def test_an_edit_of_what_a_link_leads_to_is_heard(tmp_path: Path) -> None:
    def edit_the_target(folder: Path) -> None:
        edit_again(folder / "elsewhere")

    folder = tmp_path / "config"
    make_anew(folder)
    make_anew(folder / "elsewhere")
    (folder / "feeds.yaml").unlink()
    (folder / "feeds.yaml").symlink_to(folder / "elsewhere" / "feeds.yaml")
    assert asyncio.run(heard(folder, edit_the_target, every=0.1)) == 1


def test_what_has_not_changed_is_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def run() -> None:
        loop, looks, enough = asyncio.get_running_loop(), list[Path](), asyncio.Event()

        def look(folder: Path) -> Stamp:
            looks.append(folder)
            if len(looks) == 3:
                loop.call_soon_threadsafe(enough.set)
            return stamp(folder)

        edit(tmp_path)
        monkeypatch.setattr("monitor.reloading.stamp", look)
        waiting = asyncio.ensure_future(anext(changes(tmp_path, asyncio.Event(), stamp(tmp_path), 0.01)))
        await asyncio.wait_for(enough.wait(), 10)
        assert not waiting.done()
        waiting.cancel()

    asyncio.run(run())


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
