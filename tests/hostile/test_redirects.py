"""Redirects that lead nowhere, on and on, or to places that nobody outside may reach."""

import contextlib
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from monitor.errors import FetchError, FetchRefused
from tests.hostile.reader import Reader, reading
from tests.hostile.server import GOOD, Server, Talk, http


def to(place: str | bytes, status: str = "302 Found") -> bytes:
    """Return a redirect."""
    target = place if isinstance(place, bytes) else place.encode()
    return b"HTTP/1.1 %b\r\nLocation: %b\r\nContent-Length: 0\r\n\r\n" % (status.encode(), target)


def grow(talk: Talk) -> None:
    """Redirect to an ever longer address."""
    path = talk.head.split(" ")[1]
    talk.say(to(f"{path}{'&' if '?' in path else '?'}{'x' * 50}"))


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (to("/feed"), "a loop of redirects"),
        (to("/other"), "a loop of redirects"),
        (to("/feed", "301 Moved Permanently"), "a loop of redirects"),
        (to("#part"), "a loop of redirects"),
        (grow, "more than 5 redirects"),
        (b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n", "without saying where to"),
        (to(""), "without saying where to"),
        (to("   "), "without saying where to"),
        (to(b"/\xff\xfe"), "to an unreadable address"),
        (to("/a\tb"), "to an unreadable address"),
        (to("/" + "a" * 7000), "to an unreadable address"),
        (to("/a\0b"), "not a proper HTTP answer"),
        (to("http://[::1"), "not a usable address"),
        (to("http://127.0.0.1:99999/"), "not a usable address"),
        (to("http://127.0.0.1:abc/"), "not a usable address"),
        (to("http://a..b/"), "not a usable address"),
        (to("http://xn--/"), "the host xn-- is not found"),
        (to("/x", "300 Multiple Choices"), "HTTP 300"),
        (to("/x", "305 Use Proxy"), "HTTP 305"),
    ],
)
def test_what_leads_nowhere_ends_with_a_plain_reason(
    site: Server, reader: Reader, answer: Any, reason: str
) -> None:
    site.put(to("/feed"), "/other")
    assert reason in reader.refusal(site.put(answer))
    assert len(site.asked) <= 6


def test_a_header_cannot_be_smuggled_into_the_next_request(site: Server, reader: Reader) -> None:
    site.put(http(GOOD), "/next")
    for target in ("/next%0d%0aX-Evil:%20yes", "/next\r\nX-Evil: yes"):
        site.asked.clear()
        with contextlib.suppress(FetchError):
            reader.titles(site.put(to(target)))
        assert "x-evil: yes" not in "".join(site.asked).lower()


def test_the_body_of_a_redirect_is_not_waited_for(site: Server, reader: Reader) -> None:
    site.put(http(GOOD), "/next")
    start = b"HTTP/1.1 302 Found\r\nLocation: /next\r\n\r\n"
    assert reader.titles(site.put(lambda talk: talk.say(start).drip(b"x", 0.05))) == ["Good news"]


SPELLINGS = """
    http://127.0.0.2/ http://127.1/ http://127.0.1/ http://2130706433/ http://0x7f000001/ http://0x7f.0.0.1/
    http://0177.0.0.1/ http://017700000001/ http://127.0.0.2./ http://１２７.０.０.２/ http://①②⑦.⓪.⓪.②/
    http://127。0。0。2/ http://user:word@127.0.0.2/ http://example.org@127.0.0.2/ http://localhost/
    http://LOCALHOST/ http://localhost./ http://0.0.0.0/ http://0/ http://[::1]/ http://[::]/
    http://[::ffff:127.0.0.2]/ http://[0:0:0:0:0:ffff:7f00:2]/ http://[::127.0.0.1]/ http://[64:ff9b::7f00:1]/
    http://[64:ff9b::10.0.0.1]/ http://[2002:7f00:1::]/ http://[::ffff:0:127.0.0.1]/ //127.0.0.2/
    http://169.254.169.254/latest/ http://2852039166/ http://0xa9fea9fe/ http://[::ffff:a9fe:a9fe]/
    http://metadata.google.internal/ http://[fd00:ec2::254]/ http://10.1.2.3/ http://172.16.0.1/
    http://172.31.255.255/ http://192.168.1.1/ http://100.64.0.1/ http://198.18.0.1/ http://198.19.255.255/
    http://224.0.0.1/ http://255.255.255.255/ http://240.0.0.1/ http://192.0.2.1/ http://192.88.99.1/
    http://[fe80::1]/ http://[fc00::1]/ http://[ff02::1]/ http://[fec0::1]/ http://[2001::1]/
    http://[2001:db8::1]/ http://[3fff::1]/ http://[64:ff9b:1::1]/
""".split()
REFUSED = ("is not a public address", "not a usable address", "is not found")


@pytest.mark.parametrize("place", SPELLINGS)
def test_no_spelling_of_a_private_address_is_connected_to(site: Server, reader: Reader, place: str) -> None:
    """Neither by a redirect nor from the start."""
    for url in (site.put(to(place)), place):
        if url.startswith("http"):
            assert any(words in reader.refusal(url) for words in REFUSED)


def test_a_private_host_that_a_redirect_leads_to_is_named(site: Server, reader: Reader) -> None:
    said = reader.refusal(site.put(to("http://localhost:9/a")))
    assert said.startswith("it leads to localhost, and ")
    assert said.endswith(" is not a public address; allow that host in poll.allow_hosts if you trust it")
    said = reader.refusal(f"http://localhost:{site.url.rpartition(':')[2]}/feed")
    assert said.endswith(" is not a public address; allow its host in poll.allow_hosts if you trust it")


@pytest.mark.parametrize(
    "place",
    """file:///etc/passwd gopher://127.0.0.1/ ftp://127.0.0.1/ data:text/xml,<rss/> unix:/run/docker.sock
    http+unix://%2Frun%2Fdocker.sock/x jar:http://x.example!/ javascript:alert(1)""".split(),
)
def test_no_other_scheme_is_followed(site: Server, reader: Reader, place: str) -> None:
    for url in (site.put(to(place)), place):
        with pytest.raises(FetchRefused, match="not fetched, only http and https"):
            reader.fetch(url)


def answers(*addresses: str) -> list[tuple[Any, ...]]:
    """Return what the system says of a name."""
    return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 80)) for address in addresses]


def test_a_name_that_turns_private_is_refused_when_it_is_connected_to(
    monkeypatch: pytest.MonkeyPatch, site: Server
) -> None:
    """It is asked once for each connection, and what is checked is what is connected to."""
    said = iter([answers("127.0.0.9"), answers("10.0.0.1", "192.168.0.1")])
    real = socket.getaddrinfo

    def lookup(host: Any, *rest: Any, **more: Any) -> Any:
        return next(said) if host == "rebound.example" else real(host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    for _ in range(2):
        with reading() as fresh:
            assert "is not a public address" in fresh.refusal("http://rebound.example/feed")


def test_of_a_names_addresses_only_public_ones_are_connected_to(
    monkeypatch: pytest.MonkeyPatch, site: Server
) -> None:
    port = int(site.url.rpartition(":")[2])
    real = socket.getaddrinfo

    def lookup(host: Any, *rest: Any, **more: Any) -> Any:
        mixed = [(*one[:4], (one[4][0], port)) for one in answers("127.0.0.1", "192.0.2.1")]
        return mixed if host == "mixed.example" else real(host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    site.put(http(GOOD))
    with reading() as fresh:
        assert "is not a public address" in fresh.refusal(f"http://mixed.example:{port}/feed")
    assert site.asked == []


@pytest.mark.parametrize(
    "allowed", ["пример.example", "ПРИМЕР.example.", "xn--e1afmkfd.Example", "{}:{port}"]
)
@pytest.mark.parametrize("host", ["пример.example", "xn--e1afmkfd.example", "XN--E1AFMKFD.example."])
def test_a_host_is_allowed_however_it_is_spelled(
    monkeypatch: pytest.MonkeyPatch, site: Server, allowed: str, host: str
) -> None:
    port = int(site.url.rpartition(":")[2])
    real = socket.getaddrinfo

    def lookup(name: Any, *rest: Any, **more: Any) -> Any:
        found = [(*one[:4], ("127.0.0.1", port)) for one in answers("127.0.0.1")]
        return found if "e1afmkfd" in str(name).lower() else real(name, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    site.put(http(GOOD))
    with reading((allowed.format(f"{host.rstrip('.')}.", port=port),)) as fresh:
        assert fresh.titles(f"http://{host}:{port}/feed") == ["Good news"]


def test_a_proxy_of_the_environment_is_not_used(site: Server) -> None:
    """It would connect wherever it is told to, past the guard."""
    url = site.put(http(GOOD))
    proxy = "http://127.0.0.1:9"
    names = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")
    done = subprocess.run(
        [sys.executable, "-m", "monitor", "feeds", "fetch", url, "--allow-host", "127.0.0.1"],
        env=os.environ | dict.fromkeys(names, proxy) | {"PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "Good news" in done.stdout


@pytest.mark.parametrize(
    "path", ["/a%2Fb%2Cc", "/%3A%7Euser/feed%5F?x=%2C%2f&y=a+b%20c", "/plain,~:@!$&'()*;=?q=[1]", "/?a=/b?c"]
)
def test_an_address_is_asked_for_letter_by_letter(site: Server, reader: Reader, path: str) -> None:
    site.put(http(GOOD), path.partition("?")[0])
    assert reader.titles(site.put(to(path), "/from")) == reader.titles(site.url_for(path)) == ["Good news"]
    assert [head.split(" ")[1] for head in site.asked] == ["/from", path, path]


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("/a b", "/a%20b"),
        ("/é", "/%C3%A9"),
        ("/50%", "/50%25"),
        ('/"<>', "/%22%3C%3E"),
        ("/a/../b/./c", "/b/c"),
    ],
)
def test_what_cannot_be_sent_as_it_is_is_escaped(site: Server, reader: Reader, path: str, sent: str) -> None:
    site.put(http(GOOD), sent)
    assert reader.titles(site.url_for(path)) == ["Good news"]
    assert site.asked[0].startswith(f"GET {sent} ")


def test_addresses_within_entries_are_not_asked_for(site: Server, reader: Reader) -> None:
    image = site.put(http(b"GIF89a"), "/image.gif")
    body = f"""<?xml-stylesheet type="text/xsl" href="{image}"?>
    <rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel><title>t</title>
    <image><url>{image}</url></image><cloud domain="127.0.0.1" port="80" path="/image.gif"/>
    <item><title>One</title><link>{image}</link><comments>{image}</comments><source url="{image}">s</source>
    <enclosure url="{image}" type="image/gif" length="1"/><media:content url="{image}"/>
    <description>&lt;img src="{image}"&gt;&lt;iframe src="{image}"&gt;&lt;/iframe&gt;</description></item>
    </channel></rss>"""
    assert reader.titles(site.put(http(body))) == ["One"]
    assert list(site.seen) == ["/feed"]
