"""Logins and TLS on a real broker: who is let in works, who is not is told what to check, at once."""

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from socket import create_server

import pytest

from localservers import lifecycle
from monitor.errors import StreamRefused, StreamUnavailable
from monitor.store.elastic import ElasticAccess
from monitor.stream.base import Message
from monitor.stream.codec import ARTICLES, DEAD_LETTERS
from monitor.stream.kafka import KafkaStream
from monitor.stream.kafka_access import KafkaAccess
from tests.contract.harness import remove_from_elasticsearch
from tests.contract.members import until
from tests.contract.servers import elasticsearch_url
from tests.secured.certificates import Certificates, certificates
from tests.secured.kafka import (
    PASSWORD,
    PREFIX,
    STRANGER,
    STRANGERS_PASSWORD,
    USER,
    SecuredKafka,
    secured_kafka,
)
from tests.secured.running import Told, cluster_of, service, short

pytestmark = pytest.mark.servers
WRONG = "hush-wrong"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory, files: Certificates) -> Iterator[SecuredKafka]:
    with secured_kafka(tmp_path_factory.mktemp("servers"), files) as started:
        yield started


@pytest.fixture
def access(broker: SecuredKafka, files: Certificates) -> KafkaAccess:
    """Return how the user logs in, in a corner of the broker that no other test uses."""
    return KafkaAccess(
        (broker.address,),
        security="sasl",
        username=USER,
        password=PASSWORD,
        ca_file=str(files.authority),
        prefix=f"{PREFIX}{secrets.token_hex(6)}",
        request_timeout=4,
    )


@pytest.fixture(params=["PLAIN", "SCRAM-SHA-512", "tls", "sasl-plaintext"])
def admitted(request: pytest.FixtureRequest, access: KafkaAccess, broker: SecuredKafka) -> KafkaAccess:
    """Return each of the ways in."""
    if request.param == "tls":
        return replace(access, servers=(broker.tls,), security="tls", username=None, password=None)
    if request.param == "sasl-plaintext":
        return replace(access, servers=(broker.naked,), security="sasl-plaintext", ca_file=None)
    return replace(access, mechanism=request.param)


def refusal(access: KafkaAccess) -> str:
    """Return what each use of the stream is refused with."""
    told = set()
    for use in (
        lambda stream: stream.publish(ARTICLES, [Message("k", b"v")]),
        lambda stream: stream.consumer("g", ARTICLES),
        KafkaStream.setup,
        KafkaStream.check,
        KafkaStream.lag,
    ):
        with KafkaStream(access) as stream, pytest.raises(StreamRefused) as caught:
            use(stream)
        text = str(caught.value)
        assert "\n" not in text
        assert str(access.password) not in text
        told.add(text.partition(": ")[2])
    (line,) = told
    return line


def test_whoever_is_let_in_can_do_all_that_monitor_does(admitted: KafkaAccess) -> None:
    with KafkaStream(admitted) as stream:
        assert stream.setup()
        stream.publish(ARTICLES, [Message("k", b"v")])
        consumer = stream.consumer("g", ARTICLES)
        (record,) = consumer.poll(10, 5)
        consumer.commit([record])
        assert record.value == b"v"
        assert sum(lag.behind for lag in stream.lag()) == 0
        shares = stream.shares("sharing", DEAD_LETTERS, lambda _: None)
        until(lambda: len(shares.held(0.5)) == shares.parts)
        (member,) = (one for one in stream.members() if one.group == "sharing")
        assert set(member.holds) == set(range(shares.parts))
        shares.close()
        stream.check()


@pytest.mark.parametrize(
    "changed",
    [
        {"password": WRONG},
        {"username": "nobody"},
        {"password": WRONG, "mechanism": "SCRAM-SHA-512"},
        {"username": "nobody", "mechanism": "SCRAM-SHA-512"},
    ],
    ids=str,
)
def test_a_wrong_login_is_refused(access: KafkaAccess, changed: dict[str, str]) -> None:
    line = refusal(replace(access, **changed))  # type: ignore[arg-type]
    assert "check kafka.username, the password and kafka.mechanism" in line


def test_a_wrong_login_is_refused_without_tls_as_well(access: KafkaAccess, broker: SecuredKafka) -> None:
    line = refusal(replace(access, servers=(broker.naked,), security="sasl-plaintext", password=WRONG))
    assert "check kafka.username, the password and kafka.mechanism" in line


def test_a_mechanism_that_the_brokers_lack_is_refused(access: KafkaAccess) -> None:
    assert "set kafka.mechanism to one that the brokers offer" in refusal(
        replace(access, mechanism="SCRAM-SHA-256")
    )


def test_a_login_where_none_is_asked_for_is_refused(access: KafkaAccess, broker: SecuredKafka) -> None:
    assert "check kafka.security and the port" in refusal(replace(access, servers=(broker.tls,)))


@pytest.mark.parametrize("security", ["sasl", "tls"])
def test_brokers_that_nobody_trusted_vouches_for_are_refused(
    access: KafkaAccess, broker: SecuredKafka, files: Certificates, security: str
) -> None:
    servers = (broker.tls,) if security == "tls" else access.servers
    for authority in (str(files.other_authority), None):
        other = replace(access, servers=servers, security=security, ca_file=authority)  # type: ignore[arg-type]
        line = refusal(other)
        assert "certificate" in line
        assert "check kafka.ca_file" in line


def test_a_certificate_for_another_host_is_refused(access: KafkaAccess) -> None:
    line = refusal(replace(access, servers=(access.servers[0].replace("127.0.0.1", "localhost"),)))
    assert "localhost" in line
    assert "the host names in kafka.servers" in line


def test_brokers_that_want_tls_refuse_who_does_not_speak_it(
    access: KafkaAccess, broker: SecuredKafka
) -> None:
    for servers in (access.servers, (broker.tls,)):
        plain = replace(access, servers=servers, security="plain", request_timeout=1)
        with KafkaStream(plain) as stream, pytest.raises(StreamRefused, match=r"speak TLS.*kafka\.security"):
            stream.check()


def test_who_has_no_rights_is_told_which_are_needed(access: KafkaAccess) -> None:
    with KafkaStream(access) as stream:
        stream.setup()
    stranger = replace(access, username=STRANGER, password=STRANGERS_PASSWORD)
    with KafkaStream(stranger) as stream:
        for use in (lambda: stream.publish(ARTICLES, [Message("k", b"v")]), stream.setup):
            with pytest.raises(StreamRefused, match=r"check the rights .*kafka\.prefix: Describe, Create"):
                use()
    elsewhere = replace(access, prefix="elsewhere")
    with (
        KafkaStream(elsewhere) as stream,
        pytest.raises(StreamRefused, match="TopicAuthorizationFailedError"),
    ):
        stream.publish(ARTICLES, [Message("k", b"v")])


def test_a_password_that_is_changed_meanwhile_ends_the_work(
    access: KafkaAccess, broker: SecuredKafka
) -> None:
    with KafkaStream(replace(access, mechanism="SCRAM-SHA-512")) as stream:
        stream.publish(ARTICLES, [Message("k", b"v")])
        consumer = stream.consumer("g", ARTICLES)
        until(lambda: consumer.poll(10, 0))
        shares = stream.shares("sharing", DEAD_LETTERS, lambda _: None)
        until(lambda: shares.held(0.5))
        broker.set_scram_password("hush-changed")
        try:
            until(lambda: is_refused(lambda: consumer.poll(10, 0)))
            until(lambda: is_refused(lambda: shares.held(0.5)))
            until(lambda: is_refused(lambda: stream.publish(ARTICLES, [Message("k", b"v")])))
            until(lambda: is_refused(stream.check))
        finally:
            broker.set_scram_password(PASSWORD)
            shares.close()


def is_refused(use: object) -> bool:
    assert callable(use)
    try:
        use()
    except StreamRefused:
        return True
    except StreamUnavailable:
        return False
    return False


def test_brokers_that_are_away_are_waited_for(access: KafkaAccess) -> None:
    with hanging_up() as place:
        for servers in ("127.0.0.1:1", place):
            away = replace(access, servers=(servers,), request_timeout=1)
            with KafkaStream(away) as stream, pytest.raises(StreamUnavailable, match="no broker answers at"):
                stream.check()


@contextmanager
def hanging_up() -> Iterator[str]:
    """Give a place where somebody takes every call and hangs up: a proxy whose broker is away."""
    with create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    server.accept()[0].close()
                except OSError:
                    return

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield "{}:{}".format(*server.getsockname())
        server.shutdown(2)
    thread.join(10)


@pytest.fixture
def folder(tmp_path: Path, access: KafkaAccess) -> Iterator[Path]:
    """Return a configuration on this broker and the usual Elasticsearch."""
    kafka = {
        "servers": list(access.servers),
        "security": "sasl",
        "username": USER,
        "password": "${KAFKA_PASSWORD}",
        "ca_file": access.ca_file,
        "prefix": access.prefix,
    }
    elastic = {"urls": [elasticsearch_url()], "prefix": access.prefix}
    yield cluster_of(tmp_path / "watch", kafka, elastic)
    remove_from_elasticsearch(ElasticAccess((elasticsearch_url(),), prefix=access.prefix))


@pytest.mark.parametrize("role", ["poll", "match", "alert"])
def test_a_service_with_a_wrong_password_ends_and_says_why(
    folder: Path, monkeypatch: pytest.MonkeyPatch, role: str
) -> None:
    monkeypatch.setenv("KAFKA_PASSWORD", WRONG)
    ended = service(folder, role)
    assert ended.code == 1
    (halted,) = ended.events("service.halted")
    assert "check kafka.username, the password and kafka.mechanism" in halted["reason"]
    assert ended.events("service.stopped")
    assert WRONG not in ended.text


@pytest.mark.parametrize("command", [("setup", "--kafka"), ("deadletters", "list")], ids=str)
def test_a_command_with_a_wrong_password_says_so_in_one_line(
    folder: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.setenv("KAFKA_PASSWORD", WRONG)
    told: Told = short(folder, *command)
    assert told.code == 1
    (line,) = told.text.splitlines()
    assert "check kafka.username, the password and kafka.mechanism" in line
    assert WRONG not in line


def test_a_right_password_works_and_is_never_shown(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAFKA_PASSWORD", PASSWORD)
    for command in (("setup", "--kafka"), ("status",), ("check", "--show"), ("run", "--once", "--port", "0")):
        told = short(folder, *command)
        assert told.code == (1 if command[0] == "run" else 0), told.text  # the only feed is away
        assert PASSWORD not in told.text


@pytest.mark.soak
def test_a_broker_that_comes_back_is_found_again(access: KafkaAccess, broker: SecuredKafka) -> None:
    with KafkaStream(replace(access, request_timeout=2)) as stream:
        stream.publish(ARTICLES, [Message("k", b"before")])
        consumer = stream.consumer("g", ARTICLES)
        (before,) = consumer.poll(10, 5)
        lifecycle.kill([broker], broker.settings)
        for use in (stream.check, lambda: consumer.poll(10, 0)):
            with pytest.raises(StreamUnavailable):
                use()
        lifecycle.start([broker], broker.settings)
        until(lambda: is_done(stream.check))
        until(lambda: is_done(lambda: stream.publish(ARTICLES, [Message("k", b"after")])))
        found: list[bytes] = []
        until(lambda: is_done(lambda: found.extend(one.value for one in consumer.poll(10, 0))) and found)
        assert set(found) <= {before.value, b"after"}


def is_done(use: object) -> bool:
    assert callable(use)
    try:
        use()
    except StreamUnavailable:
        return False
    return True


def test_status_tells_what_elasticsearch_knows_although_kafka_refuses_the_login(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KAFKA_PASSWORD", WRONG)
    told: Told = short(folder, "status")
    assert told.code == 1
    assert "kafka cannot be used, see below" in " ".join(told.text.split())
    assert "feeds" in told.text
    assert told.text.count("check kafka.username, the password and kafka.mechanism") == 1
    assert WRONG not in told.text
