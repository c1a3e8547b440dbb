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
