"""When it is our line that is down, and who is asked again when it is up."""

from monitor.feeds.timing.line import Line


def line(*lost: str) -> Line:
    """Return a line over which these were out of reach, each ``host/feed``."""
    made = Line()
    for one in lost:
        made.lost(one, one.partition("/")[0])
    return made


def test_few_hosts_that_are_away_are_their_own_fault() -> None:
    lonely = line("a/1", "a/2", "a/3", "b/1")
    assert not lonely.is_down
    assert lonely.probe() is None
    assert lonely.works("z") == []


def test_some_of_many_hosts_that_are_away_are_not_the_line() -> None:
    many = line("a/1", "b/1", "c/1")
    many.suit(7)
    assert not many.is_down
    many.lost("d/1", "d")
    assert many.is_down


def test_while_nobody_can_be_reached_each_feed_is_asked_in_turn() -> None:
    down = line("a/1", "b/1", "c/1")
    assert [down.probe() for _ in range(4)] == ["a/1", "b/1", "c/1", "a/1"]


def test_all_that_were_out_of_reach_are_told_once_when_somebody_is_reached() -> None:
    down = line("a/1", "b/1", "c/1", "c/2")
    assert down.works("z") == ["a/1", "b/1", "c/1", "c/2"]
    assert (down.works("z"), down.is_down) == ([], False)


def test_who_is_out_of_reach_still_when_the_line_is_up_is_left_alone_until_it_is_reached() -> None:
    up = line("a/1", "b/1", "c/1")
    up.suit(6)
    assert up.works("z") == ["a/1", "b/1", "c/1"]
    for _ in range(2):
        for host in "abc":
            up.lost(f"{host}/1", host)
        assert (up.probe(), up.works("z")) == (None, [])
    for host in "abc":
        up.works(host)
        up.lost(f"{host}/1", host)
    assert not up.is_down, "each came back in turn"
    for host in "abc":
        up.lost(f"{host}/1", host)
    assert sorted(up.works("z")) == ["a/1", "b/1", "c/1"]
