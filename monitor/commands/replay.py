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
from monitor.config.settings import Settings
from monitor.history import replayed
from monitor.lock import owner_of
from monitor.plural import number
from monitor.roles.working import ALERTER
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
        is_running = _is_running(settings, backend)
        for told in replayed(backend.store, watchlist, topics, begin, now, publish):
            read += told.articles
            handed_on += told.handed_on
            added.update(told.added)
            withheld.update(told.withheld)
    if as_json:
        print_json({"articles": read, "added": added, "handed_on": handed_on, "withheld": withheld})
        return 0
    show(counts_table("Matches added", "topic", added))
    print(f"{number(read, 'article')} looked at again that may match")
    if alert:
        when = "now" if is_running else "when monitor runs: start it with `monitor run`"
        print(f"{number(handed_on, 'match')} handed on; what was not decided before is alerted {when}")
        for reason, count in withheld.items():
            print(f"not alerted: {number(count, 'match')}, {reason}")
    return 0


def _is_running(settings: Settings, backend: app.Backend) -> bool:
    """Return whether somebody decides about matches now."""
    if settings.mode == "embedded":
        return owner_of(settings.data) is not None
    return any(member.group == ALERTER for member in backend.members())
