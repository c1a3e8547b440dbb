"""What is to be written, given what is there. Pure."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from monitor.store.base import Added, Document
from monitor.store.elastic_bulk import Write
from monitor.store.elastic_document import Held, source
from monitor.store.elastic_mapping import index_of
from monitor.store.records import KINDS, fate


@dataclass(frozen=True, slots=True)
class Plan:
    """What becomes of each document, in order, if each write succeeds: one at most for an id."""

    fates: tuple[Added, ...]
    writes: tuple[Write, ...]


def plan(
    prefix: str, kind: str, documents: Sequence[Document], there: Mapping[str, Held], pruned: AbstractSet[str]
) -> Plan:
    """Decide on documents, given what is ``there`` of their ids."""
    known = {id_: held.revision for id_, held in there.items()}
    filed = {id_: held.filed for id_, held in there.items()}
    fates, last = [], dict[str, Document]()
    for document in documents:
        became = fate(document, known, pruned)
        fates.append(became)
        if became in {Added.NEW, Added.REVISED}:
            known[document.id] = document.revision
            filed.setdefault(document.id, document.filed)
            last[document.id] = document
    writes = []
    for id_, document in last.items():
        held = there.get(id_)
        index = held.index if held else index_of(prefix, kind, filed[id_])
        body = source(KINDS[kind], document, filed[id_])
        writes.append(Write(index, id_, body, held.version if held else None))
    return Plan(tuple(fates), tuple(writes))
