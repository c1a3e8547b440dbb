"""The configuration files that monitor ships."""

from importlib.resources import files
from pathlib import Path

NAMES = ("monitor.yaml", "feeds.yaml", "watchlist.yaml")


def sample(name: str) -> str:
    """Return a shipped file: the packaged one, or in a checkout that of the config folder it is made from."""
    packaged = files("monitor").joinpath("samples", name)
    if packaged.is_file():
        return packaged.read_text("utf-8")
    return (Path(str(files("monitor"))).parent / "config" / name).read_text("utf-8")


def standing_alone(text: str) -> str:
    """Return a shipped file for a folder of its own: its data beside it, no schema of a checkout."""
    lines = [line for line in text.splitlines() if not line.startswith("# yaml-language-server:")]
    return "\n".join(lines).strip().replace("data: ../data", "data: data") + "\n"
