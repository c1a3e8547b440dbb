"""Webhooks over real HTTP: what each status means, signatures, bounds, the guard."""

import asyncio
import json
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from cloudevents.core.bindings.http import HTTPMessage, from_http_event
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

from monitor.clock import Clock, SystemClock
from monitor.model import Delivery, Feed, Span
from monitor.notify.base import Outcome, Sent
from monitor.notify.webhook import ANSWER, LARGEST, Hook, event
from tests.contract.harness import TestClock
from tests.notify.servers import (
    HOST,
    SECRET,
    HookServer,
    delivery,
    forever,
    hook_notifier,
    hook_server,
    raw_server,
)
from tests.samples import NOW, alert, article, match

OTHER = "whsec_" + "b2xkIG9sZCBvbGQgb2xkIG9sZCBvbGQgb2xkIG9sZCE="
WIDE = "\U0001f600"
"""Four bytes in UTF-8."""


@pytest.fixture
def server() -> Iterator[HookServer]:
    with hook_server() as opened:
        yield opened


@pytest.fixture
def canary() -> Iterator[HookServer]:
    with hook_server() as opened:
        yield opened


def send(
    url: str,
    one: Delivery | None = None,
    *,
    secrets: tuple[str, ...] = (SECRET,),
    allow: tuple[str, ...] = (HOST,),
    clock: Clock | None = None,
    patience: float = 5.0,
) -> Sent:
    async def run() -> Sent:
        async with hook_notifier(Hook(url, secrets, patience), allow=allow, clock=clock) as notifier:
            return await notifier.send(one or delivery())

    return asyncio.run(run())


def data(one: Delivery) -> dict[str, Any]:
    body = event(one, "here")
    assert len(body) < LARGEST
    found: dict[str, Any] = json.loads(body)["data"]
    return found


def large(count: int, letter: str = WIDE) -> Delivery:
    """Return a delivery of alerts of which every text is long."""
    text = letter * 10_000
    feed = Feed("wire", "https://wire.example/feed", text, kind=text, family=text)
    spans = tuple(Span("title", n, n + 1, text) for n in range(100))
    made = [
        alert(match(article(f"n{n}", text, summary=text, feed=feed), topic_name=text, spans=spans))
        for n in range(count)
    ]
    return delivery(*made, digest=count > 1)


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        *[(status, "delivered") for status in (200, 201, 202, 204)],
        *[(status, "retry") for status in (301, 302, 303, 304, 307, 308)],
        *[(status, "permanent") for status in (400, 401, 403, 404, 405, 413, 422)],
        *[(status, "retry") for status in (408, 425, 429, 500, 502, 503, 504, 599)],
        (410, "disable"),
    ],
)
def test_what_a_status_means(server: HookServer, status: int, outcome: str) -> None:
    server.status = status
    sent = send(server.url())
    assert sent.outcome == outcome
    assert f"HTTP {status}" in sent.reason
    assert len(server.requests) == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(server: HookServer, canary: HookServer, status: int) -> None:
    server.status, server.headers = status, {"Location": canary.url()}
    sent = send(server.url())
    assert "redirects are not followed" in sent.reason
    assert not canary.requests


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("wish", "seconds"),
    [
        ("120", 120.0),
        (" 120 ", 120.0),
        ("0", 0.0),
        ("99999999999999999999", 86_400.0),
        ("0000000000000120", 120.0),
        (format_datetime(NOW + timedelta(minutes=5), usegmt=True), 300.0),
        (format_datetime(NOW - timedelta(days=5), usegmt=True), 0.0),
        (format_datetime(NOW + timedelta(days=500), usegmt=True), 86_400.0),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("Mon, 99 Foo 2026 99:99:99 GMT", None),
        (format_datetime(NOW + timedelta(minutes=5)).replace("+0000", "-0000"), 300.0),
        ("", None),
    ],
)
def test_the_wish_to_wait_is_heard(server: HookServer, status: int, wish: str, seconds: float | None) -> None:
    server.status, server.headers = status, {"Retry-After": wish}
    sent = send(server.url(), clock=TestClock())
    assert (sent.outcome, sent.retry_after) == (Outcome.RETRY, seconds)


def test_a_receivers_own_clock_says_how_long_it_wants_to_be_left_alone(server: HookServer) -> None:
    begun, over = (format_datetime(NOW + timedelta(hours=n), usegmt=True) for n in (5, 6))
    server.status, server.headers = 503, {"Date": begun, "Retry-After": over}
    assert send(server.url(), clock=TestClock()).retry_after == 3600


def test_an_address_is_posted_to_letter_by_letter(server: HookServer) -> None:
    path = "/hook%7Ea/%2F/b?sp=%2Ftriggers%2Fmanual%2Frun&sig=a%2bb%3D&t=%41&a[]=1"
    assert send(server.url(path)).outcome is Outcome.DELIVERED
    assert [request.path for request in server.requests] == [path]


@pytest.mark.parametrize("url", ["http://[::1", "http://a:port/", "https://"])
def test_what_is_no_address_is_not_tried_again(url: str) -> None:
    assert send(url) == Sent(Outcome.PERMANENT, "the webhook's url is not a usable address")


def test_the_signature_is_one_that_the_reference_library_accepts(server: HookServer) -> None:
    send(server.url(), delivery(alert(match(article(title="북한군 в Курске")))))
    (request,) = server.requests
    verified = Webhook(SECRET).verify(request.body, request.headers)
    assert verified["data"]["article"]["title"] == "북한군 в Курске"
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(request.body + b" ", request.headers)


def test_while_secrets_rotate_either_verifies(server: HookServer) -> None:
    send(server.url(), secrets=(SECRET, OTHER))
    (request,) = server.requests
    for secret in (SECRET, OTHER):
        assert Webhook(secret).verify(request.body, request.headers)


def test_without_a_secret_nothing_is_signed(server: HookServer) -> None:
    assert send(server.url(), secrets=()).outcome is Outcome.DELIVERED
    assert "webhook-signature" not in server.requests[0].headers


def test_each_retry_has_the_same_id_and_body_and_a_signature_of_its_own_time(server: HookServer) -> None:
    server.status = 503
    clock = TestClock(SystemClock().now())
    for _ in range(2):
        send(server.url(), clock=clock)
        clock.advance(timedelta(seconds=30))
    first, second = server.requests
    assert first.headers["webhook-id"] == second.headers["webhook-id"] == "d1"
    assert first.body == second.body
    assert int(second.headers["webhook-timestamp"]) - int(first.headers["webhook-timestamp"]) == 30
    for request in (first, second):
        assert Webhook(SECRET).verify(request.body, request.headers)


@pytest.mark.parametrize("count", [1, 3])
def test_the_body_is_a_cloud_event(server: HookServer, count: int) -> None:
    made = [alert(match(article(f"n{n}"))) for n in range(count)]
    send(server.url(), delivery(*made, digest=count > 1))
    (request,) = server.requests
    assert request.headers["content-type"] == "application/cloudevents+json"
    got = from_http_event(HTTPMessage(request.headers, request.body))
    assert (got.get_id(), got.get_source(), got.get_subject()) == ("d1", "/monitor/here", "troops")
    assert got.get_type() == f"io.monitor.{'digest' if count > 1 else 'match'}.created"
    assert got.get_time() == NOW
    assert got.get_extension("timestamp") == NOW.isoformat().replace("+00:00", "Z")


def test_an_alert_is_told_whole() -> None:
    told = data(delivery())
    assert told["article"]["title"] == "Troops in Kursk"
    assert told["article"]["url"] == "https://wire.example/a1"
    assert told["topic"] == {"id": "troops", "name": "Troops"}
    assert told["spans"] == [{"field": "title", "start": 0, "end": 6, "clause": "troops"}]
    assert told["cut"] == []


def test_what_is_cut_of_an_alert_is_said() -> None:
    url = "https://wire.example/" + "x" * 2000
    of = article(title="t" * 400, summary="s" * 600, url=url)
    told = data(delivery(alert(match(of, spans=tuple(Span("title", n, n + 1, "c") for n in range(30))))))
    assert told["cut"] == ["spans", "summary", "title", "url"]
    assert told["article"]["url"] is None
    assert told["article"]["title"] == "t" * 300 + "…"
    assert len(told["spans"]) == 20


@pytest.mark.parametrize("letter", [WIDE, "북", "x", '"', "\x01"])
@pytest.mark.parametrize("count", [1, 2, 200])
def test_no_body_is_too_large_and_what_is_left_out_is_counted(count: int, letter: str) -> None:
    told = data(large(count, letter))
    alerts = told["alerts"] if count > 1 else [told]
    assert len(alerts) + told.get("left_out", 0) == told.get("count", 1) == count
    assert all({"summary", "title", "spans"} <= set(one["cut"]) for one in alerts)


def test_a_digest_has_as_many_alerts_as_find_room() -> None:
    one = large(200)
    told = data(one)
    assert 0 < len(told["alerts"]) < 200
    more = replace(one, alerts=one.alerts[: len(told["alerts"]) + 1])
    assert data(more)["left_out"] == 1


def test_a_lone_surrogate_does_not_keep_an_event_from_being_sent(server: HookServer) -> None:
    sent = send(server.url(), delivery(alert(match(article(title="a\ud800b")))))
    assert sent.outcome is Outcome.DELIVERED
    assert json.loads(server.requests[0].body)["data"]["article"]["title"] == "a?b"


def test_an_answer_without_end_is_read_to_a_bound_only() -> None:
    sizes: list[int] = []

    def answer() -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n"
        for part in forever(b"x" * 65_536):
            sizes.append(len(part))
            yield part

    started = time.monotonic()
    with raw_server(answer(), speaks_first=False) as port:
        sent = send(f"http://{HOST}:{port}/hook")
    assert sent.outcome is Outcome.DELIVERED
    assert time.monotonic() - started < 4
    assert sum(sizes) < 200 * ANSWER  # what the sockets' buffers hold


def test_an_answer_that_never_comes_to_its_body_counts_by_its_status() -> None:
    head = b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n"
    with raw_server([head, *[b""] * 4000], speaks_first=False) as port:
        assert send(f"http://{HOST}:{port}/hook", patience=0.3).outcome is Outcome.DELIVERED


def test_an_endpoint_cannot_say_that_it_was_refused() -> None:
    words = b"\xff" * 16_000 + b" 10.0.0.1 is not a public address"
    with raw_server([b"HTTP/9.9 " + words], speaks_first=False) as port:
        sent = send(f"http://{HOST}:{port}/hook")
    assert sent.outcome is Outcome.RETRY
    assert sent.reason == "the answer is not HTTP (ClientResponseError)"


@pytest.mark.parametrize("host", [HOST, "localhost", "LocalHost", "[::ffff:127.0.0.1]"])
def test_a_private_address_is_refused_whatever_its_name(canary: HookServer, host: str) -> None:
    sent = send(canary.url(host=host), allow=())
    assert sent.outcome is Outcome.PERMANENT
    assert "is not a public address" in sent.reason
    assert "delivery.allow_hosts" in sent.reason
    assert not canary.requests


@pytest.mark.parametrize("host", ["127.1", "2130706433", "0x7f000001", "0177.0.0.1"])
def test_no_spelling_of_a_private_address_gets_through(canary: HookServer, host: str) -> None:
    assert send(canary.url(host=host), allow=()).outcome is not Outcome.DELIVERED
    assert not canary.requests


def test_an_allowed_host_does_not_lead_to_one_that_is_not(server: HookServer, canary: HookServer) -> None:
    server.status, server.headers = 307, {"Location": canary.url(host="localhost")}
    assert send(server.url(), allow=(f"{HOST}:{server.port}",)).outcome is Outcome.RETRY
    assert server.requests
    assert not canary.requests


@pytest.mark.parametrize(("host", "why"), [("no-such-host.invalid", "name is not found"), ("[", "usable")])
def test_an_endpoint_that_cannot_be_is_told_without_its_address(host: str, why: str) -> None:
    sent = send(f"http://{host}/t0ken", patience=3.0)
    assert why in sent.reason
    assert "t0ken" not in sent.reason


def test_plain_http_where_tls_is_asked_for_is_told(server: HookServer) -> None:
    sent = send(server.url().replace("http:", "https:"))
    assert sent.outcome is Outcome.RETRY
    assert "no safe connection" in sent.reason
