"""The demo's configuration folder: the shipped watchlist, pointed at the sample feeds and the receivers."""

import secrets
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ruamel.yaml import YAML

from monitor.config.samples import sample
from monitor.demo.newsstand import Newsstand
from monitor.demo.samples import FEEDS

if TYPE_CHECKING:
    from monitor.demo.receivers import Receivers  # its mail server is an extra that need not be there

SECRET_NAME = "DEMO_HOOK_SECRET"  # noqa: S105 - the variable's name, not its value


@dataclass(frozen=True, slots=True)
class Servers:
    """The servers of a cluster, and what begins the demo's names there."""

    kafka: str
    """host:port"""
    elasticsearch: str
    """URL"""
    prefix: str

    def another(self) -> "Servers":
        """Return the same with a prefix that nobody has."""
        return replace(self, prefix=f"{self.prefix}-{secrets.token_hex(3)}")

    def settings(self) -> dict[str, object]:
        """Return what monitor.yaml says of them."""
        return {
            "mode": "cluster",
            "kafka": {"servers": [self.kafka], "prefix": self.prefix},
            "elasticsearch": {"urls": [self.elasticsearch], "prefix": self.prefix},
        }


def write_configuration(
    folder: Path,
    data: Path,
    newsstand: Newsstand,
    receivers: "Receivers",
    interval: str,
    servers: Servers | None = None,
) -> None:
    """Write monitor.yaml, feeds.yaml and watchlist.yaml into ``folder``."""
    yaml = YAML()
    folder.mkdir(parents=True, exist_ok=True)
    settings = {
        "version": 1,
        "instance": "demo",
        "data": str(data),
        "poll": {"interval": interval, "allow_hosts": ["127.0.0.1"]},
        "delivery": {"allow_hosts": ["127.0.0.1"]},
        "email": {"host": "127.0.0.1", "port": receivers.smtp_port, "sender": "monitor@demo.example"},
        "log": {"level": "error"},
        **(servers.settings() if servers else {}),
    }
    feeds = [
        {
            "id": feed.id,
            "outlet": feed.outlet,
            "url": newsstand.url(feed.id),
            "language": feed.language,
            "country": feed.country,
            "kind": feed.kind,
            **({"family": feed.family} if feed.family else {}),
        }
        for feed in FEEDS
    ]
    watchlist = yaml.load(sample("watchlist.yaml"))
    for topic in watchlist["topics"]:
        topic["alert"] = ["desk", "ops-hook"]
    watchlist["receivers"] = [
        {"name": "desk", "email": {"to": ["desk@demo.example"]}},
        {"name": "ops-hook", "webhook": {"url": receivers.hook_url, "secret": f"${{{SECRET_NAME}}}"}},
    ]
    documents = {"monitor": settings, "feeds": {"version": 1, "feeds": feeds}, "watchlist": watchlist}
    for name, document in documents.items():
        with (folder / f"{name}.yaml").open("w", encoding="utf-8") as file:
            yaml.dump(document, file)
