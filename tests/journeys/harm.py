"""A cluster that is harmed, and what must hold afterwards.

Every article is in the archive once, every match once, every alert went out under one id, and the processes
are those from before: none needs a hand to come back.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.journeys.cluster import Cluster, cluster
from tests.journeys.world import until, world

FEEDS, HOSTS = 12, 6
MOST_MB = 400


@contextmanager
def at_work(folder: Path) -> Iterator[Cluster]:
    """Start processes of every role, that outlive all harm."""
    with world(FEEDS, HOSTS) as here, cluster(folder, here) as made:
        made.report(FEEDS)
        for role in ("poll", "poll", "match", "match", "alert"):
            made.start(role)
        made.settled("before any fault")
        yield made
        assert made.memory() < MOST_MB


@contextmanager
def harmed(running: Cluster) -> Iterator[None]:
    """Have the cluster harmed by the block; afterwards all is as promised, and the same processes work on."""
    before = running.alive()
    yield
    running.report(FEEDS)
    running.settled("after the fault")
    running.nothing_is_lost_or_repeated()
    assert running.alive()[: len(before)] == before
    until(lambda: all(process.is_ready() for process in running.alive()), "all are ready again")
