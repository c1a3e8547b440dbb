"""``monitor check``."""

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from monitor.config.load import load
from monitor.config.show import show as shown
from monitor.errors import ConfigError, Problem, UsageError
from monitor.plural import number


def check(folder: Path, *, show: bool, format_: str) -> int:
    """Check the configuration in ``folder``; exit 2 if it cannot be used."""
    if show and format_ != "text":
        raise UsageError("--show prints the settings, --format the problems: take one of the two")
    try:
        configuration = load(folder, os.environ)
    except ConfigError as error:
        _print(error.problems, format_)
        return 2
    if show:
        for warning in configuration.warnings:
            print(_line(warning), file=sys.stderr)
        print(shown(configuration), end="")
        return 0
    _print(configuration.warnings, format_)
    if format_ == "text":
        topics = number(len(configuration.watchlist.topics), "topic")
        feeds = number(len(configuration.feeds), "feed")
        receivers = len(configuration.receivers)
        told = number(receivers, "receiver") if receivers else "no receivers: nobody is told of matches"
        print(f"{folder}: right; {topics}, {feeds}, {told}")
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
    file = _escaped(problem.file).replace(":", "%3A").replace(",", "%2C")
    return f"::{level} file={file},line={problem.line},col={problem.column}::{_escaped(message)}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
