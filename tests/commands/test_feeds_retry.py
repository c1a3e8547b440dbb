"""``monitor feeds retry``: a feed that is gone gets another chance."""

from dataclasses import replace
from pathlib import Path

from monitor.feeds.state import FeedState, FeedStates, Known
from monitor.feeds.trust import Trust
from tests.commands.desk import FEED, NOW, backend_of, monitor


def state(folder: Path, write: FeedState | None = None) -> FeedState:
    with backend_of(folder) as backend:
        known = FeedStates(backend.store).read(FEED, NOW)
        if write:
            FeedStates(backend.store).write(Known(write, known.version))
        return known.state


def test_what_was_held_against_a_feed_is_forgotten_and_nothing_else(folder: Path) -> None:
    before = replace(
        state(folder), articles=7, health="gone", reason="HTTP 410", trust=Trust(broken="it lied")
    )
    state(folder, before)
    said = monitor("feeds", "retry", "wire", "--config", folder)
    assert (said.code, said.err) == (0, "")
    will = "will be asked as if never before, within a minute if monitor runs"
    assert said.out == f"wire {will}; it was gone: HTTP 410\n"
    after = state(folder)
    assert after.next_poll is not None, "the list says that it is due"
    assert (after.health, after.reason, after.trust, after.articles) == ("new", "", Trust(), 7)


def test_a_feed_that_was_never_asked_will_be_anyway(folder: Path) -> None:
    said = monitor("feeds", "retry", "wire", "--config", folder)
    assert (said.code, said.out) == (0, "wire was never asked; it will be\n")


def test_several_are_asked_again_at_once_or_none_if_one_is_not_there(folder: Path) -> None:
    state(folder, replace(state(folder), health="gone"))
    said = monitor("feeds", "retry", "wire", "nobody", "--config", folder)
    assert (said.code, said.out, state(folder).health) == (2, "", "gone")
    said = monitor("feeds", "retry", "wire", "wire", "--config", folder)
    assert (said.code, said.out.count("wire"), state(folder).health) == (0, 1, "new")


def test_a_feed_that_is_not_there_or_rests_is_wrong_usage(folder: Path) -> None:
    said = monitor("feeds", "retry", "wir", "--config", folder)
    assert (said.code, said.out) == (2, "")
    assert "did you mean `wire`" in said.err
    said = monitor("feeds", "retry", "rested", "--config", folder)
    assert said.code == 2
    assert "enabled: false" in said.err
