"""Who does what in a cluster: the processes of each role, and what each holds. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from monitor.roles.working import ALERTER, MATCHER
from monitor.stream.shares import KEEPERS, POLLERS, Member, part_of

ROLES: Mapping[str, str] = {POLLERS: "poll", MATCHER: "match", ALERTER: "alert"}
"""What the members of a group do, in the order of the flow."""


@dataclass(frozen=True, slots=True)
class Process:
    """A process in one of its roles. One that has several roles is there once for each."""

    process: str
    host: str
    role: str
    holds: int
    """Parts of the feeds, or partitions of its stream; of ``of``."""
    of: int
    feeds: int
    """The feeds in the parts of a poller."""
    keeps_house: bool


def processes_of(
    members: Sequence[Member], hosts: Sequence[str], parts: int, partitions: Mapping[str, int]
) -> list[Process]:
    """Return the processes by role, idle ones too.

    ``hosts`` has the host of each enabled feed; feeds are cut into ``parts`` by it. ``partitions`` has the
    number of partitions that each other group reads.
    """
    feeds = Counter(part_of(host, parts) for host in hosts)
    keepers = {member.process for member in members if member.group == KEEPERS and 0 in member.holds}
    sizes = {**partitions, POLLERS: parts}
    return [
        Process(
            one.process,
            one.host,
            role,
            len(one.holds),
            sizes.get(group, len(one.holds)),
            sum(feeds[part] for part in one.holds) if group == POLLERS else 0,
            group == ALERTER and one.process in keepers,
        )
        for group, role in ROLES.items()
        for one in sorted(members, key=lambda member: member.process)
        if one.group == group
    ]
