"""The import into Kibana: the exact request, and every kind of answer. The server is a recording one."""

import asyncio
import base64
import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from monitor.changes import Became
from monitor.errors import MonitorError, Unavailable
from monitor.kibana.client import Imported, KibanaAccess, import_objects, judge, name_of
from monitor.kibana.objects import ndjson, objects
from tests.kibana.shipped import Json, parsed

OBJECTS = objects("monitor")
PASSWORD, KEY = "hush-hush", "a2V5OnNlY3JldA=="
PATH = "/api/saved_objects/_import"


def access(server: HTTPServer, **more: Any) -> KibanaAccess:
    return KibanaAccess(server.url_for("/").rstrip("/"), **{"timeout": 10.0, **more})


def done(to: KibanaAccess) -> Imported:
    return asyncio.run(import_objects(to, OBJECTS))


def taken(*, overwrite: bool = False) -> Json:
    """Return Kibana's answer to an import that went well."""
    results = [
        {"type": one["type"], "id": one["id"], "meta": {"title": "t"}, "managed": False}
        | ({"overwrite": True} if overwrite else {})
        for one in OBJECTS
    ]
    return {"success": True, "successCount": len(results), "warnings": [], "successResults": results}


def answers(server: HTTPServer, answer: Any, status: int = 200, **headers: str) -> None:
    """Let the server give this answer to whatever is asked."""
    body = answer if isinstance(answer, str) else json.dumps(answer)
    server.expect_request(PATH).respond_with_data(body, status, headers=headers)


def test_the_request_is_what_kibana_wants(httpserver: HTTPServer) -> None:
    seen: list[tuple[Request, str | None, bytes]] = []

    def handle(request: Request) -> Response:
        file = request.files["file"]
        seen.append((request, file.filename, file.read()))
        return Response(json.dumps(taken()), mimetype="application/json")

    httpserver.expect_request(f"/base/s/desk{PATH}", method="POST").respond_with_handler(handle)
    done(KibanaAccess(httpserver.url_for("/base/"), space="desk", username="me", password=PASSWORD))
    ((request, filename, body),) = seen
    assert request.query_string == b"overwrite=true"
    assert request.headers["kbn-xsrf"] == "true"
    assert request.headers["Authorization"] == "Basic " + base64.b64encode(b"me:hush-hush").decode()
    assert request.headers["Content-Type"].startswith("multipart/form-data; boundary=")
    assert list(request.files) == ["file"]
    assert not request.form
    assert filename is not None
    assert filename.endswith(".ndjson")
    assert parsed(body.decode()) == OBJECTS
    assert body.decode() == ndjson("monitor")


def test_a_key_goes_before_a_name_and_without_both_nothing_is_said(httpserver: HTTPServer) -> None:
    answers(httpserver, taken())
    done(access(httpserver, api_key=KEY, username="me", password=PASSWORD))
    done(access(httpserver))
    with_key, bare = (request.headers for request, _ in httpserver.log)
    assert with_key["Authorization"] == f"ApiKey {KEY}"
    assert "Authorization" not in bare


def test_secrets_are_not_in_what_is_printed_of_an_access() -> None:
    text = repr(KibanaAccess("https://k.example", username="me", password=PASSWORD, api_key=KEY))
    assert PASSWORD not in text
    assert KEY not in text


@pytest.mark.parametrize(("overwrite", "became"), [(False, Became.CREATED), (True, Became.UPDATED)])
def test_each_object_is_told_to_be_created_or_updated(
    httpserver: HTTPServer, overwrite: bool, became: Became
) -> None:
    answers(httpserver, taken(overwrite=overwrite))
    imported = done(access(httpserver))
    assert [change.became for change in imported.changes] == [became] * len(OBJECTS)
    assert [change.thing for change in imported.changes] == [name_of(one) for one in OBJECTS]
    assert imported.refused == ()


def test_what_kibana_did_not_take_is_named_with_its_reason(httpserver: HTTPServer) -> None:
    lacking, newer, *others = OBJECTS[-1], OBJECTS[0], *OBJECTS[1:-1]
    errors = [
        {
            "type": lacking["type"], "id": lacking["id"],
            "error": {"type": "missing_references", "references": [{"type": "index-pattern", "id": "gone"}]},
        },
        {
            "type": newer["type"], "id": newer["id"],
            "error": {"type": "unknown", "message": "more recent version"},
        },
    ]  # fmt: skip
    results = [{"type": one["type"], "id": one["id"], "overwrite": True} for one in others[:-1]]
    answers(httpserver, {"success": False, "successCount": 8, "errors": errors, "successResults": results})
    imported = done(access(httpserver))
    assert len(imported.changes) == len(results)
    assert sorted(imported.refused) == sorted(
        [
            "dashboard monitor: Operations: missing_references; it refers to index-pattern gone",
            "data view monitor: articles: unknown; more recent version",
            f"{name_of(others[-1])}: Kibana does not say that it took it",
        ]
    )


@pytest.mark.parametrize(
    "answer",
    [
        {"success": False},
        {"success": False, "successCount": len(OBJECTS)},
        {"success": False, "successCount": 0, "errors": "x", "successResults": [1]},
    ],
)
def test_no_success_is_never_taken_for_one(httpserver: HTTPServer, answer: Json) -> None:
    answers(httpserver, answer)
    imported = done(access(httpserver))
    assert imported.changes == ()
    assert len(imported.refused) == len(OBJECTS)


def test_a_success_that_took_too_few_is_none(httpserver: HTTPServer) -> None:
    answers(httpserver, {"success": True, "successCount": 3})
    imported = done(access(httpserver))
    assert (imported.changes, len(imported.refused)) == ((), len(OBJECTS))


def test_a_whole_success_needs_no_word_on_each_object(httpserver: HTTPServer) -> None:
    answers(httpserver, {"success": True, "successCount": len(OBJECTS)})
    imported = done(access(httpserver))
    assert (len(imported.changes), imported.refused) == (len(OBJECTS), ())


def test_an_error_of_something_else_is_told_too(httpserver: HTTPServer) -> None:
    errors = [{"type": "lens", "id": "x", "error": {"type": "conflict"}}]
    answers(httpserver, taken() | {"success": False, "errors": errors})
    assert done(access(httpserver)).refused == ("lens x: conflict",)


LOGIN = "<!DOCTYPE html><html><title>Elastic</title></html>"
NOT_READY = "Kibana server is not ready yet"
FORBIDDEN = {"statusCode": 403, "error": "Forbidden", "message": "Unable to bulk_create dashboard"}
BAD = {"statusCode": 400, "error": "Bad Request", "message": "Non-unique import objects detected: [x]"}


@pytest.mark.parametrize(
    ("status", "answer", "kind", "words"),
    [
        (401, {"message": "no"}, MonitorError, r"does not know us \(401\): check username and password"),
        (403, FORBIDDEN, MonitorError, r"forbids it \(403\): Unable to bulk_create dashboard: the role"),
        (404, {"message": "Not Found"}, MonitorError, r"no such address \(404\): check .*kibana.space"),
        (404, LOGIN, MonitorError, r"no such address \(404\)"),
        (400, BAD, MonitorError, r"does not take the objects \(400\): Non-unique import objects"),
        (200, LOGIN, MonitorError, r"is not Kibana \(200\): a login page or a proxy, perhaps"),
        (200, [], MonitorError, "is not Kibana"),
        (200, {"version": "9"}, MonitorError, "is not Kibana"),
        (200, "", MonitorError, "is not Kibana"),
        (413, LOGIN, MonitorError, r"is not Kibana \(413\)"),
        (503, NOT_READY, Unavailable, r"cannot do it now \(503\): try again"),
        (429, {"message": "slow down"}, Unavailable, r"cannot do it now \(429\): slow down"),
    ],
)  # fmt: skip
def test_a_refusal_is_one_clear_line_without_secrets(
    httpserver: HTTPServer, status: int, answer: Any, kind: type[MonitorError], words: str
) -> None:
    answers(httpserver, answer, status)
    with pytest.raises(kind, match=words) as caught:
        done(access(httpserver, username="me", password=PASSWORD))
    assert type(caught.value) is kind
    assert PASSWORD not in str(caught.value)


def test_a_redirect_is_told_and_never_followed(httpserver: HTTPServer) -> None:
    elsewhere = httpserver.url_for("/login?next=%2Fs%3Ftoken%3Dhush-hush")
    answers(httpserver, "", 302, Location=elsewhere)
    with pytest.raises(MonitorError, match=r"sends us on to /login \(302\): check kibana.url") as caught:
        done(access(httpserver, api_key=KEY))
    assert "hush" not in str(caught.value)
    assert [request.path for request, _ in httpserver.log] == [PATH]


def test_a_server_that_is_away_is_unavailable() -> None:
    with pytest.raises(Unavailable, match=r"does not answer \(.*\): start it, or check kibana.url"):
        done(KibanaAccess("http://127.0.0.1:9"))


@pytest.fixture
def deaf(httpserver: HTTPServer) -> Iterator[HTTPServer]:
    """Give a server that takes requests and does not answer them until the end of the test."""
    ended = threading.Event()

    def handle(_: Request) -> Response:
        ended.wait(30)
        return Response(status=500)

    httpserver.expect_request(PATH).respond_with_handler(handle)
    yield httpserver
    ended.set()


def test_a_server_that_does_not_answer_in_time_is_unavailable(deaf: HTTPServer) -> None:
    with pytest.raises(Unavailable, match=r"does not answer within 0.2 s"):
        done(access(deaf, timeout=0.2))


def test_a_server_that_breaks_off_is_unavailable(httpserver: HTTPServer) -> None:
    answers(httpserver, "{}", 200, **{"Content-Encoding": "gzip"})
    with pytest.raises(Unavailable, match="does not answer"):
        done(access(httpserver))


def test_an_object_that_lacks_all_but_its_key_is_judged_by_it() -> None:
    one = OBJECTS[0]
    text = json.dumps(
        {"success": True, "successCount": 1, "successResults": [{"type": one["type"], "id": one["id"]}]}
    )
    assert judge(200, "", text, [one]).changes[0].became is Became.CREATED


def test_a_space_and_a_base_path_are_parts_of_the_address() -> None:
    there = KibanaAccess("https://k.example/kibana/")
    assert there.import_url == "https://k.example/kibana/api/saved_objects/_import?overwrite=true"
    assert replace(there, space="desk").import_url == (
        "https://k.example/kibana/s/desk/api/saved_objects/_import?overwrite=true"
    )
