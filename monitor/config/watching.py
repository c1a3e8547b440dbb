"""The settings of ``watchlist.yaml``, or of the files of ``watchlist/``."""

import re
from collections.abc import Mapping
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    SecretStr,
    ValidationInfo,
    field_validator,
    model_validator,
)

from monitor.config.addresses import Address, Url
from monitor.config.base import Frozen, Version, nothing_is_empty, nothing_is_no_keys
from monitor.config.codes import LANGUAGES
from monitor.config.faults import fault
from monitor.config.nearest import did_you_mean
from monitor.config.secrets import MASK, FileSecret, Secret, SecretFile, resolving
from monitor.config.values import Digest, Name, Query, Slug, Switch, Text, TimeZone
from monitor.model import OTHERWISE, Severity
from monitor.notify.signature import key_of

ANY = "any"
"""Where an entity's terms are the same in all languages."""


def _language_or_any(value: str) -> str:
    if value not in {ANY, OTHERWISE} and value not in LANGUAGES:
        hint = did_you_mean(value.lower(), (*LANGUAGES, ANY)) or "for example en, ru, uk, ko, or any"
        raise fault("must be the ISO 639-1 code of a language, `any` or `not`", hint)
    return value


def _name(value: str) -> str:
    if not re.fullmatch(r"\w[\w.-]*", value):
        raise fault("must be one word of letters, digits and hyphens", "for example north-korea")
    return value


Called = Annotated[str, AfterValidator(_name)]
Terms = Annotated[
    Mapping[
        Annotated[str, AfterValidator(_language_or_any)], tuple[Annotated[str, Field(max_length=1000)], ...]
    ],
    Field(min_length=1),
]
"""language, or ``any`` -> terms; ``not`` -> phrases in which they mean something else"""


class TopicSettings(Frozen):
    """What an analyst watches for."""

    id: Slug = Field(
        description="Short and lasting: matches are kept under it.", examples=["troop-deployment"]
    )
    name: Name = Field("", description="What people see; default: the id.")
    severity: Severity = Field("normal", description="How urgent its alerts are.")
    query: Query = Field(description="What to look for.", examples=["'@north-korea AND troops'"])
    alert: Annotated[tuple[Text, ...], BeforeValidator(nothing_is_empty)] = Field(
        (), description="The names of the receivers of its alerts; none: matches are only kept."
    )


class Channel(Frozen):
    """When messages go out."""

    digest: Digest | None = Field(
        None, description="`hourly` or `daily at HH:MM`; without it, alerts go out at once."
    )
    timezone: TimeZone = Field("UTC", description="Whose clock `daily at` means, as Europe/Kyiv.")


class EmailReceiver(Channel):
    """Messages by mail."""

    to: Annotated[tuple[Address, ...], Field(min_length=1)] = Field(
        description="The addresses.", examples=["[desk@example.org]"]
    )


def _signs(secret: SecretStr) -> SecretStr:
    try:
        for one in secret.get_secret_value().split():
            key_of(one)
    except ValueError as error:
        hint = "`openssl rand -base64 32` makes the part after whsec_"
        raise fault(f"cannot sign: {error}", hint) from None
    return secret


def _signing(secret: SecretStr, info: ValidationInfo) -> SecretStr:
    return _signs(secret) if resolving(info) else secret


def _signing_file(secret: FileSecret) -> FileSecret:
    _signs(secret.value)
    return secret


def _host_of(url: str) -> str:
    """Return as much of a webhook's address as may be shown: for many services it is the secret."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/" + (MASK if parts.path.strip("/") or parts.query else "")


HookUrl = Annotated[Url, PlainSerializer(_host_of, return_type=str)]


class WebhookReceiver(Channel):
    """Messages by HTTP POST."""

    url: HookUrl = Field(description="Where to; http or https.", examples=["https://ops.example.org/hook"])
    secret_file: Annotated[SecretFile, AfterValidator(_signing_file)] | None = Field(
        None, description="The file with the secret; or use `secret`."
    )
    secret: Annotated[Secret, AfterValidator(_signing)] | None = Field(
        None, description="Signs the messages: ${NAME}, a `whsec_...`; while it changes, new and old."
    )

    @field_validator("secret", "secret_file", mode="before")
    @classmethod
    def _is_written(cls, value: object) -> object:
        """Refuse a key without a value: who wrote it wants signatures."""
        if value is None:
            raise fault("is empty", "write it, or take the line out")
        return value

    @model_validator(mode="after")
    def _one_secret(self) -> "WebhookReceiver":
        if self.secret and self.secret_file:
            raise fault("and `secret_file` are both set", "keep one of the two", at=("secret",))
        return self

    @property
    def secrets(self) -> tuple[str, ...]:
        """The secrets to sign with, in the clear, the newest first; empty if messages are not signed."""
        secret = self.secret_file.value if self.secret_file else self.secret
        return tuple(secret.get_secret_value().split()) if secret else ()


class ReceiverSettings(Frozen):
    """Whom alerts go to, by one channel."""

    model_config = ConfigDict(
        json_schema_extra={"oneOf": [{"required": ["email"]}, {"required": ["webhook"]}]}
    )

    name: Text = Field(description="The name that topics use under `alert`.", examples=["desk"])
    email: EmailReceiver | None = Field(None, description="By mail.")
    webhook: WebhookReceiver | None = Field(None, description="By HTTP POST.")
    operator: Switch = Field(
        False,
        description="true: is told, at once, when feeds break, fall silent, are gone, or are well again.",
    )

    @model_validator(mode="after")
    def _one_channel(self) -> "ReceiverSettings":
        if (self.email is None) == (self.webhook is None):
            found = "neither" if self.email is None else "both"
            raise fault(
                f"must have either `email` or `webhook`, but has {found}",
                "add `email: {to: [desk@example.org]}` or `webhook: {url: ...}`"
                if self.email is None
                else "for two channels write two receivers",
            )
        return self

    @property
    def channel(self) -> EmailReceiver | WebhookReceiver:
        """The one channel."""
        channel = self.email or self.webhook
        assert channel is not None
        return channel


class WatchlistFile(Frozen):
    """watchlist.yaml, or one file of watchlist/: what to look for, and whom to tell."""

    version: Version = Field(description="The version of this format: 1.", examples=[1])
    owner: Text | None = Field(
        None, description="Who looks after these topics; default: the name of the file."
    )
    entities: Annotated[Mapping[Called, Terms], BeforeValidator(nothing_is_no_keys)] = Field(
        {},
        description="Named sets of terms by language, used in queries as @name; `not`: where none counts.",
    )
    queries: Annotated[Mapping[Called, Query], BeforeValidator(nothing_is_no_keys)] = Field(
        {}, description="Named queries, used in other queries as query:name."
    )
    topics: Annotated[tuple[TopicSettings, ...], BeforeValidator(nothing_is_empty)] = Field(
        (), description="What to watch for."
    )
    receivers: Annotated[tuple[ReceiverSettings, ...], BeforeValidator(nothing_is_empty)] = Field(
        (), description="Whom to tell."
    )
