"""Feeds over TLS: no certificate that nobody vouches for is taken."""

import contextlib
import os
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tests.hostile.reader import reading
from tests.hostile.server import GOOD, Server, http
from tests.secured.certificates import Certificates, certificates


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return certificates(tmp_path_factory.mktemp("certificates"))


@contextmanager
def over_tls(files: Certificates) -> Iterator[int]:
    """Serve a good feed over TLS; give the port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files.certificate, files.key)

    def serve() -> None:
        with contextlib.suppress(OSError):
            while True:
                client = listener.accept()[0]
                client.settimeout(10)
                with contextlib.suppress(OSError), context.wrap_socket(client, server_side=True) as talk:
                    if talk.recv(10_000):
                        talk.sendall(http(GOOD))
                client.close()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join(10)


def fetched(url: str, trusted: Path) -> subprocess.CompletedProcess[str]:
    """Fetch by the command line: which authorities a process trusts is settled when it starts."""
    hosts = ("--allow-host", "127.0.0.1", "--allow-host", "localhost")
    return subprocess.run(
        [sys.executable, "-m", "monitor", "feeds", "fetch", url, *hosts],
        env=os.environ | {"SSL_CERT_FILE": str(trusted), "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_a_certificate_must_be_vouched_for_and_for_this_name(files: Certificates) -> None:
    with over_tls(files) as port:
        good = fetched(f"https://127.0.0.1:{port}/", files.authority)
        assert (good.returncode, good.stderr) == (0, "")
        other_name = fetched(f"https://localhost:{port}/", files.authority)
        assert "certificate is not valid: Hostname mismatch" in other_name.stderr
        unknown = fetched(f"https://127.0.0.1:{port}/", files.other_authority)
        assert "certificate is not valid: unable to get local issuer certificate" in unknown.stderr
        for bad in (other_name, unknown):
            assert (bad.returncode, bad.stdout, bad.stderr.count("\n")) == (1, "", 1)


FAULTS = {
    "expired": ({"days": "-1"}, "the certificate is not valid: certificate has expired"),
    "no name": (
        {"extensions": "extendedKeyUsage=serverAuth\n"},
        "the certificate is not valid: IP address mismatch, certificate is not valid for '127.0.0.1'.",
    ),
    "not for servers": (
        {"extensions": "subjectAltName=IP:127.0.0.1\nextendedKeyUsage=clientAuth\n"},
        "the certificate is not valid: unsuitable certificate purpose",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_certificate_with_a_fault_is_told_plainly_and_nothing_is_read(tmp_path: Path, fault: str) -> None:
    options, reason = FAULTS[fault]
    made = certificates(tmp_path, **options)
    with over_tls(made) as port:
        bad = fetched(f"https://127.0.0.1:{port}/", made.authority)
    assert (bad.returncode, bad.stdout) == (1, "")
    assert bad.stderr == f"monitor: https://127.0.0.1:{port}/: {reason}\n"


def test_a_certificate_that_only_it_vouches_for_is_refused(files: Certificates) -> None:
    own = replace(files, certificate=files.other_authority, key=files.other_authority.with_suffix(".key"))
    with over_tls(own) as port:
        bad = fetched(f"https://127.0.0.1:{port}/", files.authority)
    assert (bad.returncode, bad.stdout) == (1, "")
    assert bad.stderr.endswith("the certificate is not valid: self-signed certificate\n")


@pytest.mark.parametrize(
    ("says", "reason"),
    [
        (b"\x15\x03\x01\0\x02\x02\x28", "alert handshake failure"),
        (b"\x15\x03\x01\0\x02\x02\x46", "no TLS connection: tlsv1 alert protocol version"),
        (b"\x15\x03\x01\0\x02\x02\x70", "no TLS connection: tlsv1 unrecognized name"),
        (b"\x16\x03\x03\xff\xff" + b"\0" * 100, "no TLS connection: "),
        (b"", "it broke off"),
    ],
    ids=["no cipher in common", "old protocol", "unknown name", "too long a record", "goes"],
)
def test_a_handshake_that_fails_has_a_plain_reason(site: Server, says: bytes, reason: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, reading() as reader:

        def answer() -> None:
            with listener.accept()[0] as client:
                client.recv(5000)
                client.sendall(says)
                client.shutdown(socket.SHUT_WR)
                client.recv(5000)

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        assert reason in reader.refusal(f"https://127.0.0.1:{listener.getsockname()[1]}/")
        thread.join(10)


def test_a_handshake_that_never_ends_is_ended_by_the_deadline() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, reading(timeout="1s") as reader:
        said = reader.refusal(f"https://127.0.0.1:{listener.getsockname()[1]}/")
        assert said in {"no whole answer within 1 s", "no connection in time"}


def test_plain_http_where_tls_is_asked_for_is_told(site: Server) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            with listener.accept()[0] as client:
                client.recv(1000)
                client.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        with reading() as reader:
            url = f"https://127.0.0.1:{listener.getsockname()[1]}/"
            assert reader.refusal(url) == "no TLS connection: wrong version number"
        thread.join(10)
