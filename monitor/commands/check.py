"""``monitor check``."""

import json
import os
from collections.abc import Sequence
from pathlib import Path

from monitor.config.load import load
from monitor.config.show import show as shown
from monitor.errors import ConfigError, Problem


def check(folder: Path, *, show: bool, format_: str) -> int:
    """Check the configuration in ``folder``; exit 2 if it cannot be used."""
    try:
        configuration = load(folder, os.environ)
    except ConfigError as error:
        _print(error.problems, format_)
        return 2
    _print(configuration.warnings, format_)
    if show:
        print(shown(configuration), end="")
    elif format_ == "text":
        topics, feeds = len(configuration.watchlist.topics), len(configuration.feeds)
        print(f"{folder}: right; {topics} topics, {feeds} feeds, {len(configuration.receivers)} receivers")
    return 0


def _print(problems: Sequence[Problem], format_: str) -> None:
    if format_ == "json":
        print(json.dumps([_plain(problem) for problem in problems], ensure_ascii=False))
        return
    for problem in problems:
        print(_github(problem) if format_ == "github" else _line(problem))


def _line(problem: Problem) -> str:
    return f"warning: {problem}" if problem.warning else str(problem)


def _plain(problem: Problem) -> dict[str, str | int | bool]:
    return {name: getattr(problem, name) for name in Problem.__dataclass_fields__}


def _github(problem: Problem) -> str:
    level = "warning" if problem.warning else "error"
    message = f"{problem.message}; {problem.hint}" if problem.hint else problem.message
    place = f"file={problem.file},line={problem.line},col={problem.column}"
    return f"::{level} {place}::{message}".replace("\n", " ")
