"""How a process is, as supervisors ask it: over real HTTP."""

import asyncio
import json
import socket
import threading
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

import aiohttp
import pytest

from monitor.errors import Refused, StoreUnavailable
from monitor.health import ANSWER_SECONDS, Health, Phase
from monitor.metrics import Metrics
from monitor.stream.base import Lag
from monitor.web.server import serving


@dataclass
class Stuck:
    """A part that will not work again by itself, or does."""

    name: str = "matcher"
    why: str = ""
    needs: Collection[str] = ("kafka", "elasticsearch")

    def trouble(self) -> str:
        return self.why


def away() -> None:
    raise StoreUnavailable("nobody answers at example:9200")


def health(
    checks: Mapping[str, Callable[[], None]], part: Stuck | None = None, role: str = "match"
) -> Health:
    made = Health(checks, Metrics("desk", role), parts=[part or Stuck()])
    made.phase = Phase.RUNNING
    return made


async def asked(one: Health, *paths: str) -> list[tuple[int, str]]:
    answers = []
    async with serving(one, "127.0.0.1", 0, must=True) as address, aiohttp.ClientSession() as session:
        for path in paths:
            async with session.get(address + path) as answer:
                answers.append((answer.status, await answer.text()))
    return answers


def test_ready_is_who_has_all_that_it_depends_on() -> None:
    ((status, body),) = asyncio.run(asked(health({"kafka": lambda: None}), "/readyz"))
    assert status == 200
    assert json.loads(body) == {
        "ready": True,
        "phase": "running",
        "dependencies": {"kafka": {"ready": True, "reason": ""}},
        "parts": {"matcher": {"ready": True, "reason": ""}},
    }


def test_each_dependency_is_told_by_name_with_the_reason_against_it() -> None:
    one = health({"kafka": lambda: None, "elasticsearch": away})
    (ready, alive, metrics) = asyncio.run(asked(one, "/readyz", "/healthz", "/metrics"))
    told = json.loads(ready[1])
    assert (ready[0], told["ready"]) == (503, False)
    assert told["dependencies"]["elasticsearch"]["reason"] == "nobody answers at example:9200"
    assert told["dependencies"]["kafka"]["ready"]
    assert alive[0] == 200, "a restart would not bring the server back"
    assert 'monitor_ready{dependency="elasticsearch"} 0.0' in metrics[1]
    assert 'monitor_ready{dependency="kafka"} 1.0' in metrics[1]


def test_a_dependency_that_does_not_answer_is_not_waited_for_and_asked_once_at_a_time() -> None:
    asked_for, answer = [], threading.Event()

    def silent() -> None:
        asked_for.append(1)
        answer.wait(30)

    async def run() -> list[bool]:
        one = health({"kafka": silent})
        reports = await asyncio.wait_for(
            asyncio.gather(*(one.report() for _ in range(5))), ANSWER_SECONDS + 5
        )
        answer.set()
        return [report.ready for report in reports]

    assert asyncio.run(run()) == [False] * 5
    assert len(asked_for) == 1


def test_a_part_that_needs_what_is_away_is_not_ready_but_lives_and_others_go_on() -> None:
    one = health({"kafka": away, "elasticsearch": lambda: None})
    one.parts = [Stuck(), Stuck("dispatch", needs=("elasticsearch",))]
    ready, alive = asyncio.run(asked(one, "/readyz", "/healthz"))
    assert (ready[0], alive[0]) == (503, 200)
    assert json.loads(ready[1])["parts"] == {
        "matcher": {"ready": False, "reason": "waits for kafka"},
        "dispatch": {"ready": True, "reason": ""},
    }


def test_what_takes_long_to_say_that_it_is_away_is_told_with_the_reason_it_gave_last(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("monitor.health.ANSWER_SECONDS", 0.2)
    first, second = threading.Event(), threading.Event()
    turns = iter([first, second])

    def slow() -> None:
        next(turns).wait(30)
        away()

    async def run() -> list[str]:
        one, told = health({"kafka": slow}), []
        for _ in range(3):
            told.append((await one.report()).dependencies["kafka"])
            first.set()
        second.set()
        return told

    assert asyncio.run(run()) == ["no answer within 0.2 s", *["nobody answers at example:9200"] * 2]


@pytest.mark.parametrize("phase", [Phase.STARTING, Phase.STOPPING])
def test_who_starts_or_stops_is_not_ready_but_lives(phase: Phase) -> None:
    one = health({})
    one.phase = phase
    ready, alive = asyncio.run(asked(one, "/readyz", "/healthz"))
    assert (ready[0], json.loads(ready[1])["phase"], alive[0]) == (503, phase.value, 200)


def test_a_part_that_will_not_work_again_wants_a_restart() -> None:
    one = health({}, Stuck(why="its thread has ended"))
    ready, alive = asyncio.run(asked(one, "/readyz", "/healthz"))
    assert (ready[0], alive[0]) == (503, 503)
    assert json.loads(alive[1])["troubles"] == {"matcher": "its thread has ended"}


def test_metrics_tell_what_was_done() -> None:
    one = health({}, role="all")
    one.metrics.polled("changed", 12, 3, 0.2)
    one.metrics.owns(7)
    one.metrics.fare(["healthy", "healthy", "gone", "new"])
    one.metrics.became("healthy", "quiet")
    one.metrics.handled("matcher", 9, 1, 0.05)
    one.metrics.tried("desk", "delivered")
    one.metrics.lags([Lag("matcher", "monitor.articles", 2, 10, 15)])
    ((status, page),) = asyncio.run(asked(one, "/metrics"))
    assert status == 200
    for line in (
        'monitor_feed_polls_total{outcome="changed"} 1.0',
        "monitor_entries_total 12.0",
        "monitor_articles_total 3.0",
        "monitor_feeds 7.0",
        'monitor_feed_health{health="healthy"} 1.0',
        'monitor_feed_health{health="quiet"} 1.0',
        'monitor_feed_health{health="gone"} 1.0',
        'monitor_feed_health{health="failing"} 0.0',
        'monitor_messages_total{result="handled",stage="matcher"} 9.0',
        'monitor_messages_total{result="bad",stage="matcher"} 1.0',
        'monitor_delivery_tries_total{receiver="desk",state="delivered"} 1.0',
        'monitor_lag{group="matcher",partition="2",stream="monitor.articles"} 5.0',
    ):
        assert line in page.splitlines()
    one.metrics.lags([])
    assert "monitor_lag{" not in one.metrics.page("")[0].decode()


POLLS, BATCHES, TRIES = "monitor_feed_poll_seconds", "monitor_batch_seconds", "monitor_delivery_tries"


@pytest.mark.parametrize(
    ("role", "told"),
    [("poll", {POLLS}), ("match", {BATCHES}), ("alert", {BATCHES, TRIES}), ("all", {POLLS, BATCHES, TRIES})],
)
def test_metrics_have_only_what_the_role_does(role: str, told: set[str]) -> None:
    page = Metrics("desk", role).page("")[0].decode()
    assert {name for name in (POLLS, BATCHES, TRIES) if f"# HELP {name}" in page} == told
    assert f'role="{role}"' in page


def test_a_port_that_was_asked_for_must_be_free_and_another_need_not() -> None:
    async def run(port: int) -> str:
        async with serving(health({}), "127.0.0.1", port, must=False) as address:
            return address

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Refused, match=rf"port {port} .*set web\.port"):
            asyncio.run(asked_on(port))
        address = asyncio.run(run(port))
    assert address.startswith("http://127.0.0.1:")
    assert not address.endswith(f":{port}")


async def asked_on(port: int) -> None:
    async with serving(health({}), "127.0.0.1", port, must=True):
        pass
