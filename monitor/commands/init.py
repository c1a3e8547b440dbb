"""``monitor init``: a commented configuration to start from."""

import shlex
from pathlib import Path

from monitor.config.files import WATCHLISTS
from monitor.config.samples import NAMES, sample, standing_alone
from monitor.errors import UsageError


def init(folder: Path) -> int:
    """Write the three files into ``folder``; none that is there is touched."""
    there = [name for name in (*NAMES, WATCHLISTS) if (folder / name).exists()]
    if there:
        raise UsageError(f"{folder} has {', '.join(there)} already: move it away, or name another folder")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in NAMES:
            (folder / name).write_text(standing_alone(sample(name)), "utf-8")
    except OSError as error:
        raise UsageError(f"{folder} cannot be written: {error.strerror}") from error
    print(f"wrote {', '.join(NAMES)} to {folder}")
    named = shlex.quote(str(folder))
    print(f"next:  monitor check --config {named}    then  monitor run --config {named}")
    return 0
