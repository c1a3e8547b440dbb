"""Feeds with ``verify_tls: false``: their servers are taken as they are, and commands say so."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands.desk import Said, configured, monitor, write
from tests.secured.certificates import certificates
from tests.secured.site import Site, tls_site

HINT = "set `verify_tls: false` for this feed if you trust it all the same"
NOTE = "its certificate is not verified"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Give a server whose certificate nobody here vouches for."""
    with tls_site(certificates(tmp_path_factory.mktemp("certificates"))) as made:
        yield made


@pytest.fixture
def listed(folder: Path, site: Site) -> Path:
    """Give a list with two feeds of one server, of which one is taken as it is, and one at rest."""
    feeds = [
        {"id": "own", "outlet": "Own", "url": site.url("/own"), "verify_tls": False},
        {"id": "strict", "outlet": "Strict", "url": site.url("/strict")},
        {
            "id": "old",
            "outlet": "Old",
            "url": "https://old.example/",
            "verify_tls": False,
            "enabled": False,
        },
    ]
    return write(folder, feeds={"version": 1, "feeds": feeds})


def said(folder: Path, *arguments: str) -> Said:
    return monitor(*arguments, "--config", folder)


def flat(text: str) -> str:
    return " ".join(text.split())


def test_a_check_takes_one_feed_as_it_is_and_the_other_of_its_server_not(listed: Path) -> None:
    found = said(listed, "feeds", "check", "own", "strict", "--json")
    own, strict = found.rows
    assert (found.code, own["state"], own["verify_tls"], own["entries"]) == (1, "ok", False, 1)
    assert (strict["state"], strict["verify_tls"]) == ("failing", True)
    assert strict["reason"].startswith("the certificate is not valid: ")
    assert strict["reason"].endswith(HINT)
    assert flat(said(listed, "feeds", "check", "own", "strict").out).count(NOTE) == 1


def test_the_list_and_the_status_name_it(listed: Path) -> None:
    rows = said(listed, "feeds", "list", "--json").rows
    assert {row["id"]: row["verify_tls"] for row in rows} == {"own": False, "strict": True, "old": False}
    assert flat(said(listed, "feeds", "list").out).count(NOTE) == 2
    (status,) = said(listed, "status", "--json").rows
    assert status["unverified"] == ["own"], "what rests is not polled"
    assert "unverified own (`verify_tls: false`)" in flat(said(listed, "status").out)


def test_a_service_polls_it_and_tells_of_the_other_what_to_do(listed: Path) -> None:
    assert said(listed, "run", "--once").code == 0
    own, strict, _ = said(listed, "feeds", "list", "--json").rows
    assert (own["health"], own["reason"], own["articles"]) == ("healthy", "", 1)
    assert strict["health"] == "failing"
    assert strict["reason"].endswith(HINT)


def test_the_pages_of_its_articles_are_verified(folder: Path, site: Site) -> None:
    article = f"<item><title>Troops</title><link>{site.url('/page')}</link></item>"
    site.body = f"<rss version='2.0'><channel>{article}</channel></rss>"
    feed = {"id": "own", "outlet": "Own", "url": site.url("/pages"), "verify_tls": False, "full_text": True}
    write(folder, feeds={"version": 1, "feeds": [feed]})
    configured(folder, poll={"allow_hosts": ["127.0.0.1"], "page_allow_hosts": ["127.0.0.1"]})
    assert said(folder, "run", "--once").code == 0
    (own,) = said(folder, "feeds", "list", "--json").rows
    assert (own["health"], own["articles"]) == ("healthy", 1)
    assert own["reason"].startswith("pages not read: 1 because ")
    assert "/pages" in site.paths
    assert not {"/page", "/robots.txt"} & set(site.paths)


def test_pages_are_verified_and_not_said_to_be_feeds(listed: Path, site: Site) -> None:
    before = len(site.asked)
    found = monitor("explain", "troops", site.url(), "-c", listed, "--allow-host", "127.0.0.1")
    assert (found.code, found.out) == (1, "")
    assert "the certificate is not valid" in found.err
    assert "verify_tls" not in found.err
    assert len(site.asked) == before


def test_a_site_is_looked_through_only_if_it_can_be_verified(site: Site) -> None:
    found = monitor("feeds", "discover", site.url(), "--allow-host", "127.0.0.1")
    assert (found.code, found.out) == (1, "")
    assert found.err.endswith(f"{HINT}\n")
