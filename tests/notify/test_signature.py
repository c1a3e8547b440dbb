"""Signatures by Standard Webhooks."""

import base64
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook

from monitor.notify.signature import key_of, sign
from tests.notify.servers import SECRET

OTHER = "whsec_" + base64.b64encode(bytes(range(32))).decode()


def test_the_published_example_comes_out() -> None:
    signature = sign([SECRET], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@given(st.binary(min_size=24, max_size=64), st.text(), st.integers(0, 2**32))
def test_it_is_what_the_reference_library_makes(key: bytes, body: str, stamp: int) -> None:
    data = body.encode()
    secret = "whsec_" + base64.b64encode(key).decode()
    expected = Webhook(secret).sign("id", datetime.fromtimestamp(stamp, UTC), data.decode())
    assert sign([secret], "id", stamp, data) == expected


def test_while_secrets_rotate_both_sign_the_new_one_first() -> None:
    both = sign([OTHER, SECRET], "id", 1, b"x")
    assert both == f"{sign([OTHER], 'id', 1, b'x')} {sign([SECRET], 'id', 1, b'x')}"


@pytest.mark.parametrize("size", [24, 32, 64])
def test_a_secret_stands_for_24_to_64_bytes(size: int) -> None:
    assert key_of("whsec_" + base64.b64encode(b"k" * size).decode()) == b"k" * size


@pytest.mark.parametrize(
    ("secret", "why"),
    [
        ("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "begins with whsec_"),
        ("", "begins with whsec_"),
        ("whsec_MfKQ9r8GKYqr!!jUPD8ILPZIo2LaLaSw", "not base64"),
        ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS", "not base64"),
        ("whsec_секретсекретсекретсекрет", "not base64"),
        ("whsec_" + base64.b64encode(b"k" * 23).decode(), "holds 23 bytes"),
        ("whsec_" + base64.b64encode(b"k" * 65).decode(), "holds 65 bytes"),
        ("whsec_", "holds 0 bytes"),
    ],
)
def test_a_secret_that_is_none_is_refused_and_not_shown(secret: str, why: str) -> None:
    with pytest.raises(ValueError, match=why) as caught:
        key_of(secret)
    assert not secret.removeprefix("whsec_") or secret.removeprefix("whsec_") not in str(caught.value)
