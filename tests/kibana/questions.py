"""Each panel's question to Elasticsearch, made of its Lens columns as Kibana makes it."""

from typing import Any

from tests.kibana.rules import WHERE
from tests.kibana.shipped import Json, layers

STEP = "1h"
"""Kibana chooses the step by the range that is looked at."""


def condition(query: Json, since: str) -> Json:
    """Return the condition for a range of time and a query."""
    found = WHERE.fullmatch(query["query"])
    filters: list[Json] = [{"range": {"@timestamp": {"gte": since, "lte": "now"}}}]
    term = {"term": {found["field"]: found["value"]}} if found else {"match_all": {}}
    return {
        "bool": {"filter": filters} | ({"must_not": [term]} if found and found["no"] else {"must": [term]})
    }


def request(attributes: Json, since: str) -> Json:
    """Return the search that answers a panel."""
    (layer,) = layers(attributes).values()
    columns = {id_: layer["columns"][id_] for id_ in layer["columnOrder"]}
    measures = {id_: _measure(column) for id_, column in columns.items() if not column["isBucketed"]}
    aggs: Json = {id_: measure for id_, measure in measures.items() if measure}
    for id_, column in reversed([pair for pair in columns.items() if pair[1]["isBucketed"]]):
        aggs = {id_: _group(column, columns) | {"aggs": aggs | _order(column, measures)}}
    return {"size": 0, "track_total_hits": True, "query": condition(attributes["state"]["query"], since)} | (
        {"aggs": aggs} if aggs else {}
    )


def rows(answer: Json, attributes: Json) -> list[list[Any]]:
    """Return the answer as a table: groups and measures in the order of the columns."""
    (layer,) = layers(attributes).values()
    columns = [(id_, layer["columns"][id_]) for id_ in layer["columnOrder"]]
    whole = answer.get("aggregations", {}) | {"doc_count": answer["hits"]["total"]["value"]}
    return list(_rows(whole, columns))


def _rows(bucket: Json, columns: list[tuple[str, Json]]) -> list[list[Any]]:
    id_, column = columns[0]
    if not column["isBucketed"]:
        return [[_value(bucket, id_, column) for id_, column in columns]]
    inner = ((one["key"], _rows(one, columns[1:])) for one in bucket[id_]["buckets"])
    return [[key, *row] for key, found in inner for row in found]


def _value(bucket: Json, id_: str, column: Json) -> Any:
    if column["operationType"] == "count":
        return bucket["doc_count"]
    if column["operationType"] == "last_value":
        hits = bucket[id_]["hits"]["hits"]
        return hits[0]["fields"][column["sourceField"]][0] if hits else None
    return bucket[id_]["value"]


def _measure(column: Json) -> Json | None:
    field = column["sourceField"]
    match column["operationType"]:
        case "count":
            return None
        case "unique_count":
            return {"cardinality": {"field": field}}
        case "last_value":
            order = [{column["params"]["sortField"]: "desc"}]
            return {"top_hits": {"size": 1, "sort": order, "docvalue_fields": [field], "_source": False}}
        case operation:
            return {operation: {"field": field}}


def _group(column: Json, columns: Json) -> Json:
    field, params = column["sourceField"], column["params"]
    if column["operationType"] == "date_histogram":
        return {"date_histogram": {"field": field, "fixed_interval": STEP}}
    by = columns[params["orderBy"]["columnId"]]
    order = "_count" if by["operationType"] == "count" else "order"
    return {"terms": {"field": field, "size": params["size"], "order": {order: params["orderDirection"]}}}


def _order(column: Json, measures: Json) -> Json:
    """Return the measure that terms are ordered by, which has to stand beside what is grouped further."""
    measure = measures.get(column["params"].get("orderBy", {}).get("columnId"))
    return {"order": measure} if measure else {}
