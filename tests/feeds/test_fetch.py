"""Fetching over real sockets: what is refused, what is cut off, what is kept."""

import asyncio
import contextlib
import gzip
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import aiohttp
import pytest
from aiohttp.client_reqrep import ConnectionKey
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response
from yarl import URL

from monitor.errors import FetchError, FetchRefused
from monitor.feeds.fetching.fetch import Fetched, Fetcher, Limits, Validators, _origin
from monitor.feeds.fetching.reasons import READ, said
from monitor.guard import AddressRefused, _is_allowed, _place, guarded_session, is_public, refusal

LIMITS = Limits(
    timeout=1.0, connect_timeout=1.0, max_body=100_000, max_redirects=3, user_agent="monitor/test"
)
CHUNKED = b"Transfer-Encoding: chunked"


def fetch(url: str, *, allow: tuple[str, ...] = ("localhost", "127.0.0.1"), **options: object) -> Fetched:
    async def run() -> Fetched:
        async with guarded_session(allow, limit=5) as session:
            return await Fetcher(session, LIMITS).fetch(url, **options)  # type: ignore[arg-type]

    return asyncio.run(run())


@contextmanager
def raw_server(answer: bytes, *, hold: bool) -> Iterator[str]:
    """Answer one connection with these bytes, then close it, or ``hold`` it open until its client goes."""

    def serve() -> None:
        with listener.accept()[0] as client:
            client.recv(65_536)
            with contextlib.suppress(OSError):
                client.sendall(answer)
                while hold and client.recv(65_536):
                    pass

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}/feed"
        finally:
            thread.join(10)


def fetch_raw(answer: bytes, *, hold: bool = False) -> Fetched:
    with raw_server(answer, hold=hold) as url:
        return fetch(url)


def test_a_good_answer_is_kept_with_its_validators(httpserver: HTTPServer) -> None:
    headers = {"ETag": '"abc"', "Last-Modified": "Sun, 01 Mar 2026 12:00:00 GMT"}
    httpserver.expect_request("/feed").respond_with_data(b"body", headers=headers, content_type="text/xml")
    got = fetch(httpserver.url_for("/feed"))
    assert (got.body, got.etag, got.last_modified) == (b"body", '"abc"', headers["Last-Modified"])
    assert got.content_type.startswith("text/xml")


def test_what_has_not_changed_is_said(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/feed", headers={"If-None-Match": '"abc"'}).respond_with_data(b"", status=304)
    assert fetch(httpserver.url_for("/feed"), unless=Validators('"abc"')).not_modified


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 451, 429, 500, 503])
def test_a_failure_has_its_status_and_the_wish_to_wait(httpserver: HTTPServer, status: int) -> None:
    httpserver.expect_request("/feed").respond_with_data(b"", status=status, headers={"Retry-After": "120"})
    with pytest.raises(FetchError, match=f"HTTP {status}") as caught:
        fetch(httpserver.url_for("/feed"))
    assert (caught.value.status, caught.value.retry_after) == (status, 120.0)


def redirect(to: str, status: int = 302) -> Callable[[Request], Response]:
    return lambda _: Response(status=status, headers={"Location": to})


def test_redirects_are_followed_and_lasting_ones_noted(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/old").respond_with_handler(redirect("/newer", 301))
    httpserver.expect_request("/newer").respond_with_handler(redirect("/feed", 308))
    httpserver.expect_request("/moved-for-now").respond_with_handler(redirect("/feed"))
    httpserver.expect_request("/feed").respond_with_data(b"body")
    assert fetch(httpserver.url_for("/old")).permanent_url == httpserver.url_for("/feed")
    assert fetch(httpserver.url_for("/moved-for-now")).permanent_url is None
    httpserver.expect_request("/gone").respond_with_handler(redirect("/moved-for-now", 301))
    first_lasting = fetch(httpserver.url_for("/gone")).permanent_url
    assert first_lasting == httpserver.url_for("/moved-for-now"), "what that leads to for now is not noted"


def test_a_loop_of_redirects_ends(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/a").respond_with_handler(redirect("/b"))
    httpserver.expect_request("/b").respond_with_handler(redirect("/a"))
    with pytest.raises(FetchError, match="loop"):
        fetch(httpserver.url_for("/a"))


def test_endless_redirects_end(httpserver: HTTPServer) -> None:
    httpserver.expect_request(re.compile("/r+")).respond_with_handler(lambda r: redirect(f"{r.path}r")(r))
    with pytest.raises(FetchError, match=r"more than 3 redirects"):
        fetch(httpserver.url_for("/r"))


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "ftp://x.example/", "gopher://x.example/", "data:,x"]
)
def test_other_schemes_are_refused_also_after_a_redirect(httpserver: HTTPServer, target: str) -> None:
    httpserver.expect_request("/r").respond_with_handler(redirect(target))
    for url in (target, httpserver.url_for("/r")):
        with pytest.raises(FetchRefused):
            fetch(url)


@pytest.mark.parametrize("target", ["http://127.0.0.2:1/", "http://[::1]:1/", "http://[::ffff:7f00:1]:1/"])
def test_a_redirect_to_a_private_address_is_refused(httpserver: HTTPServer, target: str) -> None:
    httpserver.expect_request("/r").respond_with_handler(redirect(target))
    with pytest.raises(FetchRefused, match="not a public address"):
        fetch(httpserver.url_for("/r"), allow=("localhost",))


def test_secrets_stay_with_their_origin(httpserver: HTTPServer) -> None:
    seen: list[dict[str, str]] = []

    def note(request: Request) -> Response:
        seen.append(dict(request.headers))
        return Response("ok")

    other = httpserver.url_for("/feed").replace("localhost", "127.0.0.1")
    httpserver.expect_request("/r").respond_with_handler(redirect(other))
    httpserver.expect_request("/feed").respond_with_handler(note)
    for path in ("/feed", "/r"):
        fetch(httpserver.url_for(path), headers={"X-Key": "secret"}, login=("me", "word"))
    assert ("X-Key" in seen[0], "Authorization" in seen[0]) == (True, True)
    assert ("X-Key" in seen[1], "Authorization" in seen[1]) == (False, False)


def test_validators_go_back_where_they_came_from(httpserver: HTTPServer) -> None:
    seen: list[tuple[str, str | None]] = []

    def note(request: Request) -> Response:
        tag = request.headers.get("If-None-Match")
        seen.append((request.path, tag))
        return Response(status=304) if tag == '"b"' else Response("ok", headers={"ETag": '"b"'})

    def move(request: Request) -> Response:
        seen.append((request.path, request.headers.get("If-None-Match")))
        return redirect(httpserver.url_for("/feed").replace("localhost", "127.0.0.1"))(request)

    httpserver.expect_request("/r").respond_with_handler(move)
    httpserver.expect_request("/feed").respond_with_handler(note)
    first = fetch(httpserver.url_for("/r"))
    again = fetch(httpserver.url_for("/r"), unless=Validators(first.etag, None, first.origin))
    assert again.not_modified
    assert seen == [("/r", None), ("/feed", None), ("/r", None), ("/feed", '"b"')]


@pytest.mark.parametrize("login", [("me", "word"), None])
def test_that_a_secret_was_not_sent_on_is_told_where_it_is_missed(
    httpserver: HTTPServer, login: tuple[str, str] | None
) -> None:
    there = httpserver.url_for("/feed").replace("localhost", "127.0.0.1")
    httpserver.expect_request("/r").respond_with_handler(redirect(there))
    httpserver.expect_request("/feed").respond_with_data(b"", status=401)
    place = there.removesuffix("/feed")
    told = f"(login|headers) (was|were) not sent on to {re.escape(place)}"
    with pytest.raises(FetchError, match=told) as caught:
        fetch(httpserver.url_for("/r"), headers={} if login else {"X-Key": "secret"}, login=login)
    assert ("login" in str(caught.value)) is bool(login)
    with pytest.raises(FetchError, match=r"^HTTP 401 UNAUTHORIZED$"):
        fetch(there, login=("me", "word"))


@pytest.mark.parametrize("surplus", [0, 1, 3])
def test_what_came_unasked_answers_no_later_request(surplus: int) -> None:
    clients: list[asyncio.StreamWriter] = []

    def answer(body: bytes) -> bytes:
        return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        clients.append(writer)
        with contextlib.closing(writer), contextlib.suppress(asyncio.IncompleteReadError):
            while head := await reader.readuntil(b"\r\n\r\n"):
                writer.write(answer(head.split()[1]))

    async def run() -> list[bytes]:
        async with (
            await asyncio.start_server(serve, "127.0.0.1", 0) as server,
            guarded_session(["127.0.0.1", "localhost"], limit=5) as session,
        ):
            fetcher, port = Fetcher(session, LIMITS), server.sockets[0].getsockname()[1]
            first = await fetcher.fetch(f"http://127.0.0.1:{port}/one")
            clients[0].write(answer(b"unasked") * surplus)
            await fetcher.fetch(f"http://localhost:{port}/")  # meanwhile it arrives
            second = await fetcher.fetch(f"http://127.0.0.1:{port}/two")
            return [first.body, second.body]

    assert asyncio.run(run()) == [b"/one", b"/two"]
    assert len(clients) == (3 if surplus else 2), "what is not spoiled is used again"


@pytest.mark.parametrize(
    "pieces", [(200,), (38, 200), (20, 200), (36, 1, 1, 5, 200), (37, 200), (40, 200), (48, 200)]
)
@pytest.mark.parametrize("interim", [b"", b"HTTP/1.1 103 Early Hints\r\nX: 1\r\n\r\n"])
def test_of_a_body_longer_than_its_head_says_so_much_is_taken(pieces: Sequence[int], interim: bytes) -> None:
    """And the connection is used for nothing else, however the answer comes."""
    clients: list[asyncio.StreamWriter] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        clients.append(writer)
        with contextlib.closing(writer), contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while head := await reader.readuntil(b"\r\n\r\n"):
                body = "Новости %d".encode() % int(head.split(b" ", 2)[1][1:])
                answer = (
                    interim + b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body.decode()) + body
                )
                for size in pieces:
                    writer.write(answer[:size])
                    await writer.drain()
                    await asyncio.sleep(0)
                    answer = answer[size:]

    async def run() -> list[bytes]:
        async with (
            await asyncio.start_server(serve, "127.0.0.1", 0) as server,
            guarded_session(["127.0.0.1"], limit=5) as session,
        ):
            fetcher, url = Fetcher(session, LIMITS), f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            return [(await fetcher.fetch(f"{url}/{n}")).body for n in range(3)]

    assert asyncio.run(run()) == ["Новости".encode()[:9]] * 3
    assert len(clients) == 3


def test_an_answer_that_is_garbled_late_is_not_waited_for() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.closing(writer):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n<\r\n")
            await taken.wait()
            writer.write(b"no chunk\r\n")
            await reader.read()

    async def run() -> None:
        async with (
            await asyncio.start_server(serve, "127.0.0.1", 0) as server,
            guarded_session(["127.0.0.1"], limit=5) as session,
        ):
            url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
            async with session.get(url) as response:
                assert await response.content.read(1) == b"<"
                taken.set()
                with pytest.raises(aiohttp.ClientPayloadError):
                    await asyncio.wait_for(response.content.read(), 60)

    taken = asyncio.Event()
    asyncio.run(run())


@pytest.mark.parametrize(("keep", "connections"), [(True, 1), (False, 3)])
def test_a_connection_is_kept_only_where_that_is_wished(keep: bool, connections: int) -> None:
    clients: list[asyncio.StreamWriter] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        clients.append(writer)
        with contextlib.closing(writer), contextlib.suppress(asyncio.IncompleteReadError):
            while await reader.readuntil(b"\r\n\r\n"):
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody")

    async def run() -> None:
        async with (
            await asyncio.start_server(serve, "127.0.0.1", 0) as server,
            guarded_session(["127.0.0.1"], limit=5, keep=keep) as session,
        ):
            for _ in range(3):
                await Fetcher(session, LIMITS).fetch(
                    f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
                )

    asyncio.run(run())
    assert len(clients) == connections


@pytest.mark.parametrize("end", ["closes", "resets"])
def test_of_connections_that_died_unnoticed_each_costs_a_feed_nothing(end: str) -> None:
    """The server answers one request over each connection, and ends it without a word at the second."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answer = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody"
        with contextlib.closing(writer), contextlib.suppress(asyncio.IncompleteReadError):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(answer)
            await reader.readuntil(b"\r\n\r\n")
            if end == "resets":
                writer.transport.abort()

    async def run() -> list[bytes]:
        async with (
            await asyncio.start_server(serve, "127.0.0.1", 0) as server,
            guarded_session(["127.0.0.1"], limit=20) as session,
        ):
            fetcher, port = Fetcher(session, LIMITS), server.sockets[0].getsockname()[1]
            url = f"http://127.0.0.1:{port}/feed"
            await asyncio.gather(*(fetcher.fetch(url) for _ in range(15)))
            return [(await fetcher.fetch(url)).body for _ in range(15)]

    assert asyncio.run(run()) == [b"body"] * 15


@pytest.mark.parametrize(
    ("one", "other"),
    [("http://x.example/a", "http://X.example:80/b"), ("https://x.example:443", "https://x.example")],
)
def test_a_port_that_is_written_out_makes_no_other_origin(one: str, other: str) -> None:
    assert _origin(one) == _origin(other)
    assert _origin(one) != _origin(other.replace("http", "ftp")) != _origin("http://x.example:8080")


def test_a_bomb_is_stopped_at_the_cap(httpserver: HTTPServer) -> None:
    bomb = gzip.compress(b"\0" * 50_000_000)
    headers = {"Content-Encoding": "gzip"}
    httpserver.expect_request("/bomb").respond_with_data(bomb, headers=headers)
    httpserver.expect_request("/file").respond_with_data(bomb)
    for path in ("/bomb", "/file"):
        with pytest.raises(FetchError, match="larger than 100000"):
            fetch(httpserver.url_for(path))


def test_a_gzip_file_is_unpacked(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/feed").respond_with_data(gzip.compress(b"<rss/>"))
    assert fetch(httpserver.url_for("/feed")).body == b"<rss/>"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort", "cut off"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10000000000000\r\n\r\nshort", "cut off"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nx", "HTTP"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nbad", "cut off|HTTP"),
        (
            b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 9\r\n\r\n"
            + gzip.compress(b"x", mtime=0)[:9],
            "cut off",
        ),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 1\r\n\r\nx", "not asked for"),
        (b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n", "without saying where"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"a" * 1_000_000 + b"\r\n\r\nx", "HTTP"),
        (b"SSH-2.0-OpenSSH\r\n\r\n", "HTTP"),
        (b"", "closed the connection|no whole answer"),
    ],
)
def test_broken_answers_have_a_plain_reason(answer: bytes, reason: str) -> None:
    with pytest.raises(FetchError, match=reason) as caught:
        fetch_raw(answer)
    assert "\n" not in str(caught.value)


GARBAGE = b"\xff" * 16_000
FORGED = GARBAGE + b" 10.0.0.1 is not a public address " + GARBAGE


@pytest.mark.parametrize("garbage", [GARBAGE, FORGED], ids=["garbage", "forged"])
@pytest.mark.parametrize(
    "answer",
    [b"HTTP/9.9 %b", b"HTTP/1.1 200 OK\r\n%b: a\r\n\r\n", b"HTTP/1.1 200 OK\r\n" + CHUNKED + b"\r\n\r\n%b"],
    ids=["version", "header", "chunk"],
)
def test_what_a_server_writes_is_neither_looked_through_nor_taken_for_our_own_words(
    answer: bytes, garbage: bytes
) -> None:
    """The library quotes it at length, and while that is looked through nothing else goes on."""
    began = time.process_time()
    with pytest.raises(FetchError, match="not a proper HTTP answer") as caught:
        fetch_raw(answer % garbage)
    assert time.process_time() - began < 3
    assert not isinstance(caught.value, FetchRefused)
    assert len(str(caught.value)) < 100
    quoting = caught.value.__cause__
    assert quoting is not None
    assert len(str(quoting)) > 60_000
    assert refusal(quoting) is None


def reached(url: str) -> bool | None:
    with pytest.raises(FetchError) as caught:
        fetch(url)
    return caught.value.reached


def test_whether_there_was_a_server_is_known_of_a_failure(httpserver: HTTPServer) -> None:
    with socket.socket() as nobody, socket.socket() as full, socket.socket() as first:
        for one in (nobody, full):
            one.bind(("127.0.0.1", 0))
        full.listen(0)  # one waits to be taken, all others to wait for that
        first.connect(full.getsockname())
        refusing, silent = (f"http://127.0.0.1:{one.getsockname()[1]}/" for one in (nobody, full))
        assert [reached(url) for url in (refusing, "http://nobody.invalid/")] == [False, False]
        assert reached(silent) is not True
    assert [reached(url) for url in ("http://10.0.0.1/", "ftp://a.example/")] == [None, None]
    httpserver.expect_request("/no").respond_with_data(status=503)
    assert reached(httpserver.url_for("/no")) is True
    assert reached(httpserver.url_for("/no").replace("http:", "https:")) is True
    with raw_server(b"no HTTP\r\n\r\n", hold=False) as url:
        assert reached(url) is True


def test_of_the_reason_phrase_of_a_status_only_the_beginning_is_read() -> None:
    """Each of its brackets may begin markup."""
    assert said("Gone " + "\x00" * READ + "late") == "Gone"
    assert said("Gone " + "\x00" * (READ - 10) + "late") == "Gone late"


@pytest.mark.parametrize(
    ("reason", "refused"),
    [
        (AddressRefused("10.0.0.1"), "10.0.0.1 is not a public address"),
        (
            OSError("Multiple exceptions: [Errno 111] Connect call failed, ::1 is not a public address, x"),
            "::1 is not a public address",
        ),
        (OSError(111, "Connect call failed ('10.0.0.1', 80)"), None),
    ],
)
def test_a_refusal_is_found_among_the_reasons_of_several_addresses(
    reason: OSError, refused: str | None
) -> None:
    key = ConnectionKey("x.example", 80, False, True, None, None, None)
    assert refusal(aiohttp.ClientConnectorError(key, reason)) == refused
    assert refusal(reason) is None, "it is no connection's"


@pytest.mark.parametrize(
    "answer", [b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx"]
)
def test_a_server_that_stalls_is_given_up_in_time(answer: bytes) -> None:
    with pytest.raises(FetchError, match="within 1 s"):
        fetch_raw(answer, hold=True)


PRIVATE = """
    127.0.0.1 127.8.8.8 10.0.0.1 172.16.0.1 192.168.1.1 100.64.0.1 169.254.169.254 198.18.0.1 224.0.0.1
    255.255.255.255 0.0.0.0 192.88.99.1 ::1 :: ::ffff:127.0.0.1 ::127.0.0.1 64:ff9b::7f00:1 64:ff9b:1::1
    2002:7f00:1:: 2002:808:808:: 168.63.129.16 ::ffff:168.63.129.16 64:ff9b::a83f:8110 100.100.100.200
    192.0.0.192 fd00:ec2::254 fd20:ce::254 fe80::1 fec0::1 ff02::1 nonsense
""".split()


@pytest.mark.parametrize(
    ("allowed", "url", "is_allowed"),
    [
        ("[fd00::1]:8080", "http://[fd00::1]:8080/", True),
        ("[fd00::1]:8080", "http://[FD00:0:0:0:0:0:0:1]:8080/", True),
        ("[fd00::1]:8080", "http://[fd00::1]/", False),
        ("[fd00::1]:8080", "http://[fd00::1:8080]/", False),
        ("[fd00::1]:8080", "http://[fd00::1:8080]:8080/", False),
        ("fd00::1:8080", "http://[fd00::1:8080]:9/", True),
        ("fd00::1:8080", "http://[fd00::1]:8080/", False),
        ("[fd00::1]", "http://[fd00::1]:9/", True),
        ("0:0:0:0:0:0:0:1", "http://[::1]:9/", True),
        ("[0:0:0:0:0:0:0:1]:80", "http://[::1]/", True),
        ("::FFFF:10.0.0.1", "http://[::ffff:a00:1]/", True),
        ("10.0.0.1:80", "http://10.0.0.1/", True),
        ("10.0.0.1:80", "http://10.0.0.1:81/", False),
        ("10.0.0.1", "http://10.0.0.11/", False),
        ("Feeds.lan.:8080", "http://feeds.LAN:8080/", True),
        ("feeds.lan:8080", "http://feeds.lan:80/", False),
        ("", "http://feeds.lan/", False),
        ("[", "http://feeds.lan/", False),
        (":80", "http://feeds.lan/", False),
    ],
)
def test_a_host_that_is_allowed_allows_no_other(allowed: str, url: str, is_allowed: bool) -> None:
    assert _is_allowed(URL(url), {_place(allowed)}) is is_allowed


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_public_addresses_are(address: str) -> None:
    assert is_public(address)
