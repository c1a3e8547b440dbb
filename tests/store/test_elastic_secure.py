"""A login and TLS on a real Elasticsearch: the right one works, a wrong one is told and not tried again."""

import secrets
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from elasticsearch import AuthenticationException, Elasticsearch

from monitor.errors import StoreRefused
from monitor.store import records
from monitor.store.base import Query
from monitor.store.elastic import ElasticAccess, ElasticStore
from monitor.stream.kafka_access import KafkaAccess
from tests.contract.harness import remove_from_kafka
from tests.contract.members import until
from tests.contract.servers import kafka_address
from tests.samples import NOW, article
from tests.secured.certificates import Certificates, certificates
from tests.secured.elasticsearch import (
    PASSWORD,
    PREFIX,
    STRANGER,
    STRANGERS_PASSWORD,
    USER,
    SecuredElasticsearch,
    secured_elasticsearch,
)
from tests.secured.running import cluster_of, service, short, started

pytestmark = pytest.mark.servers
WRONG = "hush-wrong"
UNKNOWN = "does not know us (401): check username and password"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, files: Certificates) -> Iterator[SecuredElasticsearch]:
    with secured_elasticsearch(tmp_path_factory.mktemp("servers"), files) as started:
        yield started


@pytest.fixture
def access(server: SecuredElasticsearch, files: Certificates) -> ElasticAccess:
    """Return how the user logs in, among indices that no other test uses."""
    return ElasticAccess(
        (server.address,),
        username=USER,
        password=PASSWORD,
        ca_file=str(files.authority),
        prefix=f"{PREFIX}-{secrets.token_hex(6)}",
        timeout=20,
        replicas=0,
    )


def is_let_in(access: ElasticAccess) -> bool:
    """Return whether the server knows the user, asking no more than that."""
    login = (str(access.username), str(access.password))
    with Elasticsearch(list(access.urls), basic_auth=login, ca_certs=str(access.ca_file)) as client:
        try:
            client.security.authenticate()
        except AuthenticationException:
            return False
    return True


def refusal(access: ElasticAccess) -> str:
    """Return what each use of the store is refused with."""
    told = set()
    for use in (
        ElasticStore.setup,
        ElasticStore.check,
        lambda store: store.begin(NOW),
        lambda store: store.get(records.ARTICLES, ["a1"]),
        lambda store: store.add(records.ARTICLES, [records.articles.document(article("a1"))]),
    ):
        with ElasticStore(access) as store, pytest.raises(StoreRefused) as caught:
            use(store)
        text = str(caught.value)
        assert "\n" not in text
        assert str(access.password) not in text
        told.add(text)
    (line,) = told
    return line


def test_the_right_login_works_over_tls_with_no_more_rights_than_are_needed(access: ElasticAccess) -> None:
    made = records.articles.document(article("a1"))
    with ElasticStore(access) as store:
        assert store.begin(NOW)
        store.add(records.ARTICLES, [made])
        held = store.get(records.ARTICLES, ["a1"])["a1"]
        assert store.update(records.ARTICLES, replace(made, revision=2), held.version)
        until(lambda: store.count(records.ARTICLES, Query()) == {"": 1})
        assert [one.id for one in store.find(records.ARTICLES, Query()).documents] == ["a1"]
        assert store.sizes()[records.ARTICLES].documents == 1
        assert store.prune(records.ARTICLES, NOW + timedelta(days=400)) == 1
        store.check()


@pytest.mark.parametrize(
    "changed", [{"password": WRONG}, {"username": "nobody"}, {"username": None}], ids=str
)
def test_a_wrong_login_is_refused(access: ElasticAccess, changed: dict[str, str | None]) -> None:
    assert UNKNOWN in refusal(replace(access, **changed))  # type: ignore[arg-type]


def test_a_wrong_key_is_refused(access: ElasticAccess) -> None:
    assert "or api_key" in refusal(replace(access, api_key="bm9ib2R5OmhlcmU="))


def test_who_has_no_rights_is_told_which_are_needed(access: ElasticAccess) -> None:
    line = refusal(replace(access, username=STRANGER, password=STRANGERS_PASSWORD))
    assert "forbids it (403)" in line
    assert f"index {access.prefix}-*: create_index" in line


def test_a_server_that_nobody_trusted_vouches_for_is_told_nothing(
    access: ElasticAccess, files: Certificates
) -> None:
    for authority in (str(files.other_authority), None):
        with (
            ElasticStore(replace(access, ca_file=authority)) as store,
            pytest.raises(StoreRefused, match=r"certificate verify failed.*check elasticsearch\.ca_file"),
        ):
            store.check()


@pytest.fixture
def folder(tmp_path: Path, access: ElasticAccess) -> Iterator[Path]:
    """Return a configuration on this server and the usual Kafka."""
    elastic = {
        "urls": list(access.urls),
        "username": USER,
        "password": "${ELASTIC_PASSWORD}",
        "ca_file": access.ca_file,
        "prefix": access.prefix,
    }
    kafka = {"servers": [kafka_address()], "prefix": access.prefix}
    yield cluster_of(tmp_path / "watch", kafka, elastic)
    remove_from_kafka(KafkaAccess((kafka_address(),), prefix=access.prefix))


@pytest.mark.parametrize("role", ["poll", "match", "alert"])
def test_a_service_with_a_wrong_password_ends_and_says_why(
    folder: Path, monkeypatch: pytest.MonkeyPatch, role: str
) -> None:
    monkeypatch.setenv("ELASTIC_PASSWORD", WRONG)
    ended = service(folder, role)
    assert ended.code == 1
    assert UNKNOWN in ended.text.splitlines()[-1]
    assert WRONG not in ended.text


def test_a_password_that_is_changed_meanwhile_ends_the_service(
    folder: Path, server: SecuredElasticsearch, access: ElasticAccess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ELASTIC_PASSWORD", PASSWORD)
    with started(folder, "alert") as (process, log):
        until(lambda: log().events("service.started"))
        server.forget(USER)
        try:
            code = process.wait(60)
        finally:
            server.remember()
            until(lambda: is_let_in(access))  # the server looks at its users only now and then
    assert code == 1
    (halted, *_) = log().events("service.halted")
    assert UNKNOWN in halted["reason"]
    assert PASSWORD not in log().text


@pytest.mark.parametrize("command", [("status",), ("setup", "--elastic"), ("export",)], ids=str)
def test_a_command_with_a_wrong_password_says_so_in_one_line(
    folder: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.setenv("ELASTIC_PASSWORD", WRONG)
    told = short(folder, *command)
    assert told.code == 1
    (line,) = told.text.splitlines()
    assert UNKNOWN in line
    assert WRONG not in line


def test_a_right_password_works_and_is_never_shown(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ELASTIC_PASSWORD", PASSWORD)
    for command in (("setup",), ("status",), ("check", "--show"), ("run", "--once", "--port", "0")):
        told = short(folder, *command)
        assert told.code == (1 if command[0] == "run" else 0), told.text  # the only feed is away
        assert PASSWORD not in told.text
