"""The service as its operator sees it: start, stop, reload, outages, a second one beside it."""

import json
import signal
import socket
import time
from pathlib import Path

from monitor.clock import SystemClock
from monitor.stream.base import Message
from monitor.stream.codec import ARTICLES
from monitor.stream.sqlite import SqliteStream
from monitor.stream.worker import FLOOD
from tests.journeys.world import configure, exported, monitor, start, status, until, world


def log_of(folder: Path) -> list[dict[str, object]]:
    path = folder / "log"
    text = path.read_text() if path.exists() else ""
    return [json.loads(line) for line in text.splitlines(keepends=True) if line.endswith("\n")]


def events(folder: Path) -> list[object]:
    return [line["message"] for line in log_of(folder)]


def test_once_polls_matches_alerts_and_ends(tmp_path: Path) -> None:
    with world() as here:
        here.add("Troops on the move")
        here.add("Weather")
        folder = configure(tmp_path / "config", here.url)
        done = monitor("run", "--config", str(folder), "--once")
        assert done.returncode == 0, done.stderr
        assert here.alerted() == {"Troops on the move": 1}
        again = monitor("run", "--config", str(folder), "--once")
        assert again.returncode == 0
        assert here.alerted() == {"Troops on the move": 1}
        assert len(exported(folder, "articles")) == 2


def test_sigterm_drains_and_status_tells_who_runs(tmp_path: Path) -> None:
    with world() as here:
        here.add("Troops")
        folder = configure(tmp_path / "config", here.url)
        process = start(folder)
        until(lambda: bool(here.alerted()), "an alert")
        assert status(folder)["service"] == process.pid
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
        assert events(folder)[-1] == "service.stopped"
        assert status(folder)["service"] is None
        assert status(folder)["lag"] == {"matcher": 0, "alerter": 0}


def test_a_second_sigterm_ends_at_once(tmp_path: Path) -> None:
    with world() as here, socket.create_server(("127.0.0.1", 0)) as silent:  # it never answers
        here.add("Troops")
        folder = configure(tmp_path / "config", here.url)
        watchlist = (folder / "watchlist.yaml").read_text()
        slow = f"http://127.0.0.1:{silent.getsockname()[1]}/hook"
        (folder / "watchlist.yaml").write_text(watchlist.replace(f"{here.url}/hook", slow))
        process = start(folder)
        until(lambda: "matches.decided" in events(folder), "an alert")
        with silent.accept()[0]:
            process.send_signal(signal.SIGTERM)
            until(lambda: "service.stopping" in events(folder), "the drain")
            begun = time.monotonic()
            process.send_signal(signal.SIGTERM)
            assert process.wait(10) == 143
            assert time.monotonic() - begun < 5


def test_a_second_service_is_refused_with_the_owners_pid(tmp_path: Path) -> None:
    with world() as here:
        folder = configure(tmp_path / "config", here.url)
        process = start(folder)
        until(lambda: here.polls > 0, "a poll")
        second = monitor("run", "--config", str(folder))
        assert second.returncode == 1
        assert f"process {process.pid}" in second.stderr
        process.terminate()
        assert process.wait(20) == 0


def test_a_changed_watchlist_is_taken_up_and_alerts_on_new_articles_only(tmp_path: Path) -> None:
    with world() as here:
        here.add("Old workers")
        folder = configure(tmp_path / "config", here.url)
        process = start(folder)
        until(lambda: here.polls > 1, "two polls")
        _set_query(folder, "workers")
        until(lambda: "configuration.taken" in events(folder), "the reload")
        here.add("New workers")
        until(lambda: here.alerted() == {"New workers": 1}, "the alert of the new query")
        process.terminate()
        assert process.wait(20) == 0


def test_a_broken_watchlist_is_refused_and_the_old_one_stays(tmp_path: Path) -> None:
    with world() as here:
        folder = configure(tmp_path / "config", here.url)
        process = start(folder)
        until(lambda: here.polls > 0, "a poll")
        _set_query(folder, "troops AND (")
        until(lambda: "configuration.refused" in events(folder), "the refusal")
        here.add("Troops again")
        until(lambda: here.alerted() == {"Troops again": 1}, "the alert of the old query")
        before = events(folder).count("configuration.refused")
        process.send_signal(signal.SIGHUP)
        until(lambda: events(folder).count("configuration.refused") > before, "the refusal after SIGHUP")
        process.terminate()
        assert process.wait(20) == 0


def test_without_a_network_it_says_so_feed_by_feed_and_stays_up(tmp_path: Path) -> None:
    folder = configure(tmp_path / "config", "http://127.0.0.1:9")
    process = start(folder)
    until(lambda: "feed.polled" in events(folder), "a poll")
    assert process.poll() is None
    line = next(line for line in log_of(folder) if line["message"] == "feed.polled")
    assert (line["feed"], line["outcome"], line["level"]) == ("one", "failed", "warning")
    assert "no connection" in str(line["reason"])
    process.terminate()
    assert process.wait(20) == 0
    assert status(folder)["failing"]["one"].startswith("no connection")


def test_a_receiver_that_is_down_gets_its_alert_later_under_the_same_id(tmp_path: Path) -> None:
    with world() as here:
        here.hook_status = 503
        here.add("Troops")
        folder = configure(tmp_path / "config", here.url)
        process = start(folder)
        until(lambda: len(here.hooks) == 1, "the first try")
        here.hook_status = 204
        until(lambda: len(here.hooks) == 2, "the second try")
        process.terminate()
        assert process.wait(20) == 0
        assert len({id_ for id_, _ in here.hooks}) == 1
        assert status(folder)["outbox"] == {"delivered": 1}


def test_a_data_folder_that_cannot_be_used_is_said_in_one_line(tmp_path: Path) -> None:
    folder = configure(tmp_path / "config", "http://127.0.0.1:9")
    (folder / "data").write_text("a file where a folder should be")
    done = monitor("run", "--config", str(folder), "--once")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "data folder" in done.stderr


def _set_query(folder: Path, query: str) -> None:
    path = folder / "watchlist.yaml"
    watchlist = json.loads(path.read_text())
    watchlist["topics"] = [{"id": "other", "query": query, "alert": ["hook"]}]
    if "troops" in query:
        watchlist["topics"][0]["id"] = "troops"
    new = path.with_suffix(".new")
    new.write_text(json.dumps(watchlist))
    new.replace(path)


def test_sigterm_is_heeded_in_time_though_a_mail_server_never_ends(tmp_path: Path) -> None:
    with world() as here, socket.create_server(("127.0.0.1", 0)) as silent:  # it never greets
        here.add("Troops")
        folder = configure(tmp_path / "config", here.url)
        settings = json.loads((folder / "monitor.yaml").read_text())
        settings["email"] = {"host": "127.0.0.1", "port": silent.getsockname()[1]}
        settings["delivery"]["timeout"] = "1h"
        (folder / "monitor.yaml").write_text(json.dumps(settings))
        watchlist = json.loads((folder / "watchlist.yaml").read_text())
        watchlist["receivers"].append({"name": "desk", "email": {"to": ["desk@example.org"]}})
        watchlist["topics"][0]["alert"] = ["desk", "hook"]
        (folder / "watchlist.yaml").write_text(json.dumps(watchlist))
        process = start(folder)
        with silent.accept()[0]:
            until(lambda: bool(here.alerted()), "the other receiver's alert")
            process.send_signal(signal.SIGTERM)
            assert process.wait(22) == 1
    assert events(folder)[-1] == "service.stopped"


def test_a_flood_of_bad_messages_ends_the_service_and_the_next_start_goes_on(tmp_path: Path) -> None:
    with world() as here:
        folder = configure(tmp_path / "config", here.url)
        (folder / "data").mkdir()
        with SqliteStream(folder / "data" / "stream.db", SystemClock()) as stream:
            stream.publish(ARTICLES, [Message("k", b"{}") for _ in range(FLOOD)])
        process = start(folder)
        assert process.wait(30) == 1
        (halted,) = (line for line in log_of(folder) if line["message"] == "service.halted")
        last = log_of(folder)[-1]
        assert (last["message"], last["reason"]) == ("service.stopped", halted["reason"])
        here.add("Troops")
        process = start(folder)
        until(lambda: bool(here.alerted()), "an alert after the flood")
        process.terminate()
        assert process.wait(20) == 0


def test_half_a_data_folder_is_refused(tmp_path: Path) -> None:
    with world() as here:
        here.add("Troops")
        folder = configure(tmp_path / "config", here.url)
        assert monitor("run", "--config", str(folder), "--once").returncode == 0
        store = folder / "data" / "store.db"
        store.write_bytes(b"")
        done = monitor("run", "--config", str(folder), "--once")
        assert (done.returncode, "store.db is empty beside stream.db" in done.stderr) == (1, True), (
            done.stderr
        )
        assert store.read_bytes() == b""
        store.unlink()
        done = monitor("run", "--config", str(folder), "--once")
        assert (done.returncode, "store.db is missing beside stream.db" in done.stderr) == (1, True), (
            done.stderr
        )
        assert not store.exists()


def test_a_mended_address_is_asked_at_once(tmp_path: Path) -> None:
    with world() as here:
        here.add("Troops")
        folder = configure(tmp_path / "config", "http://127.0.0.1:9", max_backoff="1h", interval="1h")
        process = start(folder)
        until(lambda: "feed.polled" in events(folder), "a failed poll")
        feeds = (folder / "feeds.yaml").read_text().replace("http://127.0.0.1:9", here.url)
        (folder / "feeds.new").write_text(feeds)
        (folder / "feeds.new").replace(folder / "feeds.yaml")
        until(lambda: here.polls > 0, "a poll of the new address")
        process.terminate()
        assert process.wait(20) == 0
