"""``monitor run``: who may start, and what ``--once`` says when it comes back with nothing."""

import json
import os
import socket
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from monitor.lock import ServiceLock
from tests.commands.desk import configure, monitor


def test_a_second_service_on_the_same_data_is_refused_with_the_owners_process(folder: Path) -> None:
    (folder / "data").mkdir()
    with ServiceLock(folder / "data"):
        said = monitor("run", "--once", "--config", folder)
        assert (said.code, said.out) == (1, "")
        assert said.err.count("\n") == 1
        assert f"in use by another monitor service, process {os.getpid()}:" in said.err


def test_once_without_a_reachable_feed_says_so_feed_by_feed(tmp_path: Path) -> None:
    folder = configure(tmp_path / "config", feed="http://127.0.0.1:9/feed")
    feeds = folder / "feeds.yaml"
    feeds.write_text(feeds.read_text("utf-8").replace('"enabled": false', '"enabled": true'), "utf-8")
    said = monitor("run", "--once", "--config", folder)
    assert (said.code, said.out) == (1, "0 of 2 feeds polled, 0 entries, 0 new or changed\n")
    *log, last = said.err.splitlines()
    polled = [line for line in map(json.loads, log) if line["message"] == "feed.polled"]
    assert sorted((line["feed"], line["outcome"], line["level"]) for line in polled) == [
        ("rested", "failed", "warning"),
        ("wire", "failed", "warning"),
    ]
    assert all("no connection" in line["reason"] for line in polled)
    assert last == "monitor: not one of 2 feeds could be polled"


def test_once_with_one_good_feed_is_done(tmp_path: Path, httpserver: HTTPServer) -> None:
    body = "<rss version='2.0'><channel><item><title>Rain</title></item></channel></rss>"
    httpserver.expect_request("/feed").respond_with_data(body)
    folder = configure(tmp_path / "config", feed=httpserver.url_for("/feed"))
    feeds = folder / "feeds.yaml"
    feeds.write_text(feeds.read_text("utf-8").replace('"enabled": false', '"enabled": true'), "utf-8")
    said = monitor("run", "--once", "--config", folder)  # /feed/2 is not there
    assert (said.code, said.out) == (0, "1 of 2 feeds polled, 1 entry, 1 new or changed\n")
    assert monitor("status", "--config", folder, "--json").rows[0]["feeds"] == {"healthy": 1, "failing": 1}


def test_a_broken_configuration_starts_nothing(folder: Path) -> None:
    (folder / "feeds.yaml").write_text("version: 1\nfeeds: 5\n")
    said = monitor("run", "--config", folder)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith(f"{folder}/feeds.yaml:2:8: ")
    assert not (folder / "data").exists()


@pytest.mark.parametrize("role", ["poll", "match", "alert"])
def test_on_one_machine_one_process_does_all(folder: Path, role: str) -> None:
    said = monitor("run", "--role", role, "--config", folder)
    assert (said.code, said.out) == (2, "")
    assert said.err == (
        f"monitor: --role {role} is for mode: cluster: on one machine one process does all, so leave it out\n"
    )


def test_once_is_for_all_roles(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MONITOR_MODE", "cluster")
    said = monitor("run", "--role", "match", "--once", "--config", folder)
    assert (said.code, said.out) == (2, "")
    assert "--once goes through all roles" in said.err


def test_a_port_that_was_asked_for_and_is_taken_starts_nothing(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = monitor("run", "--port", port, "--config", folder)
    assert (said.code, said.out) == (1, "")
    assert said.err.splitlines()[-1] == (
        f"monitor: nothing can be served on 127.0.0.1, port {port} (Address already in use): "
        "set web.port in monitor.yaml, or --port"
    )
