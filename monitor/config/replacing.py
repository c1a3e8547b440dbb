"""Writes a file that was there before: at once and whole, or not at all."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path


def replace(path: Path, text: str, *, private: bool = False) -> None:
    """Put a text in place of a file, in UTF-8, or make it; raise OSError, and then nothing is changed.

    Where the path is a link, what it leads to is replaced. Rights and owner stay as far as they can; what is
    ``private`` can be read by us only, from the start.
    """
    path = path.resolve()
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    written = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if not private:
            _take_over(path, written)
        written.replace(path)
    except BaseException:
        with suppress(FileNotFoundError):
            written.unlink()
        raise


def _take_over(path: Path, written: Path) -> None:
    """Give the new file the rights and the owner of the old one; those of any new file if there is none."""
    try:
        old = path.stat()
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        written.chmod(0o666 & ~mask)
        return
    with suppress(PermissionError):
        os.chown(written, old.st_uid, old.st_gid)
    written.chmod(old.st_mode & 0o7777)
