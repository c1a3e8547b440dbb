"""Configuration folders to load."""

import os
from collections.abc import Mapping
from pathlib import Path

from monitor.config.load import Configuration, load
from monitor.errors import ConfigError, Problem

KEY = "whsec_" + "QUJD" * 10
FILES: Mapping[str, str] = {
    "monitor.yaml": "version: 1\n",
    "feeds.yaml": "version: 1\nfeeds:\n  - {outlet: Example, url: 'https://example.org/feed'}\n",
    "watchlist.yaml": "version: 1\ntopics:\n  - {id: ships, query: ships}\n",
}


def written(parent: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write a folder ``config`` with these files, and the least that is valid in place of others.

    Return its path from the working directory.
    """
    folder = parent / "config"
    for name, content in {**FILES, **files}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return Path(os.path.relpath(folder))


def loaded(
    parent: Path, files: Mapping[str, str | bytes], env: Mapping[str, str] | None = None
) -> Configuration:
    """Load such a folder."""
    return load(written(parent, files), env or {})


def refused(
    parent: Path, files: Mapping[str, str | bytes], env: Mapping[str, str] | None = None
) -> tuple[Problem, ...]:
    """Return the problems for which such a folder is refused."""
    try:
        loaded(parent, files, env)
    except ConfigError as error:
        return error.problems
    raise AssertionError("the folder was not refused")
