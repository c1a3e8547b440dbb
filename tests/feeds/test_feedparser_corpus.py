"""feedparser's own test feeds: none does any harm, and the quick way reads them as feedparser does."""

import os
import subprocess
import sys
import tarfile
from collections import Counter
from importlib.metadata import version
from pathlib import Path

import pytest

from monitor.errors import ParseError
from monitor.feeds.parse import ParsedFeed, ParseLimits, parse

URL = "https://news.example/dir/feed.xml"
LIMITS = ParseLimits()
LEAST_QUICK = 700
"""Of more than two thousand; many are there for what the quick way leaves alone."""


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Return the feeds in feedparser's source package, which comes from the package index."""
    folder = tmp_path_factory.mktemp("feedparser")
    name = f"feedparser=={version('feedparser')}"
    options = [
        "--quiet",
        "--disable-pip-version-check",
        "--no-deps",
        "--no-binary",
        ":all:",
        "--dest",
        str(folder),
    ]
    done = subprocess.run(
        [sys.executable, "-m", "pip", "download", *options, name], capture_output=True, text=True, check=False
    )
    if done.returncode:
        reason = f"the source of {name} cannot be downloaded: {done.stderr.strip().splitlines()[-1:]}"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    (packed,) = folder.glob("*.tar.gz")
    with tarfile.open(packed) as archive:
        archive.extractall(folder, filter="data")
    return sorted(folder.glob("*/tests/**/*.xml"))


def read(body: bytes, *, quick: bool) -> ParsedFeed | str:
    try:
        return parse(body, "", URL, LIMITS, quick=quick)
    except ParseError as error:
        return str(error)


def test_its_own_feeds_come_out_as_feedparser_reads_them(corpus: list[Path]) -> None:
    ways: Counter[bool] = Counter()
    for path in corpus:
        body = path.read_bytes()
        found = read(body, quick=True)
        assert found == read(body, quick=False), path
        ways[isinstance(found, ParsedFeed) and found.quick] += 1
    print(f"{ways[True]} of {len(corpus)} feeds go the quick way")
    assert len(corpus) > 2000
    assert ways[True] >= LEAST_QUICK
