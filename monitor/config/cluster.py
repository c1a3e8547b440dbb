"""The settings of ``mode: cluster``: where Kafka and Elasticsearch are, and a Kibana that shows it all."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, field_validator, model_validator

from monitor.config.addresses import Host, Url
from monitor.config.base import Section, nothing_is_empty
from monitor.config.faults import fault
from monitor.config.paths import Certificates
from monitor.config.secrets import Secret, SecretFile, or_its_file
from monitor.config.values import PositiveDuration, Slug, Text, Whole


class KafkaSettings(Section):
    """Where articles and matches travel in a cluster."""

    servers: Annotated[tuple[Host, ...], BeforeValidator(nothing_is_empty)] = Field(
        ("localhost:9092",), min_length=1, description="Some of the brokers, as host:port."
    )
    prefix: Slug = Field("monitor", description="The first part of the names of streams and groups.")
    security: Literal["plain", "tls", "sasl", "sasl-plaintext"] = Field(
        "plain", description="sasl is a name and a password over TLS, sasl-plaintext without it."
    )
    mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = Field(
        "PLAIN", description="How sasl proves the password."
    )
    username: Text | None = Field(None, description="The name for sasl.")
    password_file: SecretFile | None = Field(None, description="The file with its password; or `password`.")
    password: Secret | None = Field(
        None, validate_default=True, description="The password as ${NAME}; or use `password_file`."
    )
    ca_file: Certificates | None = Field(None, description="Certificates to trust instead of the system's.")
    replication: Annotated[Whole, Field(ge=-1, le=10)] = Field(
        -1, description="Copies of each message; -1 is what the brokers hold to be right."
    )
    parts: Annotated[Whole, Field(ge=1, le=1000)] = Field(
        32, description="Parts in which pollers share the feeds' hosts: several for each poller."
    )
    session_timeout: PositiveDuration = Field(
        timedelta(seconds=45), description="A process that says nothing for so long counts as dead."
    )

    _or_its_file = field_validator("password")(or_its_file)

    @model_validator(mode="after")
    def _login_is_whole(self) -> "KafkaSettings":
        if self.security.startswith("sasl"):
            if self.username is None:
                raise fault("is a login, but there is no `username`", "add `username`", at=("security",))
            if not (self.password or self.password_file):
                raise fault(
                    "is given, but no password", "add `password` or `password_file`", at=("username",)
                )
        return self


class ElasticSettings(Section):
    """Where articles and matches are kept in a cluster."""

    urls: Annotated[tuple[Url, ...], BeforeValidator(nothing_is_empty)] = Field(
        ("http://localhost:9200",), min_length=1, description="The servers."
    )
    prefix: Slug = Field("monitor", description="The first part of the names of indices.")
    username: Text | None = Field(None, description="Who we are there, if we have no key.")
    password_file: SecretFile | None = Field(None, description="The file with the password; or `password`.")
    password: Secret | None = Field(
        None, validate_default=True, description="The password as ${NAME}; or use `password_file`."
    )
    api_key_file: SecretFile | None = Field(None, description="The file with an API key; or `api_key`.")
    api_key: Secret | None = Field(
        None, validate_default=True, description="An API key as ${NAME}; or use `api_key_file`."
    )
    ca_file: Certificates | None = Field(None, description="Certificates to trust instead of the system's.")
    timeout: PositiveDuration = Field(timedelta(seconds=30), description="For one answer.")

    _or_its_file = field_validator("password", "api_key")(or_its_file)


class KibanaSettings(Section):
    """Where the dashboards are shown, for `monitor setup`."""

    url: Url | None = Field(None, description="Its address with its base path; without one it is left alone.")
    space: Slug | None = Field(None, description="The space that the dashboards go to, if not the default.")
    username: Text | None = Field(None, description="Who we are there, if we have no key.")
    password_file: SecretFile | None = Field(None, description="The file with the password; or `password`.")
    password: Secret | None = Field(
        None, validate_default=True, description="The password as ${NAME}; or use `password_file`."
    )
    api_key_file: SecretFile | None = Field(None, description="The file with an API key; or `api_key`.")
    api_key: Secret | None = Field(
        None, validate_default=True, description="An API key as ${NAME}; or use `api_key_file`."
    )
    ca_file: Certificates | None = Field(None, description="Certificates to trust instead of the system's.")
    timeout: PositiveDuration = Field(timedelta(seconds=30), description="For one answer.")

    _or_its_file = field_validator("password", "api_key")(or_its_file)
