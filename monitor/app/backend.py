"""Where everything is kept: files in the data folder, or the servers of a cluster."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from monitor.app.servers import open_servers
from monitor.clock import Clock
from monitor.config.settings import Settings
from monitor.errors import DataFolderError, StoreUnavailable
from monitor.lock import ServiceLock
from monitor.store import records
from monitor.store.base import Query, Size, Store
from monitor.store.sqlite import SqliteStore
from monitor.stream.base import Stream
from monitor.stream.codec import FEEDS
from monitor.stream.shares import Lost, Member, Shares, Sole
from monitor.stream.sqlite import SqliteStream


@dataclass(frozen=True, slots=True)
class Backend:
    """The stream and the store of the chosen mode."""

    stream: Stream
    store: Store
    members: Callable[[], Sequence[Member]] = tuple
    """Says which processes are in the groups now, and what each holds."""
    sizes: Callable[[], Mapping[str, Size]] = dict
    """Says what each kind of documents takes on the servers."""
    shares: Callable[[str, Lost], Shares] = lambda *_: Sole()
    """Joins a group of processes that share out its work."""
    names: tuple[str, str] = ("stream", "store")
    """What the two are called by those who run them."""
    topic: Callable[[str], str] = str
    """What a stream is called where people may look for it."""
    is_ours: bool = True
    """Whether this process alone works with them: then what is left half done is nobody else's."""
    settle: Callable[[], None] = lambda: None
    """Lets ``find`` and ``count`` see all that was written, at once."""


@contextmanager
def open_backend(settings: Settings, clock: Clock) -> Iterator[Backend]:
    """Open stream and store: files in the data folder, which is made if need be, or the cluster's servers."""
    with _cluster(settings) if settings.mode == "cluster" else _embedded(settings, clock) as backend:
        yield backend


@contextmanager
def alone(settings: Settings) -> Iterator[None]:
    """Own the data folder within the block; in a cluster nobody does.

    Raises ``DataFolderError`` naming the owner if there is one.
    """
    if settings.mode == "cluster":
        yield
    else:
        with ServiceLock(data_folder(settings)):
            yield


@contextmanager
def _embedded(settings: Settings, clock: Clock) -> Iterator[Backend]:
    folder = data_folder(settings)
    _refuse_half(folder, clock)
    with (
        SqliteStream(folder / "stream.db", clock, settings.stream.partitions) as stream,
        SqliteStore(folder / "store.db") as store,
    ):
        yield Backend(stream, store)


@contextmanager
def _cluster(settings: Settings) -> Iterator[Backend]:
    with open_servers(settings) as (stream, store):
        with suppress(StoreUnavailable):  # it will be tried again at the first write
            store.setup()
        yield Backend(
            stream,
            store,
            shares=lambda group, lost: stream.shares(group, FEEDS, lost),
            members=stream.members,
            sizes=store.sizes,
            names=("kafka", "elasticsearch"),
            topic=stream.topic,
            is_ours=False,
            settle=store.refresh,
        )


def _refuse_half(folder: Path, clock: Clock) -> None:
    """Raise ``DataFolderError`` if one of the two files is gone or empty, though the other tells of it."""
    stream, store = folder / "stream.db", folder / "store.db"
    lost, left = (stream, store) if _has_content(store) else (store, stream)
    if _has_content(lost) or not _has_content(left):
        return
    # A start that was cut short leaves one file without content: that is no loss.
    with SqliteStream(left, clock) if left == stream else SqliteStore(left) as opened:
        in_use = opened.lag() if isinstance(opened, SqliteStream) else opened.count(records.FEEDS, Query())
    if in_use:
        how = "empty" if lost.exists() else "missing"
        raise DataFolderError(
            f"{lost} is {how} beside {left.name}: put it back from a backup, or move {left.name} away as "
            "well to start afresh, without the past"
        )


def _has_content(file: Path) -> bool:
    return file.exists() and file.stat().st_size > 0


def data_folder(settings: Settings) -> Path:
    """Return the data folder, made if need be; raise ``DataFolderError`` if that cannot be."""
    try:
        settings.data.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DataFolderError(
            f"the data folder {settings.data} cannot be made ({error.strerror}): make it for this user, "
            "or set another one (data: in monitor.yaml)"
        ) from error
    return settings.data


def source_of(settings: Settings) -> str:
    """Return who we are in the messages of the streams."""
    return f"/monitor/{settings.instance}"
