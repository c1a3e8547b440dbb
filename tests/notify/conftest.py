"""Certificates made for the tests."""

import shutil
import ssl
import subprocess
from pathlib import Path

import pytest

from tests.notify.servers import Certificate


def made(folder: Path, name: str) -> Certificate:
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.fail("the tests of encrypted mail need the command `openssl`")
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    subprocess.run(
        [
            *(openssl, "req", "-x509", "-nodes", "-days", "2", "-subj", f"/CN={name}"),
            *("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"),
            *("-addext", f"subjectAltName=DNS:{name}"),
            *("-addext", "keyUsage=critical,digitalSignature,keyCertSign"),
            *("-out", str(certificate), "-keyout", str(key)),
        ],
        check=True,
        capture_output=True,
        timeout=60,
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    return Certificate(context, str(certificate))


@pytest.fixture(scope="session")
def localhost(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """Make a certificate of ``localhost``, which signs itself."""
    return made(tmp_path_factory.mktemp("localhost"), "localhost")


@pytest.fixture(scope="session")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """Make a certificate of another host."""
    return made(tmp_path_factory.mktemp("elsewhere"), "mail.example")
