"""Webhook signatures by Standard Webhooks 1.0 (https://www.standardwebhooks.com). Pure."""

import base64
import hashlib
import hmac
from collections.abc import Sequence

PREFIX = "whsec_"


def key_of(secret: str) -> bytes:
    """Return the key that a secret stands for; raise ``ValueError`` (without the secret) if it is none."""
    if not secret.startswith(PREFIX):
        raise ValueError(
            f"a webhook secret begins with {PREFIX}, followed by base64 of 24 to 64 random bytes"
        )
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except ValueError:  # its text may not be shown, and so not be chained
        raise ValueError(f"what follows {PREFIX} in the webhook secret is not base64") from None
    if not 24 <= len(key) <= 64:
        raise ValueError(f"the webhook secret holds {len(key)} bytes; it must be 24 to 64")
    return key


def sign(secrets: Sequence[str], message_id: str, timestamp: int, body: bytes) -> str:
    """Return the value of ``webhook-signature``: one signature a secret, the newest secret first."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    digests = (hmac.new(key_of(secret), signed, hashlib.sha256).digest() for secret in secrets)
    return " ".join(f"v1,{base64.b64encode(digest).decode()}" for digest in digests)
