"""The kinds of values that name files and folders."""

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, ValidationInfo

from monitor.config.faults import Context, fault
from monitor.config.reading import read_named
from monitor.config.values import not_from_environment

_MAX_CERTIFICATES = 10_000_000


def resolved(path: Path, info: ValidationInfo) -> Path:
    """Resolve a path; a relative one begins at the folder of the configuration."""
    if str(path).startswith("~"):
        raise fault("must not begin with `~`", "write the full path")
    not_from_environment(str(path))
    if not isinstance(info.context, Context):
        return path
    try:
        return (info.context.folder / path).resolve()
    except (OSError, RuntimeError, ValueError):
        raise fault("is not a usable path", "for example /var/lib/monitor") from None


def _as_text(value: object) -> object:
    if isinstance(value, Path):
        return str(value)
    if not isinstance(value, str) or not value:
        raise fault("must be a path, as text", "for example /var/lib/monitor")
    return value


def _certificates(path: Path) -> Path:
    """Check that a file can be trusted: a server's certificate is compared with what it holds."""
    body = read_named(path, _MAX_CERTIFICATES, "name a file of certificates in PEM form")
    import ssl  # slow to import, and few need it

    # Comments between the certificates may be in any letters.
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=body.decode("ascii", "ignore"))
    except (ssl.SSLError, ValueError):
        raise fault("names a file without certificates", "name a file of certificates in PEM form") from None
    return path


FolderPath = Annotated[Path, BeforeValidator(_as_text), AfterValidator(resolved)]
Certificates = Annotated[FolderPath, AfterValidator(_certificates)]
"""The path of a file of certificates in PEM form."""
