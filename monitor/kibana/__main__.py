"""Writes the saved objects into the folder that is given, ``deploy/kibana`` if none is."""

import sys
from pathlib import Path

from monitor.kibana.objects import ndjson

PREFIX = "monitor"


def write(folder: Path) -> Path:
    """Write the file for the prefix ``monitor``; return it."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{PREFIX}.ndjson"
    file.write_text(ndjson(PREFIX), "utf-8")
    return file


if __name__ == "__main__":
    print(write(Path(*sys.argv[1:2] or ("deploy/kibana",))))
