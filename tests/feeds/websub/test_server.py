"""What hubs call back, over real sockets and on a real store."""

import asyncio
import gc
import hashlib
import hmac
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp.web_protocol import RequestHandler

from monitor.errors import Refused
from monitor.feeds.websub import calls
from monitor.feeds.websub import lease as rules
from monitor.feeds.websub.lease import Lease, Leases
from monitor.feeds.websub.server import Callbacks, Called, listening
from monitor.feeds.websub.states import LeaseStates
from monitor.store.sqlite import SqliteStore
from tests.contract.harness import TestClock
from tests.contract.members import until
from tests.feeds.websub.hub import Hub, request
from tests.samples import NOW

TOPIC, BODY = "https://news.example/feed", b"<rss>news</rss>"
WEEK = timedelta(days=7)
MOST = 100_000


@dataclass
class Door:
    """Callbacks that are listened for, what they made known, and a lease that was asked for."""

    store: SqliteStore
    clock: TestClock = field(default_factory=lambda: TestClock(NOW))
    url: str = ""
    rung: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    counted: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.states = LeaseStates(self.store)
        called = Called(self.rung.append, self.changed.append, self.counted.append)
        self.callbacks = Callbacks(self.states, self.clock, called, lease=WEEK, max_body=MOST)

    def keep(self, *, active: bool = True) -> Lease:
        lease = rules.asked_for("https://hub.example/", TOPIC, f"{self.url}/x/feed/token", "secret", NOW)
        lease = rules.asked(lease, NOW, 0.5)
        lease = rules.confirmed(lease, 3600, NOW, 0.5) if active else lease
        self.states.change("feed", lambda _: Leases("feed", NOW, TOPIC, lease))
        return lease

    def lease(self) -> Lease:
        found = self.states.get(["feed"])["feed"].current
        assert found
        return found


def with_door(folder: Path, use: Callable[[Door], Awaitable[None]]) -> None:
    async def run() -> None:
        with SqliteStore(folder / "store.db") as store:
            door = Door(store)
            async with listening(door.callbacks, "127.0.0.1", 0) as door.url:
                await use(door)

    asyncio.run(run())


async def post(
    door: Door,
    body: bytes = BODY,
    token: str = "token",
    signature: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> int:
    sent = dict(headers or {}) | ({"X-Hub-Signature": signature} if signature else {})
    return (await asyncio.to_thread(request, "POST", f"{door.url}/x/feed/{token}", body, sent))[0]


def signed(body: bytes = BODY, secret: str = "secret", method: str = "sha256") -> str:
    return f"{method}={hmac.new(secret.encode(), body, getattr(hashlib, method)).hexdigest()}"


def test_a_hub_that_asks_for_confirmation_gets_it_with_or_without_the_path_of_the_proxy(
    tmp_path: Path,
) -> None:
    async def use(door: Door) -> None:
        lease = door.keep(active=False)
        form = {"hub.mode": "subscribe", "hub.topic": TOPIC, "hub.callback": lease.callback}
        assert await asyncio.to_thread(Hub().verify, form)
        assert (door.lease().state, door.lease().until) == ("active", NOW + timedelta(hours=1))
        assert door.changed == ["feed"]
        bare = form | {"hub.callback": f"{door.url}/feed/token"}
        assert await asyncio.to_thread(Hub().verify, bare)
        assert not await asyncio.to_thread(Hub().verify, form | {"hub.topic": TOPIC + "x"})
        assert not await asyncio.to_thread(Hub().verify, form | {"hub.callback": f"{door.url}/x/feed/guess"})
        assert not await asyncio.to_thread(Hub().verify, form | {"hub.callback": f"{door.url}/x/other/token"})

    with_door(tmp_path, use)


def test_only_what_is_signed_rightly_rings_and_the_others_are_answered_alike(tmp_path: Path) -> None:
    async def use(door: Door) -> None:
        door.keep()
        for signature in (None, signed(secret="guess"), signed(b"other"), "md5=" + "0" * 32):
            assert await post(door, signature=signature) == 202
        assert (door.rung, door.counted) == ([], ["ignored"] * 4)
        assert door.lease().pushes == 0
        for method in ("sha1", "sha256", "sha384", "sha512"):
            assert await post(door, signature=signed(method=method)) == 202
        assert (door.rung, door.counted[4:]) == (["feed"] * 4, ["received"] * 4)
        assert (door.lease().pushes, door.lease().pushed) == (1, NOW)

    with_door(tmp_path, use)


def test_what_is_signed_is_what_is_sent_whatever_it_calls_itself(tmp_path: Path) -> None:
    async def use(door: Door) -> None:
        door.keep()
        headers = {"Content-Encoding": "gzip", "Content-Type": "application/atom+xml"}
        assert await post(door, signature=signed(), headers=headers) == 202
        assert door.rung == ["feed"]

    with_door(tmp_path, use)


def test_who_does_not_know_the_address_is_told_to_go(tmp_path: Path) -> None:
    async def use(door: Door) -> None:
        door.keep()
        assert await post(door, token="guess", signature=signed()) == 410
        assert (door.rung, door.counted) == ([], ["unknown"])
        status, _ = await asyncio.to_thread(request, "GET", f"{door.url}/x")
        assert status == 404

    with_door(tmp_path, use)


def test_a_body_that_is_too_large_is_not_read_to_its_end(tmp_path: Path) -> None:
    async def use(door: Door) -> None:
        door.keep()
        large = b"x" * (MOST + 1)
        assert await post(door, large, signature=signed(large)) == 413
        assert (door.rung, door.counted) == ([], ["ignored"])

    with_door(tmp_path, use)


SLOW = b"POST /x/feed/token HTTP/1.1\r\nHost: x\r\nX-Hub-Signature: sha1=00\r\nContent-Length: 9\r\n\r\nslow"


@pytest.mark.parametrize("sent", [b"", SLOW[:20], SLOW], ids=["nothing", "half a line", "half a body"])
def test_a_sender_that_takes_its_time_is_cut_off(
    tmp_path: Path, sent: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls, "LONGEST_CALL", 0.2)

    async def use(door: Door) -> None:
        door.keep()
        reader, writer = await asyncio.open_connection("127.0.0.1", int(door.url.rpartition(":")[2]))
        writer.write(sent)
        await asyncio.wait_for(reader.read(), 20)  # ends with the connection
        writer.close()
        assert door.rung == []

    with_door(tmp_path, use)


def nothing_is_kept() -> bool:
    gc.collect()
    return not any(isinstance(one, RequestHandler) for one in gc.get_objects())


def test_of_connections_that_are_over_nothing_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls, "LOOK_EVERY", 0.01)

    async def use(door: Door) -> None:
        for _ in range(50):
            _, writer = await asyncio.open_connection("127.0.0.1", int(door.url.rpartition(":")[2]))
            writer.close()
            await writer.wait_closed()
        await asyncio.to_thread(until, nothing_is_kept, 10)

    with_door(tmp_path, use)


def test_too_many_connections_are_closed_and_those_that_are_there_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls, "MOST_CALLS", 1)

    async def use(door: Door) -> None:
        door.keep()
        port = int(door.url.rpartition(":")[2])
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /x/feed/token HTTP/1.1\r\n")
        await writer.drain()
        late, closing = await asyncio.open_connection("127.0.0.1", port)
        assert await asyncio.wait_for(late.read(), 20) == b""
        writer.write(b"Host: x\r\n\r\n")
        assert await asyncio.wait_for(reader.readline(), 20) == b"HTTP/1.1 404 Not Found\r\n"
        writer.close()
        closing.close()

    with_door(tmp_path, use)


def test_a_hub_that_is_told_to_end_rings_for_nothing(tmp_path: Path) -> None:
    async def use(door: Door) -> None:
        lease = replace(door.keep(), state="ending")
        door.states.change("feed", lambda _: Leases("feed", NOW, TOPIC, None, (lease,)))
        assert await post(door, signature=signed()) == 202
        assert door.rung == []

    with_door(tmp_path, use)


def test_while_the_store_is_away_hubs_are_asked_to_call_again(tmp_path: Path) -> None:
    async def use(door: Door) -> None:
        lease = door.keep()
        door.store.close()
        assert await post(door, signature=signed()) == 503
        status, _ = await asyncio.to_thread(Hub().call, lease.callback, mode="subscribe", topic=TOPIC)
        assert (status, door.rung) == (503, [])

    with_door(tmp_path, use)


def test_a_place_that_is_taken_is_told_with_the_remedy(tmp_path: Path) -> None:
    async def use(door: Door) -> None:
        port = int(door.url.rpartition(":")[2])
        with pytest.raises(Refused, match=r"Address already in use\): set websub\.listen"):
            await listening(door.callbacks, "127.0.0.1", port).__aenter__()

    with_door(tmp_path, use)
