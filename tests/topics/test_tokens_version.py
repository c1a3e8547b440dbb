"""The rules for tokens change only together with their version: or what is stored is no more found."""

import hashlib
from pathlib import Path

from monitor.topics.text import TOKENS_VERSION, indexed

WORDS = Path(__file__).parent / "words.txt"
"""Words of our sample news."""
TOKENS = {2: "97f7ad104b3a3dc0"}
"""Version -> a digest of the tokens of all the words."""


def test_other_tokens_have_another_version() -> None:
    digest = hashlib.sha256(indexed(WORDS.read_text("utf-8")).encode()).hexdigest()[:16]
    assert TOKENS[TOKENS_VERSION] == digest, (
        f"the rules for tokens have changed: raise TOKENS_VERSION, unless it was raised since the last "
        f"release, and write {digest} here"
    )
