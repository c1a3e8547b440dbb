"""Operators hear of feeds that break and of those that are well again: by mail and webhook, once each."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.cluster import cluster
from tests.journeys.world import World, configure, exported, start, status, until, world
from tests.notify.servers import MailServer, mail_server

AT_ONCE = {"broken_after": "2s", "gather": "1s"}


@contextmanager
def operated(folder: Path, here: World, feeds: int) -> Iterator[MailServer]:
    """Give a configuration whose operators have a mailbox and the world's hook, and yield the mail server."""
    configure(folder, here.url)
    with mail_server() as mail:
        settings = json.loads((folder / "monitor.yaml").read_text())
        settings |= {"alerts": AT_ONCE, "email": {"host": "127.0.0.1", "port": mail.port}}
        (folder / "monitor.yaml").write_text(json.dumps(settings))
        listed = [{"id": f"f{n}", "outlet": f"O{n}", "url": f"{here.url}/feed/{n}"} for n in range(feeds)]
        (folder / "feeds.yaml").write_text(json.dumps({"version": 1, "feeds": listed}))
        put_operators(folder, mail=True)
        yield mail


def put_operators(folder: Path, *, mail: bool) -> None:
    watchlist = json.loads((folder / "watchlist.yaml").read_text())
    watchlist["receivers"][0]["operator"] = True
    if mail:
        box = {"name": "ops", "email": {"to": ["ops@example.org"], "digest": "hourly"}, "operator": True}
        watchlist["receivers"].append(box)
    (folder / "watchlist.yaml").write_text(json.dumps(watchlist))


def notices(here: World) -> list[dict[str, Any]]:
    """Return what the hook was told of feeds, each notice once; a repeat has the id of the first."""
    with here.lock:
        told = {id_: event for id_, event in here.hooks if event["type"] == "io.monitor.feeds.changed"}
    return [event["data"] for event in told.values()]


def subjects(mail: MailServer) -> list[str]:
    return [str(one["Subject"]) for one in mail.parsed()]


def test_a_feed_that_breaks_is_one_message_and_its_recovery_another(tmp_path: Path) -> None:
    folder = tmp_path / "config"
    with world() as here, operated(folder, here, 1) as mail:
        here.add("Troops")
        process = start(folder)
        until(lambda: bool(here.polls), "a poll")
        here.feed_status = 500
        until(lambda: bool(mail.mails and notices(here)), "the operators are told")
        assert subjects(mail) == ["[monitor] O0 fails"]
        (data,) = notices(here)
        (told,) = data["feeds"]
        assert (data["title"], told["id"], told["health"]) == ("O0 fails", "f0", "failing")
        assert told["reason"] == "HTTP 500 Internal Server Error"
        (seen,) = status(folder)["unwell"]
        assert (seen["id"], seen["since"][:19]) == ("f0", told["since"][:19])
        process.kill()  # what was told before is known after
        process.wait()
        again, asked = start(folder), len(here.asked)
        until(lambda: len(here.asked) > asked + 3, "it fails on")
        here.feed_status = 200
        until(lambda: len(mail.mails) > 1 and len(notices(here)) > 1, "the operators are told again")
        asked = len(here.asked)
        until(lambda: len(here.asked) > asked + 3, "it goes on being well")
        assert subjects(mail) == ["[monitor] O0 fails", "[monitor] O0 answers again"]
        assert [one["title"] for one in notices(here)] == ["O0 fails", "O0 answers again"]
        again.terminate()
        assert again.wait(20) == 0
        assert exported(folder, "alerts"), "alerts go their own way"


def test_a_network_that_is_lost_is_one_message_for_all_feeds(tmp_path: Path) -> None:
    folder = tmp_path / "config"
    with world(feeds=12) as here, operated(folder, here, 12) as mail:
        process = start(folder)
        until(lambda: here.polls > 12, "polls")
        here.feed_status = 503
        until(lambda: bool(mail.mails), "the operator is told")
        asked = len(here.asked)
        until(lambda: len(here.asked) > asked + 24, "they fail on")
        assert subjects(mail) == ["[monitor] all 12 feeds fail: is the network down?"]
        here.feed_status = 200
        until(lambda: len(mail.mails) > 1, "the operator is told of the end")
        assert re.match(r"\[monitor\] ([6-9]|1[0-2]) of 12 feeds answer again", subjects(mail)[1])
        process.terminate()
        assert process.wait(20) == 0


@pytest.mark.servers
def test_in_a_cluster_two_alerters_tell_it_once(tmp_path: Path) -> None:
    with world(feeds=3, hosts=3) as here, cluster(tmp_path / "c", here) as made:
        settings = json.loads((made.folder / "monitor.yaml").read_text())
        (made.folder / "monitor.yaml").write_text(json.dumps(settings | {"alerts": AT_ONCE}))
        put_operators(made.folder, mail=False)
        for role in ("poll", "alert", "alert"):
            made.start(role)
        until(lambda: here.polls > 6, "polls")
        here.feed_status = 500
        until(lambda: bool(notices(here)), "the operator is told")
        here.feed_status = 200
        until(lambda: len(notices(here)) > 1, "the operator is told of the end")
        asked = len(here.asked)
        until(lambda: len(here.asked) > asked + 12, "all goes on being well")
        titles = [one["title"] for one in notices(here)]
        assert titles[0] == "all 3 feeds fail: is the network down?"
        assert re.match("[23] of 3 feeds answer again", titles[1])
        assert len(titles) == 2 + ("still" in titles[1]), "of the last one, if it was late"
        assert set(made.stop()) == {0}
