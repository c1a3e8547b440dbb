"""The settings of ``feeds.yaml``."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field

from monitor.config.addresses import Url
from monitor.config.base import Frozen, Version, nothing_is_empty, nothing_is_no_keys
from monitor.config.faults import fault
from monitor.config.secrets import MaybeSecret, Secret
from monitor.config.values import Country, Language, PositiveDuration, Slug, Switch, Text

Kind = Literal[
    "state",
    "government",
    "wire",
    "public-broadcaster",
    "independent",
    "specialist",
    "think-tank",
    "tabloid",
    "aggregator",
]
"""Who speaks."""

_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_OURS = frozenset({"connection", "content-length", "host", "transfer-encoding"})


def default_id(outlet: str, url: str) -> str:
    """Return the id of a feed without one: from its outlet, or from its host if that is not Latin."""
    plain = unicodedata.normalize("NFKD", outlet).encode("ascii", "ignore").decode()
    letters = sum(char.isalpha() for char in outlet)
    if letters == 0 or sum(char.isalpha() for char in plain) < letters:
        plain = _host(url).removeprefix("www.")
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:100].strip("-") or "feed"


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _header(name: str) -> str:
    if not _HEADER.fullmatch(name):
        raise fault("is not the name of an HTTP header", "for example X-Api-Key")
    if name.lower() in _OURS:
        raise fault("is a header that only monitor sets", "remove it")
    return name


def _id_of(data: dict[str, Any]) -> str:
    return default_id(data["outlet"], data["url"])


def _user(name: str) -> str:
    if ":" in name:
        raise fault("must not contain a colon", "HTTP Basic access has no way to send one")
    return name


Headers = Annotated[
    Mapping[Annotated[str, AfterValidator(_header)], MaybeSecret], BeforeValidator(nothing_is_no_keys)
]


class Login(Frozen):
    """HTTP Basic access to a feed."""

    username: Annotated[Text, AfterValidator(_user)] = Field(description="The user.", examples=["me"])
    password: Secret = Field(description="The password, as ${NAME}.", examples=["'${FEED_PASSWORD}'"])


class FeedSettings(Frozen):
    """One feed."""

    outlet: Text = Field(description="The name that people see.", examples=["Example News"])
    url: Url = Field(description="Where it is; http or https.", examples=["https://example.org/feed.xml"])
    id: Slug = Field(
        default_factory=_id_of,
        description="Short and lasting: what was seen is kept under it. Default: made from the outlet.",
    )
    language: Language | None = Field(None, description="What it is mostly in (ISO 639-1): a hint.")
    country: Country | None = Field(
        None,
        description="Where the outlet sits (ISO 3166); in KR, KP, JP, UA, RU and BY dates without a zone are "
        "by the clock there.",
    )
    kind: Kind | None = Field(None, description="Who speaks.")
    family: Text | None = Field(
        None, description="The publisher behind it: outlets of one family are one voice."
    )
    interval: PositiveDuration | None = Field(
        None, description="How often to ask, exactly; default: poll.interval, or poll.adapt."
    )
    enabled: Switch = Field(True, description="false rests a feed without losing what is known of it.")
    full_text: Switch = Field(
        False, description="Fetch each article's page for its whole text, where the feed shows a summary."
    )
    note: Text | None = Field(None, description="For yourselves.")
    headers: Headers = Field({}, description="Sent along, and never to another origin; values as ${NAME}.")
    login: Login | None = Field(None, description="HTTP Basic access; never sent to another origin.")
    verify_tls: Switch = Field(
        True,
        description="false takes this feed's server as it is, without a valid certificate; not where it "
        "redirects to, and not the articles' pages.",
    )


class FeedsFile(Frozen):
    """feeds.yaml: where news comes from."""

    version: Version = Field(description="The version of this format: 1.", examples=[1])
    feeds: Annotated[tuple[FeedSettings, ...], BeforeValidator(nothing_is_empty)] = Field(
        description="The feeds."
    )
