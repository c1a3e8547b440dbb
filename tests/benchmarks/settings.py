"""A configuration folder for benchmarks: a hundred topics, one receiver that collects for a digest."""

import json
from pathlib import Path

from tests.benchmarks.corpus import queries


def write(folder: Path, urls: list[str]) -> Path:
    """Write the three files; feeds are told apart by their place in ``urls``."""
    folder.mkdir(parents=True)
    feeds = [{"id": f"f{n}", "outlet": f"Outlet {n}", "url": url} for n, url in enumerate(urls)]
    topics = [{"id": f"t{n}", "query": query, "alert": ["desk"]} for n, query in enumerate(queries())]
    desk = {"name": "desk", "email": {"to": ["desk@example.org"], "digest": "hourly"}}
    settings = {
        "version": 1,
        "data": "data",
        "poll": {"interval": "15m", "per_host": 50, "allow_hosts": ["127.0.0.1"]},
        "log": {"level": "warning", "format": "json"},
    }
    for name, value in {
        "monitor": settings,
        "feeds": {"version": 1, "feeds": feeds},
        "watchlist": {"version": 1, "topics": topics, "receivers": [desk]},
    }.items():
        (folder / f"{name}.yaml").write_text(json.dumps(value), "utf-8")
    return folder
