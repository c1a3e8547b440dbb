"""How a feed fares, written as others do: another poller, or a command."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from monitor.feeds.state import FeedState, FeedStates, Known
from monitor.model import Feed
from tests.samples import NOW


def rewrite(
    states: FeedStates,
    feed: Feed,
    become: Callable[[FeedState], FeedState] | None = None,
    /,
    **changes: Any,
) -> FeedState:
    """Change how a feed fares in the store, by a function or by fields; return how it fares now."""
    known = states.read(feed, NOW)
    state = replace(become(known.state) if become else known.state, **changes)
    states.write(Known(state, known.version))
    return state
