"""Feeds over TLS: no certificate that nobody vouches for is taken."""

import os
import socket
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.errors import FetchError
from tests.hostile.reader import reading
from tests.hostile.server import Server
from tests.secured.certificates import Certificates, certificates
from tests.secured.site import tls_site


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return certificates(tmp_path_factory.mktemp("certificates"))


def fetched(url: str, trusted: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Fetch by the command line: which authorities a process trusts is settled when it starts."""
    hosts = ("--allow-host", "127.0.0.1", "--allow-host", "localhost")
    return subprocess.run(
        [sys.executable, "-m", "monitor", "feeds", "fetch", url, *hosts, *options],
        env=os.environ | {"SSL_CERT_FILE": str(trusted), "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_a_certificate_must_be_vouched_for_and_for_this_name(files: Certificates) -> None:
    with tls_site(files) as site:
        good = fetched(site.url(), files.authority)
        assert (good.returncode, good.stderr) == (0, "")
        other_name = fetched(site.url(host="localhost"), files.authority)
        assert "certificate is not valid: Hostname mismatch" in other_name.stderr
        unknown = fetched(site.url(), files.other_authority)
        assert "certificate is not valid: unable to get local issuer certificate" in unknown.stderr
        for bad in (other_name, unknown):
            assert (bad.returncode, bad.stdout, bad.stderr.count("\n")) == (1, "", 1)


FAULTS = {
    "expired": ({"days": "-1"}, "the certificate is not valid: certificate has expired"),
    "no name": (
        {"extensions": "extendedKeyUsage=serverAuth\n"},
        "the certificate is not valid: IP address mismatch, certificate is not valid for '127.0.0.1'",
    ),
    "not for servers": (
        {"extensions": "subjectAltName=IP:127.0.0.1\nextendedKeyUsage=clientAuth\n"},
        "the certificate is not valid: unsuitable certificate purpose",
    ),
}


REMEDY = (
    "set `verify_tls: false` for this feed if you trust it all the same; for this one time: --no-verify-tls"
)


def assert_only_taken_as_it_is(made: Certificates, reason: str) -> None:
    """Assert that a server is refused with this reason and the remedy, which is one."""
    with tls_site(made) as site:
        bad = fetched(site.url(), made.authority)
        assert (bad.returncode, bad.stdout) == (1, "")
        assert bad.stderr == f"monitor: {site.url()}: {reason}; {REMEDY}\n"
        assert site.asked == []
        taken = fetched(site.url(), made.authority, "--no-verify-tls")
    assert (taken.returncode, taken.stderr) == (0, "")
    assert "1 entry" in taken.stdout


@pytest.mark.parametrize("fault", FAULTS)
def test_a_certificate_with_a_fault_is_told_plainly_and_only_taken_if_asked_for(
    tmp_path: Path, fault: str
) -> None:
    options, reason = FAULTS[fault]
    assert_only_taken_as_it_is(certificates(tmp_path, **options), reason)


def test_a_certificate_that_only_it_vouches_for_is_refused_unless_asked_for(files: Certificates) -> None:
    own = replace(files, certificate=files.other_authority, key=files.other_authority.with_suffix(".key"))
    assert_only_taken_as_it_is(own, "the certificate is not valid: self-signed certificate")


def test_a_kept_connection_to_whoever_answered_is_not_used_for_who_must_prove_it(files: Certificates) -> None:
    with tls_site(files) as site, reading() as reader:
        for _ in range(2):
            assert reader.fetch(site.url("/as-it-is"), verify_tls=False).status == 200
            assert "the certificate is not valid" in reader.refusal(site.url("/verified"))
        assert site.paths == ["/as-it-is"] * 2
        assert len({port for port, _ in site.asked}) == 1, "it was kept"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"], ids=["another port", "another name"])
def test_where_an_unverified_feed_redirects_to_is_verified(files: Certificates, host: str) -> None:
    with tls_site(files) as site, tls_site(files) as other, reading(("127.0.0.1", "localhost")) as reader:
        there = other if host == "127.0.0.1" else site
        site.target = there.url(host=host)
        with pytest.raises(FetchError) as caught:
            reader.fetch(site.url("/moved"), verify_tls=False)
        assert str(caught.value).startswith(f"the certificate of {host}:{there.port}, where it leads, is not")
        assert "verify_tls" not in str(caught.value), "that would not help"
        assert (site.paths, other.paths) == (["/moved"], [])
        site.target = site.url()
        assert reader.fetch(site.url("/moved"), verify_tls=False).status == 200


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
