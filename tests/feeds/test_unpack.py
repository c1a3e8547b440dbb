"""Bodies come out of their compression whole or not at all, and stay within the limit both ways."""

import gzip
import random
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.feeds.fetching.unpack import MEMBERS, BodyTooLarge, BrokenBody, Unpacker, unwrap

LIMIT = 10_000


def unpacked(body: bytes, encoding: str = "gzip", piece: int = 700) -> bytes:
    unpacker = Unpacker(encoding, LIMIT)
    for start in range(0, len(body), piece):
        unpacker.feed(body[start : start + piece])
    return unpacker.finish()


@given(st.binary(max_size=3000), st.integers(1, 500))
def test_what_was_packed_comes_out_in_pieces_of_any_size(data: bytes, piece: int) -> None:
    assert unpacked(gzip.compress(data), piece=piece) == data
    assert unpacked(zlib.compress(data), "deflate", piece) == data
    raw = zlib.compressobj(wbits=-15)
    assert unpacked(raw.compress(data) + raw.flush(), "deflate", max(piece, 2)) == data
    assert unpacked(data, "", piece) == data
    assert unpacked(gzip.compress(data) + gzip.compress(b"two"), piece=piece) == data + b"two"


def test_several_gzip_files_in_a_row_are_one_body() -> None:
    assert unpacked(gzip.compress(b"one ") + gzip.compress(b"two")) == b"one two"


PLAIN = [
    '<?xml version="1.0"?><rss version="2.0">',
    '\n<?xml version="1.0"?><rss version="2.0">',
    "<rss version='2.0'><channel><title>Новини</title>",
    '<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title>',
    '\ufeff<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">',
    '{"version": "https://jsonfeed.org/version/1.1", "items": []}',
    "<!DOCTYPE html><html>",
]


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
@pytest.mark.parametrize("text", PLAIN)
def test_what_is_said_to_be_packed_and_is_not_is_taken_as_it_is(text: str, encoding: str) -> None:
    assert unpacked(text.encode(), encoding) == text.encode()


@pytest.mark.parametrize(
    "word",
    ["aws-chunked", "windows-1251", "UTF8", "charset=utf-8", "euc-kr", "text/xml", "text/xml; charset=utf-8"],
)
def test_a_word_for_something_else_is_no_packing(word: str) -> None:
    assert unpacked(PLAIN[0].encode(), word) == PLAIN[0].encode()
    assert unpacked(gzip.compress(b"one"), f"{word}, gzip") == b"one"


@pytest.mark.parametrize(
    "word", ["br", "zstd", "compress", "dcb", "zlib", "bz2", "x-own", "\udcff", "gzip, br"]
)
def test_an_unknown_packing_is_refused(word: str) -> None:
    with pytest.raises(BrokenBody, match="which was not asked for"):
        Unpacker(word, LIMIT)


def test_gzip_that_is_said_to_be_deflate_is_unpacked() -> None:
    for piece in (1, 2, 700):
        assert unpacked(gzip.compress(b"one" * 100), "deflate", piece) == b"one" * 100


def test_deflate_that_is_broken_further_on_is_refused() -> None:
    packed = zlib.compress(random.Random(1).randbytes(8_000))
    with pytest.raises(BrokenBody, match="not packed as"):
        unpacked(packed[:-4] + b"\0\0\0\0", "deflate")


def test_padding_behind_the_end_is_left() -> None:
    assert unpacked(gzip.compress(b"one") + b"\0" * 2000) == b"one"


@pytest.mark.parametrize(
    "body",
    [
        gzip.compress(b"x" * (LIMIT + 1)),
        gzip.compress(gzip.compress(b"x" * LIMIT * 3)),
        gzip.compress(b"one") + b"\0" * (LIMIT + 1),
    ],
    ids=["one", "nested", "padded"],
)
def test_too_much_is_refused(body: bytes) -> None:
    with pytest.raises(BodyTooLarge):
        unwrap(unpacked(body), LIMIT)


def test_empty_gzip_files_without_end_are_refused() -> None:
    with pytest.raises(BrokenBody, match="in a row"):
        unpacked(gzip.compress(b"") * (MEMBERS + 1))


def test_a_body_that_was_cut_off_is_refused() -> None:
    with pytest.raises(BrokenBody, match="cut off"):
        unpacked(gzip.compress(b"x" * 5000)[:-10])
