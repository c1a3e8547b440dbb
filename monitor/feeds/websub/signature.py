"""``X-Hub-Signature``: whether a delivery comes from somebody who knows the secret. Pure."""

import hmac
from dataclasses import dataclass

METHODS = ("sha1", "sha256", "sha384", "sha512")
"""Those of the recommendation, which all still hold as HMAC."""


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature as it was sent: ``method=hexadecimal``."""

    method: str
    digest: bytes

    def check(self, secret: str) -> "Check":
        """Return what is fed the body."""
        return Check(self, secret)


class Check:
    """Takes a body piece by piece, so that nobody has to keep it."""

    def __init__(self, signature: Signature, secret: str) -> None:
        self._digest = signature.digest
        self._mac = hmac.new(secret.encode(), digestmod=signature.method)

    def feed(self, piece: bytes) -> None:
        """Take the next piece."""
        self._mac.update(piece)

    def holds(self) -> bool:
        """Return whether the signature is right, in a time that tells nothing of it."""
        return hmac.compare_digest(self._mac.digest(), self._digest)


def signature_of(header: str | None) -> Signature | None:
    """Return the signature in a header, ``None`` if there is none that can be checked."""
    method, _, digest = (header or "").strip().partition("=")
    try:
        return Signature(method.lower(), bytes.fromhex(digest)) if method.lower() in METHODS else None
    except ValueError:
        return None
