"""A configuration folder for benchmarks: a hundred topics, one receiver that collects for a digest."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.benchmarks.corpus import queries

DESK = {"name": "desk", "email": {"to": ["desk@example.org"], "digest": "hourly"}}


def write(
    folder: Path,
    urls: list[str],
    receiver: Mapping[str, Any] | None = DESK,
    more: Mapping[str, Any] | None = None,
) -> Path:
    """Write the three files, ``more`` into monitor.yaml; feeds are told apart by their place in ``urls``."""
    folder.mkdir(parents=True, exist_ok=True)
    receivers = [receiver] if receiver else []
    alert = [one["name"] for one in receivers]
    feeds = [{"id": f"f{n}", "outlet": f"Outlet {n}", "url": url} for n, url in enumerate(urls)]
    topics = [{"id": f"t{n}", "query": q, "alert": alert} for n, q in enumerate(queries())]
    settings = {
        "version": 1,
        "data": "data",
        "poll": {"interval": "15m", "per_host": 50, "host_pause": "0s", "allow_hosts": ["127.0.0.1"]},
        "log": {"level": "warning", "format": "json"},
    }
    for name, value in {
        "monitor": settings | dict(more or {}),
        "feeds": {"version": 1, "feeds": feeds},
        "watchlist": {"version": 1, "topics": topics, "receivers": receivers},
    }.items():
        new = folder / f"{name}.new"
        new.write_text(json.dumps(value), "utf-8")
        new.replace(folder / f"{name}.yaml")
    return folder
