"""Writes the demo's files, but not over what somebody has changed since the demo wrote it.

A file that was changed is kept; only the ports in it, which are others at each run, are set right. What the
demo wrote, and with which ports, stands beside the files in ``.demo.json``.
"""

import hashlib
import json
import re
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from monitor.errors import UsageError

RECORD = ".demo.json"


def keep(folder: Path, files: Mapping[str, str], ports: Mapping[str, int]) -> tuple[str, ...]:
    """Write ``files`` (name -> text) into ``folder``, and return the names of those that were kept.

    ``ports`` are those that the texts name: what listens there -> port. Raises UsageError if a file is there
    that the demo has not written.
    """
    written, old_ports = _record(folder)
    there = {name: (folder / name).read_text("utf-8") for name in files if (folder / name).exists()}
    strange = [name for name in there if name not in written]
    if strange:
        raise UsageError(
            f"{folder} has {', '.join(strange)} that the demo has not written: "
            f"name another folder, or move what is in {shlex.quote(str(folder))} away"
        )
    kept = {name: text for name, text in there.items() if _hash(text) != written[name]}
    folder.mkdir(parents=True, exist_ok=True)
    moves = {old: ports[name] for name, old in old_ports.items() if name in ports}
    for name, text in files.items():
        (folder / name).write_text(_moved(kept[name], moves) if name in kept else text, "utf-8")
    # The hash of a kept file stays that of the demo's own text: so it goes on counting as changed.
    hashes = {name: written[name] if name in kept else _hash(text) for name, text in files.items()}
    (folder / RECORD).write_text(json.dumps({"files": hashes, "ports": dict(ports)}), "utf-8")
    return tuple(kept)


def _record(folder: Path) -> tuple[dict[str, str], dict[str, int]]:
    try:
        found: Any = json.loads((folder / RECORD).read_text("utf-8"))
        return dict(found["files"]), {name: int(port) for name, port in found["ports"].items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return {}, {}  # nobody has written here yet, or not the demo


def _moved(text: str, moves: Mapping[int, int]) -> str:
    """Return a text with the ports of an earlier run replaced, at once: the new may be among the old."""
    return re.sub(
        r"(127\.0\.0\.1:|\bport: )(\d+)", lambda at: f"{at[1]}{moves.get(int(at[2]), int(at[2]))}", text
    )


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
