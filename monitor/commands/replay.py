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
    added = Counter(dict.fromkeys(topics or [topic.id for topic in watchlist.topics], 0))
    withheld: Counter[str] = Counter()
    read = handed_on = 0
    with opened_data(folder) as (settings, backend):
        sender = Sender(contract.MATCH, backend.stream, "replay", app.source_of(settings))
        publish = sender.send if alert else None
        begin = moment_of(since, now) or now
        for told in replayed(backend.store, watchlist, topics, begin, now, publish):
            read += told.articles
            handed_on += told.handed_on
            added.update(told.added)
            withheld.update(told.withheld)
    if as_json:
        print_json({"articles": read, "added": added, "handed_on": handed_on, "withheld": withheld})
        return 0
    show(counts_table("Matches added", "topic", added))
    print(f"{read:,} articles looked at again that may match")
    if alert:
        print(f"{handed_on:,} matches handed on; those that were not decided before are alerted now")
        for reason, count in withheld.items():
            print(f"{count:,} matches are not alerted: {reason}")
    return 0
