"""Digests from feed to mailbox: collected, sent when due, each match in one digest only."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from monitor import app
from monitor.config.load import Configuration, load
from monitor.demo.receivers import Inbox, receivers
from monitor.service import Service
from tests.contract.harness import TestClock
from tests.journeys.world import SECRET, World, configure, world

MORNING = datetime(2026, 11, 24, 9, 20, tzinfo=UTC)
HOUR = timedelta(hours=1)


@dataclass
class Desk:
    """A monitor in this process, whose clock is ours, and the mailbox it writes to."""

    here: World
    configuration: Configuration
    inbox: Inbox
    clock: TestClock

    async def poll(self) -> None:
        """Poll once, match, decide, and send what is due."""
        with app.open_backend(self.configuration.settings, self.clock) as backend:
            service = Service(self.configuration, backend, self.clock, lambda: self.configuration)
            await service.once()

    @property
    def subjects(self) -> list[str]:
        return [str(mail["Subject"]) for mail in self.inbox.mails]


@pytest.fixture
def site() -> Iterator[World]:
    with world() as here:
        yield here


def configured(folder: Path, here: World, digest: str, port: int) -> Configuration:
    configure(folder, here.url)
    settings = json.loads((folder / "monitor.yaml").read_text())
    settings["email"] = {"host": "127.0.0.1", "port": port, "sender": "monitor@example.org"}
    (folder / "monitor.yaml").write_text(json.dumps(settings))
    desk = {
        "name": "desk",
        "email": {"to": ["desk@example.org"], "digest": digest, "timezone": "Europe/Kyiv"},
    }
    topic = {"id": "troops", "name": "Troops", "query": "troops", "alert": ["desk"]}
    (folder / "watchlist.yaml").write_text(json.dumps({"version": 1, "topics": [topic], "receivers": [desk]}))
    return load(folder, {})


def test_an_hourly_digest_holds_the_matches_of_the_hour(tmp_path: Path, site: World) -> None:
    async def journey() -> None:
        async with receivers(SECRET) as outside:
            desk = Desk(
                site,
                configured(tmp_path, site, "hourly", outside.smtp_port),
                outside.inbox,
                TestClock(MORNING),
            )
            site.add("Troops one")
            site.add("Troops two")
            await desk.poll()
            assert desk.subjects == []
            desk.clock.advance(HOUR)
            site.add("Troops three")
            await desk.poll()
            assert desk.subjects == ["2 new matches: Troops"]
            desk.clock.advance(HOUR)
            await desk.poll()
            assert desk.subjects[1:] == ["1 new match: Troops"]
            desk.clock.advance(HOUR)
            await desk.poll()
            assert len(desk.subjects) == 2
            assert [titles(mail) for mail in desk.inbox.mails] == [["one", "two"], ["three"]]
            assert len({mail["Message-ID"] for mail in desk.inbox.mails}) == 2

    asyncio.run(journey())


def test_a_daily_digest_comes_at_its_time_on_its_readers_clock(tmp_path: Path, site: World) -> None:
    async def journey() -> None:
        async with receivers(SECRET) as outside:
            desk = Desk(
                site,
                configured(tmp_path, site, "daily at 12:00", outside.smtp_port),
                outside.inbox,
                TestClock(MORNING),
            )
            site.add("Troops one")
            await desk.poll()
            desk.clock.time = datetime(2026, 11, 24, 9, 59, tzinfo=UTC)
            await desk.poll()
            assert desk.subjects == []
            desk.clock.time = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)  # noon in Kyiv
            await desk.poll()
            assert desk.subjects == ["1 new match: Troops"]

    asyncio.run(journey())


def titles(mail: EmailMessage) -> list[str]:
    """Return the last words of the titles in a mail, in the order of the alphabet."""
    part = mail.get_body(("plain",))
    assert part
    lines = str(part.get_content()).splitlines()
    return sorted(line.rpartition(" ")[2] for line in lines if line.startswith("*Troops*"))
