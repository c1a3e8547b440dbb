"""How a command is to be typed by whoever has typed the one that runs."""

import os
import shlex
import shutil
import sys
from pathlib import Path


def called(program: str | None = None, here: Path | None = None) -> str:
    """Return what to type for ``monitor`` in the folder ``here``, given the path that runs as ``program``.

    By default they are those of this process. A program that is not found by its name is named by its path,
    from ``here`` if it is below it.
    """
    path, here = Path(program or sys.argv[0]), here or Path.cwd()
    if path.name == "__main__.py":
        return f"{_typed(Path(sys.executable), here)} -m monitor"
    return _typed(path, here)


def _typed(path: Path, here: Path) -> str:
    whole = Path(os.path.abspath(here / path))  # noqa: PTH100 - links stay: a venv's python is one
    found = shutil.which(path.name)
    if found and Path(os.path.abspath(found)) == whole:  # noqa: PTH100
        return path.name
    return shlex.quote(str(whole.relative_to(here) if whole.is_relative_to(here) else whole))
