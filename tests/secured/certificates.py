"""An authority, and a certificate for this machine from it, made by `openssl`."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

DAYS = "2"
FOR_WHOM = "subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth\n"
"""Not for the name `localhost`: so there is a name that the certificate is not for."""


@dataclass(frozen=True, slots=True)
class Certificates:
    """Files in PEM. ``authority`` vouches for ``certificate``; ``other_authority`` for nobody here."""

    authority: Path
    other_authority: Path
    certificate: Path
    key: Path

    @property
    def chain(self) -> str:
        """Return key, certificate and authority, one behind the other."""
        return "".join(file.read_text() for file in (self.key, self.certificate, self.authority))


def certificates(folder: Path, *, days: str = DAYS, extensions: str = FOR_WHOM) -> Certificates:
    """Make the files in ``folder``; a certificate of fewer than no days has expired."""
    folder.mkdir(parents=True, exist_ok=True)
    authority, other = (_authority(folder, name) for name in ("authority", "other"))
    key, request, certificate = (folder / f"server.{ending}" for ending in ("key", "csr", "pem"))
    extended = folder / "extensions"
    extended.write_text(extensions)
    _openssl("req", *_new_key(key), "-subj", "/CN=127.0.0.1", "-out", str(request))
    _openssl(
        "x509", "-req", "-in", str(request), "-CA", str(authority),
        "-CAkey", str(authority.with_suffix(".key")), "-CAcreateserial",
        "-days", days, "-extfile", str(extended), "-out", str(certificate),
    )  # fmt: skip
    return Certificates(authority, other, certificate, key)


def _authority(folder: Path, name: str) -> Path:
    path = folder / f"{name}.pem"
    _openssl(
        "req", "-x509", *_new_key(path.with_suffix(".key")), "-days", DAYS, "-subj", f"/CN={name}",
        "-addext", "keyUsage=critical,keyCertSign", "-out", str(path),
    )  # fmt: skip
    return path


def _new_key(path: Path) -> tuple[str, ...]:
    return ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", str(path))


def _openssl(*arguments: str) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)
