"""The demo's configuration folder: the shipped watchlist, pointed at the sample feeds and the receivers."""

import os
import re
import secrets
from dataclasses import dataclass, replace
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ruamel.yaml import YAML

from monitor.config import replacing
from monitor.config.samples import sample, standing_alone
from monitor.demo.keeping import keep
from monitor.demo.newsstand import Newsstand
from monitor.demo.samples import FEEDS
from monitor.errors import UsageError

if TYPE_CHECKING:
    from monitor.demo.receivers import Receivers  # its mail server is an extra that need not be there

SECRET_FILE = "hook-secret"  # noqa: S105 - the file's name, not what is in it


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
) -> tuple[str, ...]:
    """Write monitor.yaml, feeds.yaml and watchlist.yaml into ``folder``, but over nothing that was changed.

    The webhook's secret goes into a file beside them that only its owner can read.
    Return the names of the files that were changed, and kept. Raises UsageError if a file is in the way.
    """
    settings = {
        "version": 1,
        "instance": "demo",
        "data": os.path.relpath(data, folder),
        "poll": {"interval": interval, "host_pause": "0s", "allow_hosts": ["127.0.0.1"]},
        "delivery": {"allow_hosts": ["127.0.0.1"]},
        "email": {"host": "127.0.0.1", "port": receivers.smtp_port, "sender": "monitor@demo.example"},
        "log": {"level": "error"},
        **(servers.settings() if servers else {}),
    }
    files = {
        "monitor.yaml": f"# How the demo runs.\n{_yaml(settings)}",
        "feeds.yaml": f"# The demo's feeds, of invented outlets on this machine.\n{_feeds(newsstand)}",
        "watchlist.yaml": watchlist_for(receivers.hook_url, standing_alone(sample("watchlist.yaml"))),
    }
    hook = urlsplit(receivers.hook_url).port or 0
    ports = {"feeds": newsstand.port, "mail": receivers.smtp_port, "hook": hook}
    kept = keep(folder, files, ports)
    replacing.replace(folder / SECRET_FILE, f"{receivers.secret}\n", private=True)
    if servers and "monitor.yaml" in kept:
        raise UsageError(
            f"{folder / 'monitor.yaml'} was changed, but must name the servers: "
            "move it away, or name another folder"
        )
    return kept


def watchlist_for(hook_url: str, shipped: str) -> str:
    """Return the shipped watchlist with the demo's receivers, who are told of every topic."""
    told = re.sub(r"^( *)# (alert: ).*$", r"\1\2[desk, ops-hook]", shipped, flags=re.MULTILINE)
    receivers = f"""# Whom to tell: the demo's mail server and webhook receiver, while it runs.
receivers:
  - name: desk
    email:
      to: [desk@demo.example]
  - name: ops-hook
    webhook:
      url: {hook_url}
      secret_file: {SECRET_FILE}
"""
    before, heading, rest = told.partition("# Whom to tell. ")
    _, gap, rest = rest.partition("\n\n")
    return f"{before}{receivers}\n{rest}" if heading and gap else f"{told}\n{receivers}"


def _feeds(newsstand: Newsstand) -> str:
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
    return _yaml({"version": 1, "feeds": feeds})


def _yaml(value: object) -> str:
    yaml, text = YAML(), StringIO()
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.dump(value, text)
    return text.getvalue()
