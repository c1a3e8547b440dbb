"""What is asked of Elasticsearch. Only ``elastic_errors`` knows its client as well.

Reading by id is real-time: the id is asked of each month that exists. What is not found makes the list of
months be read anew, so that a month which another process has begun is seen.

Of the server only the plainest is used: no scripts, no lifecycle, no ingestion, no plug-in.
"""

import threading
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import structlog
from elastic_transport import ObjectApiResponse
from elasticsearch import ApiError, Elasticsearch, TransportError

from monitor.errors import PoisonError, StoreRefused, StoreUnavailable, UsageError
from monitor.store import elastic_bulk, elastic_mapping
from monitor.store.base import Size
from monitor.store.elastic_bulk import Answer, Became, TooLarge, Write
from monitor.store.elastic_errors import translate
from monitor.store.elastic_mapping import ALL, MONTHLY, alias_of

Hit = Mapping[str, Any]
PLACES = 4000
"""Places (an id in an index) that are read in one request."""
EXISTS = "resource_already_exists_exception"
NO_SHARD = "no_shard_available_action_exception"
CHECK_SECONDS = 3
STARTING_PAUSES = (0.1, 0.2, 0.4, 0.8, 1.6, 0.0)
TOLD = ("items.*.status", "items.*.error", "items.*._seq_no", "items.*._primary_term")
"""The part of the answer to many writes that is read."""
FORBIDDEN = "security_exception"


@dataclass(frozen=True, slots=True)
class ElasticAccess:
    """Where the server is and who we are. ``prefix`` begins every name that is ours there."""

    urls: tuple[str, ...]
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    api_key: str | None = field(default=None, repr=False)
    ca_file: str | None = None
    prefix: str = "monitor"
    timeout: float = 30.0
    """Seconds that an answer may take."""
    replicas: int | None = None
    """Copies of each index; ``None``: one where there is a second node."""


class Server:
    """The server, asked politely. Safe to share between threads."""

    def __init__(self, access: ElasticAccess) -> None:
        self.prefix = access.prefix
        self._access = access
        self._client = _client(access)
        self._once = self._client.options(max_retries=0)
        self._lock = threading.Lock()
        self._closed = self._is_set_up = False
        self._indices: frozenset[str] = frozenset()
        """Those that are known to exist."""

    def setup(self) -> None:
        """Bring the templates up to date, once; see ``ElasticStore.setup``."""
        with self._lock:
            if self._is_set_up:
                return
            try:
                with self._asking() as client:
                    self._install(client)
                    _tell_what_lacks(client)
            except PoisonError as error:
                raise StoreRefused(f"Elasticsearch does not take monitor's templates: {error}") from error
            self._is_set_up = True

    def read(self, kind: str, ids: set[str], fields: list[str]) -> dict[str, Hit]:
        """Return the ids that are there, with these fields, in real time."""
        alias = alias_of(self.prefix, kind)
        if kind not in MONTHLY:
            return self._read_in([f"{alias}-{ALL}"], ids, fields)
        asked = sorted(name for name in self._indices if name.startswith(f"{alias}-"))
        found = self._read_in(asked, ids, fields)
        if missing := ids - found.keys():
            found |= self._read_in(sorted(set(self.indices(kind)) - set(asked)), missing, fields)
        return found

    def read_at(self, places: Sequence[tuple[str, str]], fields: list[str]) -> list[Hit]:
        """Return what is there of these pairs of index and id, in their order, in real time."""
        found: list[Hit] = []
        asked = [{"_index": index, "_id": id_} for index, id_ in places]
        for start in range(0, len(asked), PLACES):
            for doc in self._docs(asked[start : start + PLACES], fields):
                if doc.get("found"):
                    found.append(doc)
                elif "error" in doc and doc["error"]["type"] != elastic_bulk.NO_INDEX:
                    reason = elastic_bulk.reason_of(doc["error"])
                    if doc["error"]["type"] == FORBIDDEN:
                        raise StoreRefused(f"Elasticsearch forbids it: {reason}")
                    raise StoreUnavailable(f"Elasticsearch cannot read {doc['_index']} now: {reason}")
        return found

    def write(self, writes: Sequence[Write]) -> list[Answer]:
        """Write, making the indices that are not there; return an answer each."""
        for index in sorted({one.index for one in writes if one.source is not None} - self._indices):
            self._make(index)
        answers = elastic_bulk.write(writes, self._send, time.sleep)
        for one, answer in zip(writes, answers, strict=True):
            if one.source is not None and answer.became is Became.ABSENT:
                self._forget(one.index)
        return answers

    def search(self, kind: str, request: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the whole answer to a search among a kind."""
        with self._ready() as client:
            return _object(
                client.search(
                    index=alias_of(self.prefix, kind),
                    ignore_unavailable=True,  # nothing was written yet
                    allow_partial_search_results=False,
                    **request,
                )
            )

    def indices(self, *kinds: str) -> list[str]:
        """Return the indices of these kinds as they are now."""
        starts = tuple(f"{alias_of(self.prefix, kind)}-" for kind in kinds)
        with self._ready() as client:
            names = frozenset(_object(client.indices.get_alias(index=[f"{start}*" for start in starts])))
        with self._lock:
            others = {name for name in self._indices if not name.startswith(starts)}
            self._indices = names | others
        return sorted(names)

    def refresh(self, kinds: Iterable[str]) -> None:
        """Let searches see all that was written."""
        with self._ready() as client:
            client.indices.refresh(index=[f"{alias_of(self.prefix, kind)}-*" for kind in kinds])

    def drop(self, index: str) -> None:
        """Delete an index with all that is in it."""
        self._forget(index)
        with self._ready() as client:
            client.options(ignore_status=404).indices.delete(index=index)

    def sizes(self) -> dict[str, Size]:
        """Return what each kind takes, copies included."""
        aliases = {alias_of(self.prefix, kind): kind for kind in elastic_mapping.KINDS}
        found = dict.fromkeys(aliases.values(), Size(0, 0))
        with self._ready() as client:
            answer = _object(client.indices.stats(index=f"{self.prefix}-*", metric="docs,store"))
        for index, stats in answer["indices"].items():
            kind = aliases.get(index.rpartition("-")[0])
            if kind:
                known, docs = found[kind], stats["primaries"]["docs"]["count"]
                stored = stats["total"]["store"]["size_in_bytes"]
                found[kind] = Size(known.documents + docs, known.bytes + stored)
        return found

    def check(self) -> None:
        """Raise ``StoreUnavailable`` or ``StoreRefused`` if the server does not serve now."""
        with self._ready() as client:
            health = _object(client.options(max_retries=0, request_timeout=CHECK_SECONDS).cluster.health())
        if health["status"] == "red":
            raise StoreUnavailable("Elasticsearch misses some of its data: the cluster's health is red")

    def look(self) -> dict[str, bool]:
        """Return the templates, aliases and component templates that are there, without writing anything.

        ``False`` is for templates that ``setup`` would change.
        """
        meta = elastic_mapping.meta(self._access.replicas)
        with self._asking() as client:
            found = {f"index template {name}": it == meta for name, it in self._noted(client).items()}
            lenient = client.options(ignore_status=404)
            answer = _object(lenient.cluster.get_component_template(name=f"{self.prefix}-*"))
            for one in answer.get("component_templates", ()):
                noted = one["component_template"].get("_meta") or {}
                found[f"component template {one['name']}"] = noted == meta
            for index in _object(client.indices.get_alias(index=f"{self.prefix}-*")).values():
                found |= dict.fromkeys((f"alias {name}" for name in index["aliases"]), True)
        return found

    def begin(self, indices: Iterable[str]) -> None:
        """Make indices, those that are not there."""
        self.setup()
        for index in indices:
            self._make(index)

    def close(self) -> None:
        """Close the connections."""
        if not self._closed:
            self._closed = True
            self._client.close()

    def _install(self, client: Elasticsearch) -> None:
        """Write the templates that are not as they should be."""
        meta = elastic_mapping.meta(self._access.replicas)
        found = self._noted(client)
        wanted = {alias_of(self.prefix, kind): kind for kind in elastic_mapping.KINDS}
        noted = wanted.keys() & found.keys()
        if all(found.get(name) == meta for name in wanted):
            return
        settings, mappings = elastic_mapping.components(self.prefix)
        fields = elastic_mapping.mappings()
        shape = {"settings": elastic_mapping.settings(self._access.replicas)}
        client.cluster.put_component_template(name=settings, template=shape, meta=meta)
        client.cluster.put_component_template(name=mappings, template={"mappings": fields}, meta=meta)
        for name, kind in wanted.items():
            template = elastic_mapping.index_template(self.prefix, kind)
            client.indices.put_index_template(name=name, meta=meta, **template)
        if noted:  # what is there already gets the fields that are new
            client.indices.put_mapping(
                index=[f"{name}-*" for name in wanted], properties=fields["properties"], allow_no_indices=True
            )

    def _noted(self, client: Elasticsearch) -> dict[str, Mapping[str, Any]]:
        """Return what is noted in the index templates that are there; refuse those of a newer monitor."""
        answer = _object(
            client.options(ignore_status=404).indices.get_index_template(name=f"{self.prefix}-*")
        )
        there = answer.get("index_templates", ())
        found = {one["name"]: one["index_template"].get("_meta") or {} for one in there}
        names = {alias_of(self.prefix, kind) for kind in elastic_mapping.KINDS}
        newest = max((int(found[name].get("version", 0)) for name in names & found.keys()), default=0)
        if newest > elastic_mapping.VERSION:
            raise StoreRefused(
                f"the templates {self.prefix}-* in Elasticsearch were written by a newer monitor "
                f"(version {newest}, this one: {elastic_mapping.VERSION}): install that one again, "
                "or set another prefix"
            )
        return found

    def _read_in(self, indices: Sequence[str], ids: Collection[str], fields: list[str]) -> dict[str, Hit]:
        places = [(index, id_) for id_ in sorted(ids) for index in indices]
        return {hit["_id"]: hit for hit in reversed(self.read_at(places, fields))}

    def _docs(self, places: Sequence[Mapping[str, str]], fields: list[str]) -> list[Mapping[str, Any]]:
        """Ask for documents; wait a little for an index that was just made and whose shard starts."""
        docs: list[Mapping[str, Any]] = []
        for pause in STARTING_PAUSES:
            with self._ready() as client:
                docs = _object(client.mget(docs=places, source_includes=fields))["docs"]
            if not any(doc.get("error", {}).get("type") == NO_SHARD for doc in docs):
                break
            time.sleep(pause)
        return docs

    def _send(self, lines: list[bytes]) -> list[Mapping[str, Any]]:
        """Send writes. Never twice by itself: the second try would meet the first one's work."""
        try:
            with self._ready():
                answer = _object(self._once.bulk(operations=lines, filter_path=TOLD))  # type: ignore[arg-type]
        except PoisonError as error:
            raise TooLarge(str(error)) from error
        return [outcome for item in answer["items"] for outcome in item.values()]

    def _make(self, index: str) -> None:
        try:
            with self._ready() as client:
                client.indices.create(index=index)
        except PoisonError as error:
            if not (isinstance(error.__cause__, ApiError) and error.__cause__.message == EXISTS):
                # such as: the cluster has as many shards as it may
                raise StoreUnavailable(f"the index {index} cannot be made: {error}") from error
        with self._lock:
            self._indices |= {index}

    def _forget(self, index: str) -> None:
        with self._lock:
            self._indices -= {index}

    @contextmanager
    def _ready(self) -> Iterator[Elasticsearch]:
        if not self._is_set_up:
            self.setup()
        with self._asking() as client:
            yield client

    @contextmanager
    def _asking(self) -> Iterator[Elasticsearch]:
        if self._closed:
            raise StoreUnavailable("the store is closed")
        try:
            yield self._client
        except (ApiError, TransportError) as error:
            raise translate(error, self.prefix, self._access.urls) from error


def _client(access: ElasticAccess) -> Elasticsearch:
    more: dict[str, Any] = {} if access.ca_file is None else {"ca_certs": access.ca_file}
    if access.api_key is not None:
        more["api_key"] = access.api_key
    elif access.username is not None:
        more["basic_auth"] = (access.username, access.password or "")
    try:
        return Elasticsearch(
            list(access.urls),
            request_timeout=access.timeout,
            max_retries=2,
            retry_on_status=(502, 503, 504),
            **more,
        )
    except (ValueError, OSError) as error:
        raise UsageError(f"Elasticsearch cannot be asked at {', '.join(access.urls)}: {error}") from error


def _tell_what_lacks(client: Elasticsearch) -> None:
    """Say once what this server has not, and that nothing is lost by it."""
    try:
        client.options(max_retries=0).ilm.get_status()
    except ApiError as error:
        if error.meta.status in {400, 404, 405}:
            structlog.get_logger("elasticsearch").debug(
                "elasticsearch.lacks", what="lifecycle", instead="monitor's own retention, as everywhere"
            )


def _object(answer: ObjectApiResponse[Any]) -> Mapping[str, Any]:
    """Return the answer's JSON object: a proxy may put in a page of its own."""
    if not isinstance(answer.body, Mapping):
        raise StoreUnavailable(f"Elasticsearch answered with no JSON: {str(answer.body)[:100]!r}")
    return answer.body
