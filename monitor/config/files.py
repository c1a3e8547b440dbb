"""Finds and reads the files of a configuration folder."""

from collections.abc import Iterator
from pathlib import Path

from monitor.config import yaml
from monitor.config.document import Document
from monitor.errors import ConfigError, Problem

MONITOR, FEEDS, WATCHLIST = "monitor.yaml", "feeds.yaml", "watchlist.yaml"
WATCHLISTS = "watchlist"
"""The folder that may stand in the place of ``watchlist.yaml``."""


def check_folder(folder: Path) -> None:
    """Raise ConfigError if there is no such folder."""
    if not folder.is_dir():
        state = "is not a folder" if folder.exists() else "does not exist"
        message = f"the folder of the configuration {state}"
        raise ConfigError((Problem(str(folder), 1, 1, message, f"`monitor init {folder}` writes one"),))


def one(folder: Path, name: str, problems: list[Problem]) -> Document | None:
    """Read a file; what is wrong goes to ``problems``."""
    shown = _shown(folder, name)
    path = folder / name
    other = path.with_suffix(".yml")
    if other.exists() and not path.exists():
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
    if not several.is_dir():
        names = [WATCHLIST]
    elif (folder / WATCHLIST).exists():
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
    found = sorted(path for path in several.iterdir() if not path.name.startswith("."))
    for path in found:
        if path.suffix == ".yaml":
            yield f"{WATCHLISTS}/{path.name}"
        elif path.suffix == ".yml":
            shown = _shown(folder, f"{WATCHLISTS}/{path.name}")
            problems.append(Problem(shown, 1, 1, "this file is not read", f"name it {path.stem}.yaml"))
    if not found:
        shown = _shown(folder, WATCHLISTS)
        problems.append(Problem(shown, 1, 1, "the folder is empty", "put at least one .yaml file into it"))


def _shown(folder: Path, name: str) -> str:
    """Return the name of a file for people, as ``config/feeds.yaml``."""
    return str(Path(folder.name or folder.resolve().name) / name)
