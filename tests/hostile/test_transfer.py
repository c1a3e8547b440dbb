"""Answers that are too large, too slow, too long or no answers at all."""

import gzip
import threading
import time
import zlib
from collections.abc import Callable
from typing import Any

import psutil
import pytest

from monitor.errors import FetchError
from monitor.feeds.fetching.fetch import Validators
from monitor.feeds.fetching.unpack import BodyTooLarge, Unpacker
from tests.hostile.reader import Reader, reading
from tests.hostile.server import GOOD, Server, Talk, chunked, http, item

GZIP = "Content-Encoding: gzip"
FEED = GOOD.encode()
PACKED = gzip.compress(FEED)
ZEROS = gzip.compress(b"\0" * 200_000_000)
DEFLATED = zlib.compress(b"\0" * 200_000_000)
TITLES = ["Good news"]
HEAD = b"HTTP/1.1 200 OK\r\n"
IN_CHUNKS = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


def flood(start: bytes, part: bytes) -> Callable[[Talk], object]:
    """Return what sends a part without end, as fast as it is taken."""

    def script(talk: Talk) -> None:
        talk.say(start)
        while True:
            talk.say(part)

    return script


def numbered(start: bytes) -> Callable[[Talk], object]:
    """Return what sends ever new headers without end."""

    def script(talk: Talk) -> None:
        talk.say(start)
        number = 0
        while True:
            number += 1
            talk.say(b"X-%d: a\r\n" % number)

    return script


@pytest.mark.parametrize(
    "answer",
    [
        http(ZEROS, "200 OK", GZIP),
        http(ZEROS, "200 OK", "Content-Type: application/gzip"),
        http(gzip.compress(ZEROS), "200 OK", GZIP),
        HEAD + GZIP.encode() + b"\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked(ZEROS),
        http(DEFLATED, "200 OK", "Content-Encoding: deflate"),
        http(gzip.compress(b"<rss><channel>" + b"<item/>" * 3_000_000), "200 OK", GZIP),
        http(b"<rss>" + b" " * 1_100_000),
        flood(HEAD + b"\r\n", b"<item/>" * 9000),
        flood(IN_CHUNKS, b"1000\r\n" + b"x" * 4096 + b"\r\n"),
    ],
    ids="header body twice chunks deflate items plain endless endless-chunks".split(),
)
def test_what_is_too_large_is_cut_off_at_the_cap(site: Server, reader: Reader, answer: Any) -> None:
    before = psutil.Process().memory_info().rss
    assert reader.refusal(site.put(answer)) == "the body is larger than 1000000 bytes"
    assert psutil.Process().memory_info().rss - before < 100_000_000


def test_of_a_bomb_no_more_is_unpacked_than_the_cap_needs(site: Server) -> None:
    """2 GB of zeros in 2 MB: a megabyte comes out, and one byte that tells that there is more."""
    packed = gzip.compress(b"\0" * 100_000_000) * 20
    with reading(max_body="1MB") as small:
        assert "larger than" in small.refusal(site.put(http(packed, "200 OK", GZIP)))
    unpacker = Unpacker("gzip", 1_000_000)
    with pytest.raises(BodyTooLarge):
        unpacker.feed(packed[:65_536])
    assert unpacker._size == 1_000_001


def test_what_is_packed_three_times_is_no_feed(site: Server, reader: Reader) -> None:
    answer = http(gzip.compress(gzip.compress(ZEROS)), "200 OK", GZIP)
    assert reader.refusal(site.put(answer)).startswith("not a feed")


def test_gzip_files_without_content_and_end_are_given_up(site: Server, reader: Reader) -> None:
    empty = flood(HEAD + GZIP.encode() + b"\r\n\r\n", gzip.compress(b"") * 1000)
    assert "gzip files in a row" in reader.refusal(site.put(empty))


@pytest.mark.parametrize(
    "script",
    [
        lambda talk: talk.hold(),
        lambda talk: talk.say(HEAD).hold(),
        lambda talk: talk.say(HEAD).drip(b"X: a\r\n", 0.2),
        lambda talk: talk.say(HEAD + b"\r\n").hold(),
        lambda talk: talk.say(HEAD + b"\r\n<rss>").drip(b"<item/>", 0.05),
        lambda talk: talk.say(IN_CHUNKS).drip(b"1\r\nx\r\n", 0.05),
        lambda talk: talk.say(http(b"", "302 Found", "Location: /slow", whole=False)).hold(),
    ],
    ids="silent headers slow-headers body slow-body slow-chunks redirect".split(),
)
def test_a_deadline_for_all_of_it_ends_what_takes_for_ever(site: Server, script: Any) -> None:
    site.put(lambda talk: talk.hold(), "/slow")
    with reading(timeout="1s") as impatient:
        assert impatient.refusal(site.put(script)) == "no whole answer within 1 s"


INTERIM = "more than 20 interim answers came, and no other"
AROUND = "far more came around the body than it needs"


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        (flood(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), INTERIM),
        (flood(b"", b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" * 100), INTERIM),
        (flood(b"", b"HTTP/1.1 103 Early Hints\r\nX: " + b"x" * 60_000 + b"\r\n\r\n"), INTERIM),
        (flood(IN_CHUNKS + b"5;x=", b"x" * 9000), AROUND),
        (flood(IN_CHUNKS, b"1\r\nx\r\n" * 1000), AROUND),
        (flood(IN_CHUNKS, b"1;" + b"y" * 5000 + b"\r\nx\r\n"), AROUND),
        (flood(IN_CHUNKS, b"0" * 9000), AROUND),
    ],
    ids="100s 103s large-103s endless-extension tiny-chunks extensions zeros".split(),
)
def test_what_comes_without_end_besides_a_body_is_cut_off_by_its_count(
    site: Server, script: Any, reason: str
) -> None:
    site.put(script)
    with reading(timeout="60s", max_body="900MB") as patient:
        assert patient.refusal(site.url_for("/feed")) == reason


def test_what_comes_unasked_over_a_kept_connection_has_an_end(site: Server, reader: Reader) -> None:
    answer = HEAD + b"Content-Length: 6\r\n\r\n<rss/>"
    kept, gone = threading.Event(), threading.Event()

    def speak_on(talk: Talk) -> None:
        talk.say(answer)
        kept.wait(60)
        try:
            flood(b"", answer * 100)(talk)
        finally:
            gone.set()

    assert reader.fetch(site.put(speak_on)).body == b"<rss/>"
    kept.set()
    assert gone.wait(10), "sooner than a connection is dropped that nobody needs"


@pytest.mark.parametrize("size", [1, 30])
def test_honest_chunks_may_be_small(site: Server, reader: Reader, size: int) -> None:
    body = f"<rss><channel>{item()}{' ' * 900 * size * 30}</channel></rss>".encode()
    parts = (body[n : n + size] for n in range(0, len(body), size))
    assert reader.titles(site.put(IN_CHUNKS + chunked(*parts))) == TITLES


def test_as_many_interim_answers_as_sites_may_need_are_passed_over(site: Server, reader: Reader) -> None:
    assert reader.titles(site.put(b"HTTP/1.1 103 Early Hints\r\n\r\n" * 20 + http(FEED))) == TITLES


def reset_amid_body(talk: Talk) -> None:
    talk.say(HEAD + b"Content-Length: 1000\r\n\r\n<rss>").reset()


CUT = "the answer was cut off or garbled"
NOT_HTTP = "not a proper HTTP answer (Bad status line)"
MORE_THAN_ONE_READ = FEED + b" " * 800_000
"""So that what follows is read when the head has been taken: aiohttp words its refusals by that."""


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (HEAD + b"Content-Length: 5000\r\n\r\n" + FEED, CUT),
        (HEAD + b"Content-Length: 10995116277760\r\n\r\n" + FEED, CUT),
        (HEAD + b"Content-Length: -1\r\n\r\n" + FEED, "(Invalid character in Content-Length)"),
        (HEAD + b"Content-Length: +5\r\n\r\n" + FEED, "(Invalid character in Content-Length)"),
        (HEAD + b"Content-Length: " + b"9" * 99 + b"\r\n\r\n" + FEED, "(Content-Length overflow)"),
        (HEAD + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n" + FEED, "(Duplicate Content-Length)"),
        (HEAD + b"Content-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked(FEED), "Transfer-Encod"),
        (HEAD + b"Content-Length: 9\r\n\r\n" + FEED, "not a feed (XML of another kind)"),
        (IN_CHUNKS + b"zz\r\nbad", "(Invalid character in chunk size)"),
        (IN_CHUNKS + b"-5\r\nbad\r\n", "(Invalid character in chunk size)"),
        (IN_CHUNKS + b"F" * 17 + b"\r\nbad\r\n", "(Chunk size overflow)"),
        (IN_CHUNKS + b"3\r\n" + FEED + b"\r\n0\r\n\r\n", "(Expected LF after chunk data)"),
        (IN_CHUNKS + chunked(FEED, end=b""), CUT),
        (reset_amid_body, CUT),
        (lambda talk: talk.reset(), "the connection failed: connection reset by peer"),
        (b"", "the server closed the connection without an answer"),
        (FEED, NOT_HTTP),
        (b"ICY 200 OK\r\n\r\n" + FEED, NOT_HTTP),
        (b"HTTP/1.1 99999 What\r\n\r\n" + FEED, NOT_HTTP),
        (b"SSH-2.0-OpenSSH\r\n", NOT_HTTP),
        (b"220 mail.example ESMTP\r\n", NOT_HTTP),
        (b"\x15\x03\x01\0\x02\x02\x50", NOT_HTTP),
        (b"\0" * 1000, NOT_HTTP),
        (http(FEED, "200 OK", "a line without a colon"), "(Invalid header token)"),
        (http(FEED, "200 OK", "X: a\0b"), "(Invalid HTTP header)"),
        (http(FEED, "200 OK", *(f"X-{n}: a" for n in range(10_000))), "(Too many headers received)"),
        (http(FEED, "200 OK", "X: " + "a" * 1_000_000), "(Got more than 65536 bytes)"),
        (numbered(HEAD), "(Too many headers received)"),
        (IN_CHUNKS + chunked(FEED, end=b"0\r\n") + b"X: a\r\n" * 10_000, "(Too many headers received)"),
        (numbered(IN_CHUNKS + chunked(MORE_THAN_ONE_READ, end=b"0\r\n")), CUT),
        (flood(HEAD + b"X: ", b"a" * 9000), "(Got more than 65536 bytes)"),
        (flood(b"HTTP/1.1 200 ", b"<" * 9000), "not a proper HTTP answer ("),
        (http(PACKED[:-12], "200 OK", GZIP), "the packed body was cut off"),
        (http(PACKED[:20], "200 OK", GZIP), "the packed body was cut off"),
        (http(PACKED[:-4] + b"\0\0\0\0", "200 OK", GZIP), "not packed as its headers say"),
        (http(PACKED[:30] + b"xxxx" + PACKED[34:], "200 OK", GZIP), "not packed as its headers say"),
        (
            http(zlib.compress(FEED)[:-4] + b"\0\0\0\0", "200 OK", "Content-Encoding: deflate"),
            "not packed as its headers say",
        ),
        (http(FEED, "200 OK", "Content-Encoding: br"), "packed as 'br', which was not asked for"),
        (http(FEED, "200 OK", "Content-Encoding: zstd"), "packed as 'zstd', which was not asked for"),
        (http(PACKED, "200 OK", "Content-Encoding: gzip, gzip"), "which was not asked for"),
        (http(b"", "500 \x1b[31mRed\x07"), "HTTP 500 Red"),
        (http(b"", "500 " + "x" * 5000), "HTTP 500 xxx"),
    ],
)
def test_what_is_no_proper_answer_has_a_plain_reason(
    site: Server, reader: Reader, answer: Any, reason: str
) -> None:
    assert reason in reader.refusal(site.put(answer))


@pytest.mark.parametrize(
    "answer",
    [
        http(PACKED, "200 OK", GZIP),
        http(PACKED, "200 OK", "Content-Type: text/xml"),
        http(gzip.compress(PACKED), "200 OK", GZIP),
        http(PACKED + b"padding", "200 OK", GZIP),
        http(FEED, "200 OK", GZIP),
        http(FEED, "200 OK", "Content-Encoding: UTF-8"),
        http(FEED, "200 OK", "Content-Encoding: none"),
        http(PACKED, "200 OK", "Content-Encoding: identity, gzip"),
        http(zlib.compress(FEED), "200 OK", "Content-Encoding: deflate"),
        http(FEED, "200 OK", "Content-Encoding: deflate"),
        http(PACKED, "200 OK", "Content-Encoding: deflate"),
        HEAD + b"Transfer-Encoding: gzip, chunked\r\n\r\n" + chunked(PACKED),
        IN_CHUNKS + chunked(*(FEED[n : n + 1] for n in range(len(FEED)))),
        b"HTTP/1.0 200 OK\r\n\r\n" + FEED,
        b"HTTP/1.1 200\r\n\r\n" + FEED,
        b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + http(FEED),
        http(FEED, "203 Non-Authoritative Information"),
        http(FEED, "200 OK", "Content-Type: ;;;=/"),
        http(FEED, "200 OK", "Content-Type: image/png"),
        http(FEED, "200 OK", "X: \xff\xfe"),
        http(FEED, "200 OK", 'ETag: "' + "e" * 60_000 + '"'),
        http(FEED, "200 OK", *(f"Set-Cookie: c{n}={'v' * 50}" for n in range(500))),
    ],
)
def test_what_is_only_odd_is_read(site: Server, reader: Reader, answer: bytes) -> None:
    assert reader.titles(site.put(answer)) == TITLES


NOTHING_NEW = b"HTTP/1.1 304 Not Modified\r\n"


@pytest.mark.parametrize(
    "unneeded",
    [
        NOTHING_NEW + b"Content-Length: 5\r\n\r\n<rss>",
        NOTHING_NEW + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        NOTHING_NEW + GZIP.encode() + b"\r\nContent-Length: 20\r\n\r\n" + gzip.compress(b"", mtime=0),
        NOTHING_NEW + b"Connection: close\r\n\r\n<html></html>",
    ],
    ids=["whole", "chunked", "packed", "closing"],
)
def test_a_body_where_none_may_be_costs_a_second_request_and_no_feed(
    site: Server, reader: Reader, unneeded: bytes
) -> None:
    url = site.put(lambda talk: talk.say(unneeded if "If-None-Match" in talk.head else http(FEED)))
    got = reader.fetch(url, unless=Validators('"a"'), headers={"X-Key": "k"})
    assert (got.status, got.body, got.unconditional) == (200, FEED, True)
    assert ["X-Key: k" in head for head in site.asked] == [True, True]


def test_a_condition_that_is_taken_for_one_to_be_met_costs_a_second_request(
    site: Server, reader: Reader
) -> None:
    unmet = http(b"", "412 Precondition Failed")
    url = site.put(lambda talk: talk.say(unmet if "If-None-Match" in talk.head else http(FEED)))
    got = reader.fetch(url, unless=Validators('"a"'))
    assert (got.body, got.unconditional) == (FEED, True)
    assert reader.refusal(site.put(unmet)) == "HTTP 412 Precondition Failed"
    assert len(site.asked) == 3


def test_a_second_request_is_the_last(site: Server, reader: Reader) -> None:
    with pytest.raises(FetchError, match="not a proper HTTP answer"):
        reader.fetch(site.put(FEED), unless=Validators('"a"'))
    assert len(site.asked) == 2


def test_a_flood_of_links_in_headers_holds_nothing_up(site: Server, reader: Reader) -> None:
    url = site.put(http(FEED, "200 OK", *["Link: " + "<a>," * 15_000] * 100))
    before = time.process_time()
    assert reader.titles(url) == TITLES
    assert time.process_time() - before < 3.0


def test_cookies_are_not_sent_back(site: Server, reader: Reader) -> None:
    url = site.put(http(FEED, "200 OK", "Set-Cookie: track=me; Path=/"))
    for _ in range(2):
        reader.titles(url)
    assert "cookie" not in "".join(site.asked).lower()


def test_many_that_are_slow_do_not_delay_a_good_one(site: Server) -> None:
    slow = site.put(lambda talk: talk.hold(), "/slow")
    good = site.put(http(FEED), "/good")
    with reading(timeout="30s") as patient:
        waiting = [patient.begin(slow) for _ in range(50)]
        assert patient.titles(good) == TITLES
        assert not any(job.done() for job in waiting), "they are being waited for, all at the same time"
        for job in waiting:
            job.cancel()
