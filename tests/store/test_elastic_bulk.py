"""Writing many: each answer is read, only what was turned away goes again, what is too large is halved."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from monitor.errors import StoreRefused, StoreUnavailable
from monitor.store.elastic_bulk import CHUNK, CHUNK_BYTES, Became, TooLarge, Write, chunks, write

OK: Mapping[str, Any] = {"status": 201}
BUSY: Mapping[str, Any] = {
    "status": 429,
    "error": {"type": "es_rejected_execution_exception", "reason": "queue is full"},
}
Responder = Callable[[bytes], Mapping[str, Any]]


class Wire:
    """What was sent, and answers as told."""

    def __init__(self, respond: Responder, most: int = 10_000) -> None:
        self.sent: list[list[str]] = []
        self.pauses: list[float] = []
        self._respond = respond
        self._most = most

    def send(self, lines: list[bytes]) -> Sequence[Mapping[str, Any]]:
        self.sent.append([_id(line) for line in lines])
        if len(lines) > self._most:
            raise TooLarge("too large")
        return [self._respond(line) for line in lines]

    def write(self, *ids: str) -> list[Became]:
        writes = [Write("index", id_, {"n": 1}) for id_ in ids]
        return [answer.became for answer in write(writes, self.send, self.pauses.append)]


def _id(line: bytes) -> str:
    return line.split(b'"_id":"')[1].split(b'"')[0].decode()


def test_only_what_was_turned_away_is_sent_again() -> None:
    answers = {"b": [BUSY, BUSY, OK]}
    wire = Wire(lambda line: answers.get(_id(line), [OK]).pop(0) if _id(line) == "b" else OK)
    assert wire.write("a", "b", "c") == [Became.WRITTEN] * 3
    assert wire.sent == [["a", "b", "c"], ["b"], ["b"]]
    assert len(wire.pauses) == 2


def test_what_is_turned_away_again_and_again_is_the_callers_to_wait_for() -> None:
    wire = Wire(lambda line: BUSY if _id(line) == "b" else OK)
    with pytest.raises(StoreUnavailable, match="1 of 3 writes: es_rejected_execution_exception: queue is"):
        wire.write("a", "b", "c")
    assert 0 < sum(wire.pauses) < 5


@pytest.mark.parametrize(
    ("answer", "became"),
    [
        ({"status": 200}, Became.WRITTEN),
        ({"status": 404, "result": "not_found"}, Became.ABSENT),
        ({"status": 404, "error": {"type": "index_not_found_exception", "reason": "gone"}}, Became.ABSENT),
        ({"status": 409, "error": {"type": "version_conflict_engine_exception"}}, Became.CONFLICT),
        ({"status": 400, "error": {"type": "document_parsing_exception", "reason": "x"}}, Became.REFUSED),
        ({"status": 413, "error": {"type": "too_large", "reason": "x"}}, Became.REFUSED),
    ],
)
def test_every_answer_has_its_meaning(answer: Mapping[str, Any], became: Became) -> None:
    assert Wire(lambda _: answer).write("a") == [became]


@pytest.mark.parametrize("status", [401, 403])
def test_a_right_that_is_missing_is_no_documents_fault(status: int) -> None:
    with pytest.raises(StoreRefused, match=rf"forbids it \({status}\).*unauthorized for user"):
        Wire(
            lambda _: {
                "status": status,
                "error": {"type": "security_exception", "reason": "unauthorized for user"},
            }
        ).write("a")


@pytest.mark.parametrize("status", [403, 429])
def test_an_index_that_is_read_only_is_not_tried_again_at_once(status: int) -> None:
    blocked = {"status": status, "error": {"type": "cluster_block_exception", "reason": "disk is full"}}
    wire = Wire(lambda _: blocked)
    with pytest.raises(StoreUnavailable, match=r"does not write now.*disk is full"):
        wire.write("a")
    assert wire.pauses == []


def test_what_is_too_large_is_halved_until_it_goes() -> None:
    wire = Wire(lambda _: OK, most=2)
    assert wire.write(*"abcdefg") == [Became.WRITTEN] * 7
    assert [len(sent) for sent in wire.sent] == [7, 3, 1, 2, 4, 2, 2]


def test_what_is_too_large_alone_is_refused_and_the_others_go() -> None:
    def send(lines: list[bytes]) -> Sequence[Mapping[str, Any]]:
        if any(_id(line) == "b" for line in lines):
            raise TooLarge("too large")
        return [OK] * len(lines)

    answers = write([Write("i", id_, {}) for id_ in "abc"], send, lambda _: None)
    assert [answer.became for answer in answers] == [Became.WRITTEN, Became.REFUSED, Became.WRITTEN]


def test_portions_are_bounded_by_number_and_bytes() -> None:
    assert [len(part) for part in chunks(range(CHUNK + 1), [b"x"] * (CHUNK + 1))] == [CHUNK, 1]
    big = b"x" * (CHUNK_BYTES // 2 + 1)
    assert list(chunks(range(4), [big, big, b"", b"x" * CHUNK_BYTES * 2])) == [[0], [1, 2], [3]]
