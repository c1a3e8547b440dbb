"""``monitor init``: a commented configuration to start from."""

from importlib.resources import as_file, files
from pathlib import Path

from monitor.errors import UsageError

NAMES = ("monitor.yaml", "feeds.yaml", "watchlist.yaml")


def init(folder: Path) -> int:
    """Write the three files into ``folder``; none that is there is touched."""
    there = [name for name in NAMES if (folder / name).exists()]
    if there:
        raise UsageError(f"{folder} has {', '.join(there)} already: move it away, or name another folder")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in NAMES:
            (folder / name).write_text(sample(name), "utf-8")
    except OSError as error:
        raise UsageError(f"{folder} cannot be written: {error.strerror}") from error
    print(f"wrote {', '.join(NAMES)} to {folder}")
    print(f"next:  monitor check --config {folder}    then  monitor run --config {folder}")
    return 0


def sample(name: str) -> str:
    """Return a sample: the packaged one, or in a checkout that of the config folder it is made from."""
    packaged = files("monitor").joinpath("samples", name)
    if not packaged.is_file():
        with as_file(files("monitor")) as package:
            return (Path(package).parent / "config" / name).read_text("utf-8")
    return packaged.read_text("utf-8")
