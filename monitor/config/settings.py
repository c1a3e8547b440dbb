"""The settings of ``monitor.yaml``, and by import those of the two other files."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from monitor.config.addresses import Address, BaseUrl, Host, Listen, Port, Server
from monitor.config.base import Frozen, Section, Version
from monitor.config.cluster import ElasticSettings, KafkaSettings, KibanaSettings
from monitor.config.faults import fault
from monitor.config.paths import Certificates, FolderPath
from monitor.config.secrets import Secret, SecretFile, or_its_file
from monitor.config.sources import FeedSettings, FeedsFile, Login
from monitor.config.values import Duration, Memory, PositiveDuration, Size, Slug, Switch, Text, Whole
from monitor.config.watching import (
    EmailReceiver,
    ReceiverSettings,
    TopicSettings,
    WatchlistFile,
    WebhookReceiver,
)

__all__ = ["EmailReceiver", "FeedSettings", "FeedsFile", "Login", "ReceiverSettings", "Settings"]
__all__ += ["TopicSettings", "WatchlistFile", "WebhookReceiver"]

LONGEST_DIGEST = timedelta(days=1)


class AdaptSettings(Section):
    """Whether each feed is asked as often as it has news."""

    enabled: Switch = Field(
        False, description="Ask a feed after half the time between its news, in place of poll.interval."
    )
    shortest: PositiveDuration = Field(timedelta(minutes=5), description="Not more often than this.")
    longest: PositiveDuration = Field(
        timedelta(hours=1), description="Nor less often, whatever the feed or its server asks for."
    )

    @model_validator(mode="after")
    def _in_order(self) -> "AdaptSettings":
        if self.shortest > self.longest:
            raise fault("must not be longer than `longest`", "write a shorter one", at=("shortest",))
        return self


class PollSettings(Section):
    """How feeds are asked."""

    interval: PositiveDuration = Field(timedelta(minutes=15), description="How often each feed is asked.")
    adapt: AdaptSettings = Field(
        AdaptSettings(), description="Whether each feed is asked as often as it has news."
    )
    recheck: PositiveDuration = Field(
        timedelta(days=1),
        description="A feed that says it has not changed is asked for all of it so often, to see.",
    )
    jitter: Duration = Field(
        timedelta(seconds=30),
        description="Up to this much, at most a tenth of the interval, is added at random to each wait.",
    )
    timeout: PositiveDuration = Field(
        timedelta(seconds=30), description="For one feed from connecting to its last byte."
    )
    connect_timeout: PositiveDuration = Field(timedelta(seconds=10), description="For connecting alone.")
    max_backoff: PositiveDuration = Field(timedelta(hours=6), description="The longest wait after failures.")
    max_body: Size = Field(15_000_000, description="The largest feed, unpacked; a larger one is a failure.")
    max_redirects: Annotated[Whole, Field(ge=0, le=10)] = Field(
        5, description="Redirects followed for one feed."
    )
    concurrency: Annotated[Whole, Field(ge=1, le=1000)] = Field(
        100, description="Feeds asked at the same time."
    )
    per_host: Annotated[Whole, Field(ge=1, le=100)] = Field(2, description="Of these, feeds of one host.")
    host_pause: Duration = Field(
        timedelta(milliseconds=200),
        description="Between the beginnings of two polls of one host; less if its feeds need it.",
    )
    page_pause: Duration = Field(
        timedelta(seconds=1), description="Between two article pages of one site (feeds with full_text)."
    )
    page_budget: PositiveDuration = Field(
        timedelta(minutes=1), description="For all article pages of one poll; later ones keep the summary."
    )
    page_allow_hosts: tuple[Host, ...] = Field(
        (), description="Hosts, or host:port, of article pages that may be private addresses."
    )
    contact: Text | None = Field(
        None, description="A URL or address for site owners, told in the User-Agent."
    )
    allow_hosts: tuple[Host, ...] = Field(
        (), description="Hosts, or host:port, that may be private addresses."
    )
    parse_workers: Annotated[Whole, Field(ge=1, le=64)] = Field(2, description="Processes that parse feeds.")
    parse_timeout: PositiveDuration = Field(timedelta(seconds=20), description="For parsing one feed.")
    parse_memory: Memory = Field(512_000_000, description="Memory that one parsing process may use.")
    max_entries: Annotated[Whole, Field(ge=1, le=1_000_000)] = Field(
        10_000, description="Entries read of one feed."
    )
    max_field: Size = Field(
        1_000_000, description="The longest title, summary or body; the rest is cut, with a mark."
    )

    @field_validator("contact")
    @classmethod
    def _fits_a_header(cls, contact: str | None) -> str | None:
        if contact and not (contact.isascii() and contact.isprintable()):
            raise fault(
                "must be plain ASCII on one line", "for example https://example.org/about or desk@example.org"
            )
        return contact


class AlertSettings(Section):
    """Which matches alert, and when operators are told of feeds."""

    first_poll_max_age: Duration = Field(
        timedelta(hours=24), description="At the first poll of a feed, entries older than this do not alert."
    )
    again_on_edit: bool = Field(
        False, description="Alert once more if an edit changes matched words, or a number beside them."
    )
    broken_after: Duration = Field(
        timedelta(hours=1), description="Operators are told of a feed that has failed for this long."
    )
    gather: Duration = Field(
        timedelta(minutes=5),
        description="What happens to feeds within this time is one message to operators.",
    )


class DeliverySettings(Section):
    """How alerts go out."""

    timeout: PositiveDuration = Field(timedelta(seconds=20), description="For one try of one message.")
    give_up_after: PositiveDuration = Field(
        timedelta(days=3), description="A message is tried for this long."
    )
    per_receiver: Annotated[Whole, Field(ge=1, le=100)] = Field(
        4, description="Tries to one receiver at the same time."
    )
    allow_hosts: tuple[Host, ...] = Field(
        (), description="Webhook hosts, or host:port, that may be private addresses."
    )


class EmailSettings(Section):
    """The mail server that takes our messages."""

    host: Server = Field("localhost", description="Its name or address.")
    port: Port = Field(25, description="25 without encryption, 587 with starttls, 465 with tls.")
    security: Literal["none", "starttls", "tls"] = Field(
        "none", description="How the connection is encrypted."
    )
    username: Text | None = Field(None, description="For servers that ask for a login.")
    password_file: SecretFile | None = Field(
        None, description="The file with the password; or use `password`."
    )
    password: Secret | None = Field(
        None, validate_default=True, description="The password as ${NAME}; or use `password_file`."
    )
    sender: Address = Field("monitor@localhost", description="The address that messages come from.")
    ca_file: Certificates | None = Field(None, description="Certificates to trust instead of the system's.")

    _or_its_file = field_validator("password")(or_its_file)

    @model_validator(mode="after")
    def _login_is_whole(self) -> "EmailSettings":
        if self.username is None and (self.password or self.password_file):
            raise fault("is given, but no `username`", "add `username`", at=("password",))
        if self.username is not None and not (self.password or self.password_file):
            raise fault("is given, but no password", "add `password` or `password_file`", at=("username",))
        return self


class StreamSettings(Section):
    """The durable log between the stages."""

    partitions: Annotated[Whole, Field(ge=1, le=256)] = Field(
        4, description="Parts that are worked on in parallel."
    )


class RetentionSettings(Section):
    """How long things are kept."""

    archive: PositiveDuration = Field(timedelta(days=90), description="Articles, matches, alerts and labels.")
    log: PositiveDuration = Field(timedelta(days=7), description="What passed through the stream.")
    outbox: PositiveDuration = Field(timedelta(days=30), description="Deliveries that are done.")


class WebSettings(Section):
    """Where a process serves /healthz, /readyz and /metrics."""

    host: Server = Field("127.0.0.1", description="The address to listen on; 0.0.0.0 for all.")
    port: Annotated[Whole, Field(ge=0, le=65_535)] | None = Field(
        None, description="Its port, 0 for any that is free. Not given: 8780, or a free one if that is taken."
    )


class WebSubSettings(Section):
    """How the hubs of feeds tell monitor of news."""

    callback: BaseUrl | None = Field(
        None, description="The public address below which hubs call us. Without one no hub is asked."
    )
    listen: Listen = Field(
        "127.0.0.1:8081", description="Where this process takes these calls; a proxy hands them on to here."
    )
    lease: PositiveDuration = Field(
        timedelta(days=7), description="How long hubs are asked to call; renewed before it is over."
    )
    interval: PositiveDuration = Field(
        timedelta(hours=1), description="How often a feed is asked though its hub tells of its news."
    )
    allow_hosts: tuple[Host, ...] = Field(
        (), description="Hubs, as host or host:port, that may be private addresses."
    )


class LogSettings(Section):
    """What monitor says about itself."""

    level: Literal["debug", "info", "warning", "error"] = Field("info", description="The least that is told.")
    format: Literal["auto", "console", "json"] = Field(
        "auto", description="auto: console on a terminal, else json."
    )


class Settings(Frozen):
    """monitor.yaml: how monitor runs."""

    version: Version = Field(description="The version of this format: 1.", examples=[1])
    instance: Slug = Field("monitor", description="The name of this installation in messages.")
    data: FolderPath = Field(
        Path("data"),
        validate_default=True,
        description="The folder for everything monitor keeps; relative to the folder of this file.",
    )
    mode: Literal["embedded", "cluster"] = Field(
        "embedded", description="embedded: SQLite in the data folder; cluster: Kafka and Elasticsearch."
    )
    poll: PollSettings = Field(PollSettings(), description="How feeds are asked.")
    alerts: AlertSettings = Field(
        AlertSettings(), description="Which matches alert, and when operators are told."
    )
    delivery: DeliverySettings = Field(DeliverySettings(), description="How alerts go out.")
    email: EmailSettings = Field(EmailSettings(), description="The mail server that takes our messages.")
    stream: StreamSettings = Field(StreamSettings(), description="The durable log between the stages.")
    kafka: KafkaSettings = Field(KafkaSettings(), description="Kafka, in a cluster.")
    elasticsearch: ElasticSettings = Field(ElasticSettings(), description="Elasticsearch, in a cluster.")
    kibana: KibanaSettings = Field(KibanaSettings(), description="Kibana, for its dashboards.")
    retention: RetentionSettings = Field(RetentionSettings(), description="How long things are kept.")
    web: WebSettings = Field(WebSettings(), description="Where a process says how it is.")
    websub: WebSubSettings = Field(WebSubSettings(), description="How hubs tell of news.")
    log: LogSettings = Field(LogSettings(), description="What monitor says about itself.")

    @model_validator(mode="after")
    def _nothing_goes_before_it_is_sent(self) -> "Settings":
        if self.retention.outbox <= self.delivery.give_up_after + LONGEST_DIGEST:
            raise fault(
                "must be more than a day longer than `delivery.give_up_after`, or alerts are lost",
                f"write {(self.delivery.give_up_after + 2 * LONGEST_DIGEST).days}d or more",
                at=("retention", "outbox"),
            )
        return self
