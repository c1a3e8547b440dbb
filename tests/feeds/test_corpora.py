"""Feeds of others: feedparser's own test feeds, and whole feeds of real sites as another package keeps them.

They come from source packages of the package index when the tests run. None does any harm, none ends a
parser, each gives as many entries as feedparser gives, and the quick way reads it as feedparser does.
"""

import asyncio
import io
import os
import subprocess
import sys
import tarfile
from collections import Counter
from importlib.metadata import version
from pathlib import Path

import feedparser
import psutil
import pytest

from monitor.errors import ParseError
from monitor.feeds.cage import Cage
from monitor.feeds.document.parse import ParsedFeed, ParseLimits, parse
from monitor.feeds.document.reading import Document
from tests.samples import FEED, NOW

URL = "https://news.example/dir/feed.xml"
LIMITS = ParseLimits()
LEAST_QUICK = 700
"""Of more than two thousand; many are there for what the quick way leaves alone."""
REAL = "rss-parser==4.4.1"
"""Keeps feeds of the BBC, NPR, heise, The Verge, YouTube, Slashdot and others, whole, as they were served."""
SITES = {
    "bbc_news", "cpython_releases", "heise", "hnrss", "lex_fridman", "npr", "slashdot", "theverge",
    "xkcd_atom", "xkcd_rss", "youtube",
}  # fmt: skip


def unpacked(requirement: str, folder: Path) -> Path:
    """Return the folder of a source package; fail, or outside CI skip, if it cannot be had."""
    name = requirement.partition("==")[0]
    options = [
        "--quiet",
        "--disable-pip-version-check",
        "--no-deps",
        "--no-binary",
        name,
        "--dest",
        str(folder),
    ]
    done = subprocess.run(
        [sys.executable, "-m", "pip", "download", *options, requirement],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        reason = f"the source of {requirement} cannot be downloaded: {done.stderr.strip().splitlines()[-1:]}"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    (packed,) = folder.glob("*.tar.gz")
    with tarfile.open(packed) as archive:
        archive.extractall(folder, filter="data")
    (found,) = (path for path in folder.iterdir() if path.is_dir())
    return found


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Return feedparser's own feeds."""
    package = unpacked(f"feedparser=={version('feedparser')}", tmp_path_factory.mktemp("feedparser"))
    return sorted(package.glob("tests/**/*.xml"))


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Return by site the feeds of real ones."""
    package = unpacked(REAL, tmp_path_factory.mktemp("real"))
    return {path.parent.name: path.read_bytes() for path in package.glob("tests/corpus/**/*.xml")}


def read(body: bytes, *, quick: bool) -> ParsedFeed | str:
    try:
        return parse(body, "", URL, LIMITS, quick=quick)
    except ParseError as error:
        return str(error)


def entries_by_feedparser(body: bytes) -> int:
    return len(feedparser.parse(io.BytesIO(body), sanitize_html=False, resolve_relative_uris=False).entries)


def test_its_own_feeds_come_out_as_feedparser_reads_them(corpus: list[Path]) -> None:
    ways: Counter[bool] = Counter()
    for path in corpus:
        body = path.read_bytes()
        found = read(body, quick=True)
        assert found == read(body, quick=False), path
        ways[isinstance(found, ParsedFeed) and found.quick] += 1
        entries = len(found.entries) if isinstance(found, ParsedFeed) else 0
        assert entries == entries_by_feedparser(body), path
    print(f"{ways[True]} of {len(corpus)} feeds go the quick way")
    assert len(corpus) > 2000
    assert ways[True] >= LEAST_QUICK


def test_whole_feeds_of_real_sites_are_read_entry_by_entry_and_by_the_same_parser(
    real: dict[str, bytes],
) -> None:
    async def run() -> set[psutil.Process]:
        children = set()
        async with Cage(1, 10.0, 512_000_000, LIMITS) as cage:
            for site, body in real.items():
                found = await cage.read(Document(body, "text/xml", URL, FEED, NOW))
                children |= set(psutil.Process().children(recursive=True)) - before
                assert found.shown == entries_by_feedparser(body) > 0, site
                assert not found.problems, site
                assert read(body, quick=True) == read(body, quick=False), site
        return children

    before = set(psutil.Process().children(recursive=True))
    assert real.keys() >= SITES
    assert len(asyncio.run(run())) == 1, "no parser was lost"
