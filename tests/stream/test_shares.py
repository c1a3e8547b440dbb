"""Shares of work: every part has one owner at a time."""

import threading
import time
from collections.abc import Callable
from typing import Self

import pytest

from monitor.stream.codec import FEEDS
from monitor.stream.kafka import KafkaStream
from monitor.stream.kafka_access import KafkaAccess
from monitor.stream.shares import POLLERS, Member, Shares, Sole, part_of
from tests.contract.members import until

PARTS = 8


class Holder(threading.Thread):
    """A member in a thread of its own, until its block ends."""

    def __init__(self, access: KafkaAccess) -> None:
        super().__init__(daemon=True)
        self.held: frozenset[int] = frozenset()
        self.lost: list[frozenset[int]] = []
        self._access = access
        self._ending = threading.Event()

    def run(self) -> None:
        with KafkaStream(self._access) as stream:
            shares: Shares = stream.shares(POLLERS, FEEDS, self.lost.append)
            while not self._ending.is_set():
                self.held = shares.held(0.2)
            shares.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        self.join(30)


def all_held(*holders: Holder) -> Callable[[], bool]:
    def holds() -> bool:
        held = [part for holder in holders for part in holder.held]
        return sorted(held) == list(range(PARTS)) and all(holder.held for holder in holders)

    return holds


def test_a_key_is_in_the_same_part_everywhere() -> None:
    assert [part_of(host, 32) for host in ("news.example", "127.0.0.1:8080")] == [23, 8]
    assert {part_of(f"host{n}.example", 4) for n in range(100)} == {0, 1, 2, 3}


def test_who_is_alone_has_everything_at_once() -> None:
    begun = time.monotonic()
    alone = Sole()
    assert alone.held(60) == frozenset(range(alone.parts))
    assert time.monotonic() - begun < 10


@pytest.mark.servers
def test_parts_are_shared_out_and_go_to_the_others_when_a_member_leaves(access: KafkaAccess) -> None:
    small = KafkaAccess(access.servers, prefix=access.prefix, session_timeout=10, parts=PARTS)
    with Holder(small) as one:
        until(all_held(one))
        with Holder(small) as two:
            until(all_held(one, two))
            assert len(one.held) == len(two.held) == PARTS // 2
            assert frozenset().union(*one.lost) == two.held, "what goes is told, and nothing else goes"
            kept = one.held
        until(all_held(one))
        assert kept < one.held


@pytest.mark.servers
def test_the_brokers_know_who_holds_what(access: KafkaAccess) -> None:
    small = KafkaAccess(access.servers, prefix=access.prefix, client_id="desk-7", parts=PARTS)
    with KafkaStream(small) as stream:
        assert stream.members() == []
        with Holder(small) as one:
            until(all_held(one))
            assert stream.members() == [Member(POLLERS, "desk-7", "127.0.0.1", tuple(range(PARTS)))]
