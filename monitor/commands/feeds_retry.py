"""``monitor feeds retry``: have feeds asked as if never before."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from monitor.clock import SystemClock
from monitor.commands.door import no_such_feed, opened
from monitor.config.load import feed_of
from monitor.errors import UsageError
from monitor.feeds.state import FeedStates, Known, afresh
from monitor.model import Feed


def retry(folder: Path, ids: Iterable[str]) -> int:
    """Forget that feeds failed, are gone, or have an ETag that is not believed; what they showed stays known.

    A service that runs asks them within a minute, however long they were to be left alone.
    Exit 2 if there is no such feed; then nothing is done.
    """
    with opened(folder) as (configuration, backend):
        feeds = {feed.id: feed for feed in configuration.feeds}
        asked = list(dict.fromkeys(ids))
        for id_ in asked:
            if id_ not in feeds:
                raise no_such_feed(id_, feeds)
            if not feeds[id_].enabled:
                raise UsageError(f"{id_} is resting: take out its `enabled: false` in feeds.yaml")
        states = FeedStates(backend.store)
        for id_ in asked:
            print(_retried(states, feed_of(feeds[id_])))
    return 0


def _retried(states: FeedStates, feed: Feed) -> str:
    """Return what becomes of a feed."""
    if not states.polled([feed.id]):
        return f"{feed.id} was never asked; it will be"
    now = SystemClock().now()
    known = states.read(feed, now)
    states.write(Known(replace(afresh(known.state), next_poll=now), known.version))
    state = known.state
    reason = f": {state.reason}" if state.reason else ""
    will = "will be asked as if never before, within a minute if monitor runs"
    return f"{feed.id} {will}; it was {state.health}{reason}"
