"""``monitor feeds check``: how the feeds of the list answer now, without writing anything."""

import os
import pty
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from monitor.feeds.trial import PAUSE
from tests.commands.desk import Said, configured, monitor, write

ITEM = "<item><title>Rain in Kursk</title><link>https://x.example/1</link></item>"


def rss(items: str = ITEM) -> str:
    return f"<rss version='2.0'><channel><title>Weather</title>{items}</channel></rss>"


def listed(folder: Path, urls: dict[str, str], **extra: dict[str, Any]) -> Path:
    """Make this the list of feeds: an id and a URL each, and more keys for some."""
    feeds = [{"id": id_, "outlet": id_.title(), "url": url} | extra.get(id_, {}) for id_, url in urls.items()]
    return write(folder, feeds={"version": 1, "feeds": feeds})


def checked(folder: Path, *arguments: str) -> Said:
    return monitor("feeds", "check", *arguments, "--config", folder)


@pytest.fixture
def crowd() -> Iterator[HTTPServer]:
    """Give a server that answers several at once."""
    with HTTPServer(threaded=True) as server:
        yield server


@pytest.fixture
def held() -> Iterator[threading.Event]:
    """Give what a handler may wait for; it is let go at the end."""
    event = threading.Event()
    yield event
    event.set()


@pytest.fixture
def several(folder: Path, httpserver: HTTPServer) -> Path:
    """Give a list with a feed of each kind."""
    dated = ITEM.replace(
        "</item>", f"<pubDate>{format_datetime(datetime.now(UTC) - timedelta(hours=3))}</pubDate></item>"
    )
    httpserver.expect_request("/ok").respond_with_data(rss(dated + ITEM), content_type="text/xml")
    with_login = httpserver.url_for("/ok").replace("http://", "http://u:secret@")
    httpserver.expect_request("/old").respond_with_data("", 301, {"Location": with_login})
    httpserver.expect_request("/elsewhere").respond_with_data("", 302, {"Location": "/ok"})
    httpserver.expect_request("/empty").respond_with_data(rss(""))
    httpserver.expect_request("/page").respond_with_data("<html><title>Log in (here)</title></html>")
    httpserver.expect_request("/broken").respond_with_data("", 503)
    names = ("ok", "old", "elsewhere", "empty", "page", "broken")
    return listed(folder, {name: httpserver.url_for(f"/{name}") for name in names})


def test_each_feed_has_its_state_and_the_reason(several: Path, httpserver: HTTPServer) -> None:
    said = checked(several, "--json")
    assert (said.code, said.err) == (1, "")
    found = {row["id"]: (row["state"], row["entries"], row["reason"], row["moved_to"]) for row in said.rows}
    assert found == {
        "ok": ("ok", 2, "", None),
        "old": ("moved", 2, "", httpserver.url_for("/ok")),
        "elsewhere": ("ok", 2, "", None),
        "empty": ("empty", 0, "", None),
        "page": ("not a feed", 0, 'HTML page "Log in (here)"', None),
        "broken": ("failing", 0, "HTTP 503 SERVICE UNAVAILABLE", None),
    }
    assert [row["id"] for row in said.rows] == list(found)
    first = said.rows[0]
    names = "id outlet url enabled verify_tls state reason moved_to entries newest format seconds"
    assert list(first) == names.split()
    assert (
        timedelta(hours=3) <= datetime.now(UTC) - datetime.fromisoformat(first["newest"]) < timedelta(hours=4)
    )
    assert first["format"] == "rss20"
    assert first["seconds"] > 0


def test_people_see_a_table_with_the_worst_last(several: Path) -> None:
    lines = checked(several).out.splitlines()
    names = [found[1] for line in lines if (found := re.match(r" (\w+) .* [0-9.]+ s( |$)", line))]
    assert names == ["ok", "elsewhere", "old", "empty", "page", "broken"]
    assert any("3 h" in line for line in lines)
    assert lines[-1] == "2 ok, 1 moved, 1 empty, 1 not a feed, 1 failing"


def test_nothing_is_written(several: Path) -> None:
    before = {path: path.read_bytes() for path in several.rglob("*")}
    checked(several)
    assert {path: path.read_bytes() for path in several.rglob("*")} == before


def test_only_the_feeds_that_are_named_are_asked(several: Path, httpserver: HTTPServer) -> None:
    said = checked(several, "ok", "empty", "--json")
    assert (said.code, [row["id"] for row in said.rows]) == (0, ["ok", "empty"])
    assert sorted(request.path for request, _ in httpserver.log) == ["/empty", "/ok"]


def test_an_unknown_feed_is_told_with_the_nearest(several: Path, httpserver: HTTPServer) -> None:
    said = checked(several, "ok", "emty")
    assert (said.code, said.out) == (2, "")
    assert said.err == "monitor: there is no feed emty; did you mean `empty`?\n"
    assert not httpserver.log


def test_a_feed_at_rest_may_fail(folder: Path, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/ok").respond_with_data(rss())
    urls = {"ok": httpserver.url_for("/ok"), "rested": httpserver.url_for("/none")}
    said = checked(listed(folder, urls, rested={"enabled": False}))
    assert said.code == 0
    assert "off; HTTP 500" in said.out


def test_secrets_go_along_and_only_theirs_are_asked_for(
    folder: Path, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HOOK_SECRET")
    httpserver.expect_request("/open").respond_with_data(rss())
    httpserver.expect_request("/key", headers={"X-Key": "sesame"}).respond_with_data(rss())
    urls = {name: httpserver.url_for(f"/{name}") for name in ("open", "key")}
    listed(folder, urls, key={"headers": {"X-Key": "${FEED_KEY}"}})
    assert checked(folder, "open").code == 0
    said = checked(folder, "key")
    assert (said.code, said.out) == (2, "")
    assert "FEED_KEY" in said.err
    monkeypatch.setenv("FEED_KEY", "sesame")
    monkeypatch.setenv("HOOK_SECRET", "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=")
    said = checked(folder, "key")
    assert said.code == 0
    assert "sesame" not in said.out + said.err


def test_no_more_feeds_of_a_host_are_asked_at_once_than_the_settings_say(
    folder: Path, crowd: HTTPServer
) -> None:
    lock, others_are_done = threading.Lock(), threading.Event()
    now, most, others = 0, 0, 0

    def slow(_: Request) -> Response:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        others_are_done.wait(30)
        with lock:
            now -= 1
        return Response(rss())

    def quick(_: Request) -> Response:
        nonlocal others
        with lock:
            others += 1
            if others == 8:
                others_are_done.set()
        return Response(rss())

    crowd.expect_request(re.compile("/slow.*")).respond_with_handler(slow)
    crowd.expect_request(re.compile("/quick.*")).respond_with_handler(quick)
    urls = {f"slow-{number}": crowd.url_for(f"/slow/{number}") for number in range(8)}
    urls |= {f"quick-{number}": f"http://127.0.0.1:{crowd.port}/quick/{number}" for number in range(8)}
    listed(folder, urls)
    said = checked(folder)
    assert (said.code, others_are_done.is_set()) == (0, True)
    assert most == 2


def test_a_feed_that_hangs_or_hurts_holds_no_other_up(
    folder: Path, crowd: HTTPServer, held: threading.Event
) -> None:
    done = threading.Event()

    def hangs(_: Request) -> Response:
        done.wait(20)  # until the others were asked: a dead end if they had to wait for this one
        held.wait(20)
        return Response(rss())

    def last(_: Request) -> Response:
        done.set()
        return Response(rss())

    guids = "<guid>1</guid>" * 300_000
    slow = f"<rss version='2.0'><channel><item>{guids}</item></channel></rss>"
    crowd.expect_request("/hangs").respond_with_handler(hangs)
    crowd.expect_request("/slow").respond_with_data(slow)
    crowd.expect_request("/last").respond_with_handler(last)
    configured(
        folder, poll={"allow_hosts": ["localhost"], "timeout": "3s", "parse_timeout": "2s", "per_host": 3}
    )
    listed(folder, {name: crowd.url_for(f"/{name}") for name in ("hangs", "slow", "last")})
    said = checked(folder, "--json")
    assert done.is_set()
    assert [(row["state"], row["reason"]) for row in said.rows] == [
        ("failing", "no whole answer within 3 s"),
        ("failing", "parsing it took more than 2 s"),
        ("ok", ""),
    ]


def test_feeds_of_one_host_are_asked_one_after_the_other(folder: Path, crowd: HTTPServer) -> None:
    begun: list[float] = []

    def answer(_: Request) -> Response:
        begun.append(time.monotonic())
        return Response(rss())

    crowd.expect_request(re.compile("/.*")).respond_with_handler(answer)
    configured(folder, poll={"allow_hosts": ["localhost"], "per_host": 6})
    listed(folder, {f"f{n}": crowd.url_for(f"/f{n}") for n in range(6)})
    assert checked(folder).code == 0
    begun.sort()
    assert all(later - earlier > PAUSE / 2 for earlier, later in pairwise(begun))


@pytest.fixture
def everywhere() -> Iterator[HTTPServer]:
    """Give a server that answers several at once, on every address of this machine: each is a host."""
    with HTTPServer(host="0.0.0.0", threaded=True) as server:
        yield server


def of_hosts(folder: Path, server: HTTPServer, number: int, **poll: Any) -> None:
    """Make this the list: as many feeds, each on a host of its own."""
    hosts = [f"127.0.1.{n}" for n in range(1, number + 1)]
    configured(folder, poll={"allow_hosts": hosts, "concurrency": 100, **poll})
    listed(folder, {f"f{n}": f"http://{host}:{server.port}/" for n, host in enumerate(hosts)})


def test_feeds_of_different_hosts_do_not_wait_for_each_other(folder: Path, everywhere: HTTPServer) -> None:
    all_here = threading.Barrier(40)

    def answer(_: Request) -> Response:
        all_here.wait(20)
        return Response(rss())

    everywhere.expect_request("/").respond_with_handler(answer)
    of_hosts(folder, everywhere, 40, timeout="3s")
    assert {row["state"] for row in checked(folder, "--json").rows} == {"ok"}


def test_with_few_open_files_fewer_feeds_are_asked_at_once(folder: Path, everywhere: HTTPServer) -> None:
    def answer(_: Request) -> Response:
        threading.Event().wait(0.5)  # as a server that takes its time
        return Response(rss())

    everywhere.expect_request("/").respond_with_handler(answer)
    of_hosts(folder, everywhere, 60, timeout="1500ms")
    few = 'ulimit -n 80; exec "$@"'
    ran = subprocess.run(
        ["sh", "-c", few, "sh", *command(folder)], capture_output=True, text=True, check=False
    )
    assert (ran.returncode, "no whole answer" in ran.stdout) == (0, False), ran.stdout


def command(folder: Path) -> list[str]:
    return [sys.executable, "-m", "monitor", "feeds", "check", "--config", str(folder)]


def test_ctrl_c_prints_what_is_known(folder: Path, crowd: HTTPServer, held: threading.Event) -> None:
    asked = threading.Event()

    def hangs(_: Request) -> Response:
        asked.set()
        held.wait(60)
        return Response(rss())

    crowd.expect_request("/ok").respond_with_data(rss())
    crowd.expect_request("/hangs").respond_with_handler(hangs)
    configured(folder, poll={"allow_hosts": ["localhost"], "per_host": 1})  # one after the other
    listed(folder, {name: crowd.url_for(f"/{name}") for name in ("ok", "hangs")})
    process = subprocess.Popen(command(folder), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert asked.wait(60)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert " ok " in out
    assert out.splitlines()[-1] == "1 ok"
    assert err == "stopped: 1 of 2 feeds were polled\n"


def test_a_terminal_shows_how_far_it_is(several: Path) -> None:
    controller, terminal = pty.openpty()
    done = subprocess.run(
        [*command(several), "--json"],
        stdout=subprocess.PIPE,
        stderr=terminal,
        check=False,
        env=os.environ | {"TERM": "xterm"},
    )
    os.close(terminal)
    assert b"polling" in os.read(controller, 65536)
    os.close(controller)
    assert done.stdout.count(b'"state"') == 6
