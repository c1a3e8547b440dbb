"""Every error of the client becomes one of ours, which says whether waiting is of use."""

import inspect
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import elastic_transport
import elasticsearch
import pytest
from elastic_transport import ApiResponseMeta, HttpHeaders, NodeConfig
from pytest_httpserver import HTTPServer

from monitor.errors import MonitorError, PoisonError, StoreRefused, StoreUnavailable, UsageError
from monitor.store import records
from monitor.store.base import Document, Query
from monitor.store.elastic import ElasticAccess, ElasticStore
from monitor.store.elastic_errors import translate

URLS = ("http://elastic.example:9200",)
NODE = NodeConfig("http", "localhost", 9200)


def answered(
    status: int, type_: str = "some_exception", class_: type[elasticsearch.ApiError] = elasticsearch.ApiError
) -> elasticsearch.ApiError:
    meta = ApiResponseMeta(status, "1.1", HttpHeaders(), 0.1, NODE)
    return class_(type_, meta, {"error": {"type": type_, "reason": "because"}, "status": status})


STATUS = {
    "ApiError": 500,
    "AuthenticationException": 401,
    "AuthorizationException": 403,
    "BadRequestError": 400,
    "ConflictError": 409,
    "NotFoundError": 404,
    "UnsupportedProductError": 200,
}
OURS: dict[str, type[MonitorError]] = {
    "ApiError": StoreUnavailable,
    "AuthenticationException": StoreRefused,
    "AuthorizationException": StoreRefused,
    "BadRequestError": PoisonError,
    "ConflictError": StoreUnavailable,
    "ConnectionError": StoreUnavailable,
    "ConnectionTimeout": StoreUnavailable,
    "NotFoundError": StoreUnavailable,
    "SerializationError": StoreUnavailable,
    "SniffingError": StoreUnavailable,
    "TlsError": StoreUnavailable,
    "TransportError": StoreUnavailable,
    "UnsupportedProductError": StoreUnavailable,
}


def public_errors() -> dict[str, type[Exception]]:
    classes = [
        class_
        for module in (elasticsearch, elastic_transport)
        for _, class_ in inspect.getmembers(module, inspect.isclass)
        if issubclass(class_, Exception) and not issubclass(class_, Warning)
    ]
    return {class_.__name__: class_ for class_ in reversed(classes)}


def test_every_public_error_is_in_the_list() -> None:
    assert sorted(public_errors()) == sorted(OURS)


@pytest.mark.parametrize("name", sorted(OURS))
def test_every_public_error_becomes_ours(name: str) -> None:
    class_ = getattr(elasticsearch, name, None) or getattr(elastic_transport, name)
    if issubclass(class_, elasticsearch.ApiError):
        error: Exception = answered(STATUS[name], class_=class_)
    else:
        error = class_("no route\nand more")
    ours = translate(error, "ours", URLS)
    assert type(ours) is OURS[name]
    assert "\n" not in str(ours)


@pytest.mark.parametrize(
    ("status", "type_", "ours"),
    [
        (400, "media_type_header_exception", StoreRefused),
        (400, "parsing_exception", PoisonError),
        (401, "security_exception", StoreRefused),
        (403, "security_exception", StoreRefused),
        (403, "cluster_block_exception", StoreUnavailable),
        (404, "index_not_found_exception", StoreUnavailable),
        (405, "", StoreRefused),
        (408, "", StoreUnavailable),
        (413, "", PoisonError),
        (429, "es_rejected_execution_exception", StoreUnavailable),
        (429, "cluster_block_exception", StoreUnavailable),
        *((status, "", StoreUnavailable) for status in (500, 502, 503, 504)),
    ],
)
def test_each_status_says_whether_waiting_is_of_use(
    status: int, type_: str, ours: type[MonitorError]
) -> None:
    assert type(translate(answered(status, type_), "ours", URLS)) is ours


@pytest.fixture
def store(httpserver: HTTPServer) -> Iterator[ElasticStore]:
    access = ElasticAccess(
        (httpserver.url_for("/").rstrip("/"),), "elastic", "opensesame", prefix="ours", timeout=2
    )
    with ElasticStore(access) as opened:
        yield opened


def test_a_wrong_login_says_what_to_check_and_not_the_password(
    httpserver: HTTPServer, store: ElasticStore
) -> None:
    httpserver.expect_request("/_index_template/ours-*").respond_with_json({"error": "no"}, 401)
    with pytest.raises(StoreRefused, match="check username and password, or api_key") as caught:
        store.setup()
    assert "opensesame" not in f"{caught.value} {caught.value.__cause__!r} {store.__dict__}"


def test_missing_rights_are_named(httpserver: HTTPServer, store: ElasticStore) -> None:
    httpserver.expect_request("/_index_template/ours-*").respond_with_json({"error": "no"}, 403)
    with pytest.raises(StoreRefused, match="manage_index_templates; index ours-"):
        store.setup()


@pytest.mark.parametrize("verified", [False, True])
def test_a_proxys_page_is_an_outage(httpserver: HTTPServer, store: ElasticStore, *, verified: bool) -> None:
    headers = {"x-elastic-product": "Elasticsearch"} if verified else {}
    httpserver.expect_request("/_index_template/ours-*").respond_with_data(
        "<html>Back soon</html>", content_type="text/html", headers=headers
    )
    with pytest.raises(StoreUnavailable, match=r"not Elasticsearch|no JSON.*Back soon"):
        store.get(records.ARTICLES, ["a"])


def test_a_server_that_is_away_is_an_outage_with_its_cause() -> None:
    with (
        ElasticStore(ElasticAccess(("http://127.0.0.1:9",), timeout=1)) as store,
        pytest.raises(
            StoreUnavailable,
            match=r"reached at http://127.0.0.1:9 \(connection refused\): check elasticsearch.urls",
        ) as caught,
    ):
        store.find(records.ARTICLES, Query())
    assert isinstance(caught.value.__cause__, elasticsearch.ConnectionError)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (
            elastic_transport.ConnectionTimeout("timed out"),
            "(no answer in time): check elasticsearch.urls, and",
        ),
        (
            elastic_transport.TlsError("[SSL: WRONG_VERSION_NUMBER] wrong"),
            "elasticsearch.urls, then http or https",
        ),
        (
            elastic_transport.ConnectionError("('Connection aborted.', R())"),
            "elasticsearch.urls, then http or https",
        ),
    ],
)
def test_a_server_that_cannot_be_reached_is_named_with_what_to_check(error: Exception, said: str) -> None:
    ours = str(translate(error, "ours", URLS))
    assert ours.startswith("Elasticsearch cannot be reached at http://elastic.example:9200 (")
    assert said in ours


def test_an_address_without_a_port_is_said_plainly() -> None:
    with pytest.raises(UsageError, match="port"):
        ElasticStore(ElasticAccess(("http://elastic.example",)))


def test_templates_of_a_newer_monitor_are_left_alone(httpserver: HTTPServer, store: ElasticStore) -> None:
    answer: dict[str, Any] = {
        "index_templates": [{"name": "ours-articles", "index_template": {"_meta": {"version": 99}}}]
    }
    httpserver.expect_request("/_index_template/ours-*").respond_with_json(
        answer, headers={"x-elastic-product": "Elasticsearch"}
    )
    with pytest.raises(StoreRefused, match="version 99, this one"):
        store.add(records.TOPICS, [Document("t", datetime(2026, 1, 1, tzinfo=UTC), {"id": "t"})])
    assert len(httpserver.log) == 1
