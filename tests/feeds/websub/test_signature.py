"""Only who knows the secret can sign."""

import hashlib
import hmac

import pytest

from monitor.feeds.websub.signature import METHODS, signature_of

SECRET, BODY = "secret-of-the-feed", "Troops, 북한".encode()


def signed(method: str, secret: str = SECRET, body: bytes = BODY) -> str:
    return f"{method}={hmac.new(secret.encode(), body, getattr(hashlib, method)).hexdigest()}"


def holds(header: str | None, body: bytes = BODY) -> bool:
    signature = signature_of(header)
    if signature is None:
        return False
    check = signature.check(SECRET)
    for piece in (body[:3], body[3:]):
        check.feed(piece)
    return check.holds()


@pytest.mark.parametrize("method", METHODS)
def test_every_method_of_the_recommendation_is_checked(method: str) -> None:
    assert holds(signed(method))
    assert holds(signed(method).upper())
    assert not holds(signed(method), BODY + b" ")
    assert not holds(signed(method, "another secret"))
    assert not holds(signed(method)[:-2])


@pytest.mark.parametrize(
    "header",
    [None, "", "sha256", "sha256=", "sha256=xyz", "=", "md5=" + "0" * 32, "sha1=" + "é" * 40,
     "sha512=" + signed("sha1")[5:], "sha256=" + "0" * 64],
)  # fmt: skip
def test_what_is_no_signature_holds_for_nothing(header: str | None) -> None:
    assert not holds(header)


def test_a_signature_worked_out_elsewhere() -> None:
    """``printf 'what do ya want for nothing?' | openssl dgst -sha256 -hmac Jefe`` (RFC 4231, case 2)."""
    digest = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    signature = signature_of(f"sha256={digest}")
    assert signature is not None
    check = signature.check("Jefe")
    check.feed(b"what do ya want for nothing?")
    assert check.holds()
