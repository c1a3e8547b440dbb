"""Signs webhooks as the Standard Webhooks specification 1.0.0 says (scheme ``v1``, symmetric). Pure."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable

PREFIX = "whsec_"
SHORTEST_KEY, LONGEST_KEY = 24, 64
"""Bytes, as the specification demands."""


def sign(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """Return the signature ``v1,<base64>`` of a message.

    ``timestamp`` is in Unix seconds. Raises ``ValueError`` as ``key_of`` does.
    """
    signed = b".".join((message_id.encode(), str(timestamp).encode(), body))
    digest = hmac.digest(key_of(secret), signed, hashlib.sha256)
    return f"v1,{base64.b64encode(digest).decode()}"


def signatures(secrets: Iterable[str], message_id: str, timestamp: int, body: bytes) -> str:
    """Return the value of ``webhook-signature``: one signature for each secret, in this order.

    While a secret is replaced, the new and the old one both sign.
    """
    return " ".join(sign(secret, message_id, timestamp, body) for secret in secrets)


def key_of(secret: str) -> bytes:
    """Return the key in ``secret``; raise ``ValueError`` with plain words, and without it, if there is none."""
    if not secret.startswith(PREFIX):
        raise ValueError(f"a webhook secret starts with {PREFIX!r}, then comes base64")
    encoded = secret.removeprefix(PREFIX)
    try:
        key = base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError(f"what comes after {PREFIX!r} in a webhook secret is not base64") from None
    if not SHORTEST_KEY <= len(key) <= LONGEST_KEY:
        raise ValueError(
            f"a webhook secret holds {SHORTEST_KEY} to {LONGEST_KEY} bytes, not {len(key)}; "
            f"`openssl rand -base64 32` makes one (put {PREFIX!r} before it)"
        )
    return key
