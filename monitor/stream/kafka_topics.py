"""The topics as the settings want them, and what is to be done about those that are not so."""

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass

from monitor.changes import Became, Change
from monitor.stream import kafka_client as kafka
from monitor.stream.kafka_access import KafkaAccess


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic's name in Kafka, its number of partitions, and its settings in Kafka's words."""

    name: str
    partitions: int
    settings: Mapping[str, str]
    replication: int = -1


def topic_of(access: KafkaAccess, stream: str) -> Topic:
    """Return the topic that a stream should have."""
    new = access.new_topic(stream)
    return Topic(access.topic(stream), new["num_partitions"], new["configs"], new["replication_factor"])


def change(wanted: Topic, there: Topic | None) -> Change:
    """Decide on a topic, given what is there. Pure."""
    thing = f"topic {wanted.name}"
    if there is None:
        kept = _kept(wanted.settings["retention.ms"])
        return Change(thing, Became.CREATED, f"{wanted.partitions} partitions, kept {kept}")
    told = []
    if there.partitions < wanted.partitions:
        told.append(f"partitions {there.partitions} -> {wanted.partitions}")
    told += [
        f"{name} {there.settings.get(name)} -> {value}" for name, value in _lacking(wanted, there).items()
    ]
    return Change(thing, Became.UPDATED, ", ".join(told)) if told else Change(thing, Became.UNCHANGED)


def there(admin: kafka.Client, names: Collection[str]) -> dict[str, Topic]:
    """Return those of the topics that are there."""
    known = set(admin.list_topics())
    found = [name for name in names if name in known]
    if not found:
        return {}
    wanted = [kafka.topic_settings(name) for name in found]
    settings = admin.describe_configs(wanted, config_filter="all")["topic"]
    return {
        one["name"]: Topic(
            one["name"],
            len(one["partitions"]),
            {name: str(told["value"]) for name, told in settings[one["name"]].items()},
        )
        for one in admin.describe_topics(found)
    }


def ensure(admin: kafka.Client, topic: Topic, timeout_ms: int) -> int:
    """Make a topic that is not there, or the partitions that it lacks; return how many it has."""
    if topic.name not in admin.list_topics():
        _make(admin, topic)
    admin.wait_for_topics([topic.name], timeout_ms=timeout_ms)
    found = len(admin.describe_topics([topic.name])[0]["partitions"])
    _grow(admin, topic, found, timeout_ms)
    has = max(found, topic.partitions)
    _led(admin, topic.name, has, timeout_ms)
    return has


def apply(admin: kafka.Client, topic: Topic, change: Change, timeout_ms: int) -> None:
    """Do what was decided on a topic."""
    if change.became is Became.CREATED:
        _make(admin, topic)
        admin.wait_for_topics([topic.name], timeout_ms=timeout_ms)
    elif change.became is Became.UPDATED:
        now = there(admin, [topic.name])[topic.name]
        _grow(admin, topic, now.partitions, timeout_ms)
        if lacking := _lacking(topic, now):
            admin.alter_configs([kafka.topic_settings(topic.name, lacking)])


def _make(admin: kafka.Client, topic: Topic) -> None:
    with suppress(kafka.AlreadyThere):  # another process was faster
        new = {"num_partitions": topic.partitions, "configs": topic.settings}
        admin.create_topics({topic.name: new | {"replication_factor": topic.replication}})


def _grow(admin: kafka.Client, topic: Topic, found: int, timeout_ms: int) -> None:
    if found < topic.partitions:
        admin.create_partitions({topic.name: topic.partitions})
        admin.wait_for_topics([topic.name], timeout_ms=timeout_ms)


def _led(admin: kafka.Client, name: str, partitions: int, timeout_ms: int) -> None:
    """Wait until each partition is led by a broker that knows it.

    For a moment brokers name a leader that does not know of it yet, and turn down what is published there.
    Only the leader answers where a partition begins; the client asks again until it does.
    """
    places = [kafka.TopicPartition(name, number) for number in range(partitions)]
    admin.list_partition_offsets(dict.fromkeys(places, kafka.OffsetSpec.EARLIEST), timeout_ms=timeout_ms)


def _lacking(wanted: Topic, there: Topic) -> dict[str, str]:
    return {name: value for name, value in wanted.settings.items() if there.settings.get(name) != value}


def _kept(milliseconds: str) -> str:
    if milliseconds == "-1":
        return "for ever"
    hours = round(int(milliseconds) / 3_600_000)
    return f"for {hours // 24} days" if hours % 24 == 0 else f"for {hours} hours"
