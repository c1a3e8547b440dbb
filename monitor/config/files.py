"""Finds and reads the files of a configuration folder."""

import os
import shlex
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from monitor.config import yaml
from monitor.config.document import Document
from monitor.config.reading import reason, room
from monitor.config.words import printable
from monitor.errors import ConfigError, Problem

MONITOR, FEEDS, WATCHLIST = "monitor.yaml", "feeds.yaml", "watchlist.yaml"
WATCHLISTS = "watchlist"
"""The folder that may stand in the place of ``watchlist.yaml``."""
SUFFIXES = (".yaml", ".yml")

Stamp = frozenset[tuple[str, int, int, int]]
"""Name, time, size and number of each file that may belong to a configuration: who changed, differs."""


def stamp(folder: Path) -> Stamp:
    """Return what tells a folder from one that was changed since; raise ``Unavailable`` as ``room`` does."""
    found = set()
    for place in (folder, folder / WATCHLISTS):
        with suppress(OSError, ValueError), room():  # what is wrong with it is told when it is read
            for path in place.iterdir():
                with suppress(OSError):  # it is gone again, or leads nowhere
                    if path.suffix in SUFFIXES:
                        seen = path.stat()
                        found.add((str(path), seen.st_mtime_ns, seen.st_size, seen.st_ino))
    return frozenset(found)


def check_folder(folder: Path) -> None:
    """Raise ConfigError if there is no such folder."""
    if _is_folder(folder):
        return
    hint = f"`monitor init {shlex.quote(str(folder))}` writes one"
    try:
        folder.stat()
        state = "is not a folder"
        hint = f"give the folder that the files are in: --config {shlex.quote(str(folder.parent))}"
    except (FileNotFoundError, NotADirectoryError):
        state = "does not exist"
    except (OSError, ValueError) as error:
        state = f"cannot be read ({reason(error) if isinstance(error, OSError) else 'not a path'})"
        hint = "check its name and permissions"
    message = f"the folder of the configuration {state}"
    raise ConfigError((Problem(printable(str(folder)), 1, 1, message, printable(hint)),))


def one(folder: Path, name: str, problems: list[Problem]) -> Document | None:
    """Read a file; what is wrong goes to ``problems``."""
    shown = _shown(folder, name)
    path = folder / name
    other = path.with_suffix(".yml")
    if not os.path.lexists(path) and os.path.lexists(other):
        problems.append(Problem(_shown(folder, other.name), 1, 1, "this file is not read", f"name it {name}"))
        return None
    try:
        document = yaml.load(path, shown)
    except ConfigError as error:
        problems.extend(error.problems)
        return None
    problems.extend(document.problems)
    return document


def watchlists(folder: Path, problems: list[Problem]) -> list[Document]:
    """Read ``watchlist.yaml``, or the files of ``watchlist/`` by name; what is wrong goes to ``problems``."""
    several = folder / WATCHLISTS
    if not _is_folder(several):
        names = [WATCHLIST]
    elif os.path.lexists(folder / WATCHLIST):
        hint = "keep one of the two: move the file into the folder"
        problems.append(
            Problem(_shown(folder, WATCHLIST), 1, 1, f"there is a folder {WATCHLISTS}/ as well", hint)
        )
        return []
    else:
        names = list(_names(several, problems, folder))
    read = (one(folder, name, problems) for name in names)
    return [document for document in read if document is not None]


def _names(several: Path, problems: list[Problem], folder: Path) -> Iterator[str]:
    """Yield the files to read. What looks like one that was meant to be read is told; notes may lie there."""
    shown = _shown(folder, WATCHLISTS)
    try:
        with room():
            found = sorted(path for path in several.iterdir() if not path.name.startswith("."))
    except OSError as error:
        message = f"the folder cannot be read ({reason(error)})"
        problems.append(Problem(shown, 1, 1, message, "check its permissions"))
        return
    for path in found:
        if path.suffix == ".yaml":
            yield f"{WATCHLISTS}/{path.name}"
        elif path.suffix.lower() in SUFFIXES:
            name, hint = _shown(folder, f"{WATCHLISTS}/{path.name}"), f"name it {printable(path.stem)}.yaml"
            problems.append(Problem(name, 1, 1, "this file is not read", hint))
        elif _is_folder(path):
            name = _shown(folder, f"{WATCHLISTS}/{path.name}")
            message, hint = "this folder is not read", f"move its files into {WATCHLISTS}/"
            problems.append(Problem(name, 1, 1, message, hint, warning=True))
    if not any(path.suffix.lower() in SUFFIXES for path in found):
        message = "there is no .yaml file in this folder" if found else "the folder is empty"
        problems.append(Problem(shown, 1, 1, message, "put at least one .yaml file into it"))


def _is_folder(path: Path) -> bool:
    """Return whether there is a folder. Unlike Path.is_dir this never raises: an attempt to read says why."""
    return os.path.isdir(path)  # noqa: PTH112


def _shown(folder: Path, name: str) -> str:
    """Return the name of a file for people and editors: from where they are, as they gave the folder."""
    return printable(str(folder / name))
