"""``monitor replay``: matches that the watchlist of today would have made, made up for."""

import os
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from monitor import app
from monitor.commands.door import moment_of, opened_data
from monitor.commands.lines import print_json
from monitor.commands.tables import counts_table, show
from monitor.config.load import load_watchlist
from monitor.history import replayed
from monitor.stream import contract
from monitor.stream.sending import Sender


def replay(folder: Path, topics: Sequence[str], *, since: str, alert: bool, as_json: bool) -> int:
    """Match what is stored since then once more, and add what is missing; alert nobody unless asked."""
    now = datetime.now(UTC)
    watchlist = load_watchlist(folder, os.environ)
    read, added = 0, Counter(dict.fromkeys(topics or [topic.id for topic in watchlist.topics], 0))
    with opened_data(folder) as (settings, backend):
        sender = Sender(contract.MATCH, backend.stream, "replay", app.source_of(settings))
        publish = sender.send if alert else None
        begin = moment_of(since, now) or now
        for articles, new in replayed(backend.store, watchlist, topics, begin, now, publish):
            read += articles
            added.update(new)
    if as_json:
        print_json({"articles": read, "added": added, "alerted": alert})
        return 0
    show(counts_table("Matches added", "topic", added))
    told = "what was not decided before is alerted now" if alert else "nobody is alerted"
    print(f"{read:,} articles looked at again that may match; {told}")
    return 0
