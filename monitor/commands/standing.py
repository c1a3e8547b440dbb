"""How ``monitor status`` looks on a terminal."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.filesize import decimal
from rich.text import Text

from monitor.commands.outlook import Flow, Kept, Status
from monitor.commands.processes import Process
from monitor.commands.tables import ago, counts_table, health, is_wide, plain, show, show_noted, table
from monitor.plural import number

WORKERS = {"poll": "poller", "match": "matcher", "alert": "alerter"}
_OF_STREAM = "processes, lag and dead letters"
_OF_STORE = "feeds, articles, matches, alerts, deliveries and indices"
_UNKNOWN = {"stream": _OF_STREAM, "kafka": _OF_STREAM, "store": _OF_STORE, "elasticsearch": _OF_STORE}
"""What cannot be told while one of them is away."""
Rows = list[tuple[str, str]]


def show_status(found: Status, *, in_cluster: bool) -> None:
    """Print what is known, and in place of the rest that it is not."""
    rows: Rows = []
    if not in_cluster:
        rows.append(("service", f"running, process {found.service}" if found.service else "not running"))
    elif found.flow:
        rows.append(("processes", _workers(found.flow.processes)))
    rows += [(name, f"cannot be used, see below; {_UNKNOWN[name]} are not known") for name in found.away]
    if found.kept:
        rows += _of_the_store(found.kept, in_cluster=in_cluster)
    if found.flow:
        rows += _of_the_stream(found.flow)
    show(table("Status", ("", ""), [(Text(name), Text(value)) for name, value in rows]))
    if found.kept:
        show(counts_table("Matches by topic", "topic", found.kept.matches))
    if in_cluster:
        _show_cluster(found)
    if found.kept:
        _show_feeds(found.kept.unwell)
        _show_reasons("Receivers that wait for you", "receiver", found.kept.undeliverable)


def _of_the_store(kept: Kept, *, in_cluster: bool) -> Rows:
    rows = [
        ("feeds", _counts(kept.feeds) if kept.feeds is not None else "not known: feeds.yaml has mistakes"),
        *([("unverified", f"{', '.join(kept.unverified)} (`verify_tls: false`)")] if kept.unverified else []),
        *([("hubs", _counts(kept.pushes))] if kept.pushes else []),
        ("articles", _counts(kept.articles)),
        ("alerts", _counts(kept.alerts)),
        ("deliveries", _counts(kept.outbox)),
    ]
    if kept.outbox.get("failed"):
        rows.append(("failed", "see monitor deadletters list; replay sends again"))
    if in_cluster and not kept.indices:
        rows.append(("indices", "nothing is written yet"))
    return rows


def _of_the_stream(flow: Flow) -> Rows:
    rows = [("lag", _counts(flow.lag, nothing="nothing is read yet"))]
    if flow.dead_letters:
        rows.append(("dead letters", f"{flow.dead_letters:,}: see monitor deadletters list"))
    return rows


def _workers(processes: Sequence[Process]) -> str:
    """Return how many processes do each thing: ``2 pollers, 1 matcher, no alerter``."""
    counts = Counter(one.role for one in processes)
    return ", ".join(
        f"{counts[role] or 'no'} {worker}{'s' * (counts[role] > 1)}" for role, worker in WORKERS.items()
    )


def _show_cluster(found: Status) -> None:
    if found.flow and (found.flow.processes or found.flow.unpolled):
        rows = [(plain(f"{one.process} at {one.host}"), one.role, _held(one)) for one in found.flow.processes]
        if found.flow.unpolled:
            rows.append((Text("nobody"), "poll", f"{number(found.flow.unpolled, 'feed')}"))
        show(table("Processes", ("process", "role", "holds"), rows))
    if found.flow and found.flow.partitions:
        show(
            table("Lag by partition", ("group", "stream", "partition: behind"), _lags(found.flow.partitions))
        )
    if found.kept and found.kept.indices:
        sizes = [
            (Text(kind), f"{size['documents']:,}", decimal(size["bytes"]))
            for kind, size in found.kept.indices.items()
        ]
        show(table("Indices", ("kind", "documents>", "size>"), sizes))


def _held(one: Process) -> str:
    if one.role != "poll":
        held = f"{one.holds} of {number(one.of, 'partition')}" if one.holds else "nothing now"
        return f"{held}; keeps house" if one.keeps_house else held
    if not one.holds:
        return "nothing now"
    return f"{number(one.feeds, 'feed')} ({one.holds} of {number(one.of, 'part')})"


def _lags(partitions: Iterable[Mapping[str, Any]]) -> list[tuple[Text, Text, Text]]:
    behind: dict[tuple[str, str], list[str]] = {}
    for one in partitions:
        behind.setdefault((one["group"], one["stream"]), []).append(f"{one['partition']}: {one['behind']:,}")
    return [
        (Text(group), Text(stream), Text("  ".join(counts))) for (group, stream), counts in behind.items()
    ]


def _show_feeds(unwell: Sequence[Mapping[str, Any]]) -> None:
    if unwell:
        short = not is_wide()
        rows = [
            (
                plain(one["id"]),
                health(one["health"]),
                ago(one["since"], short=short) if one["since"] else "",
                ago(one["next_poll"], short=short),
            )
            for one in unwell
        ]
        names = ("feed", "health", "since (UTC)", "asked next")
        show_noted("Feeds to look at", names, rows, [plain(_why(one)) for one in unwell], "why")


def _why(feed: Mapping[str, Any]) -> str:
    moved = f"it has moved to {feed['moved_to']}: write that in feeds.yaml" if feed["moved_to"] else ""
    return "; ".join(filter(None, (feed["reason"], moved)))


def _show_reasons(title: str, name: str, reasons: Mapping[str, str]) -> None:
    if reasons:
        rows = [(plain(id_), plain(reason)) for id_, reason in reasons.items()]
        show(table(title, (name, "reason"), rows))


def _counts(counts: Mapping[str, int], nothing: str = "none") -> str:
    return ", ".join(f"{name or 'all'} {count:,}" for name, count in counts.items()) or nothing
