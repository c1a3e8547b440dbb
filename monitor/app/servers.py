"""How the servers of a cluster are reached. Their packages are imported only if they are asked for."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pydantic import SecretStr

from monitor.config.settings import Settings
from monitor.errors import MonitorError

if TYPE_CHECKING:
    from monitor.kibana.client import KibanaAccess
    from monitor.store.elastic import ElasticAccess, ElasticStore
    from monitor.stream.kafka import KafkaStream
    from monitor.stream.kafka_access import KafkaAccess


@contextmanager
def open_servers(settings: Settings) -> Iterator[tuple["KafkaStream", "ElasticStore"]]:
    """Open stream and store of a cluster; nothing is asked of the servers before the first use."""
    try:
        from monitor.store.elastic import ElasticStore
        from monitor.stream.kafka import KafkaStream
    except ImportError as error:
        raise MonitorError(
            f"mode: cluster needs packages that are not there ({error.name}): pip install 'monitor[cluster]'"
        ) from error
    with KafkaStream(_kafka(settings)) as stream, ElasticStore(_elastic(settings)) as store:
        yield stream, store


def _kafka(settings: Settings) -> "KafkaAccess":
    from monitor.stream.kafka_access import KEPT, KafkaAccess

    kafka, log = settings.kafka, settings.retention.log
    return KafkaAccess(
        servers=kafka.servers,
        security=kafka.security,
        username=kafka.username,
        password=_clear(kafka.password),
        mechanism=kafka.mechanism,
        ca_file=str(kafka.ca_file) if kafka.ca_file else None,
        client_id=f"{settings.instance}-{socket.gethostname()}-{os.getpid()}",
        prefix=kafka.prefix,
        partitions=settings.stream.partitions,
        parts=kafka.parts,
        replication=kafka.replication,
        retention={stream: kept and log for stream, kept in KEPT.items()},
        session_timeout=kafka.session_timeout.total_seconds(),
    )


def _elastic(settings: Settings) -> "ElasticAccess":
    from monitor.store.elastic import ElasticAccess

    elastic = settings.elasticsearch
    return ElasticAccess(
        urls=elastic.urls,
        username=elastic.username,
        password=_clear(elastic.password),
        api_key=_clear(elastic.api_key),
        ca_file=str(elastic.ca_file) if elastic.ca_file else None,
        prefix=elastic.prefix,
        timeout=elastic.timeout.total_seconds(),
    )


def kibana_of(settings: Settings, url: str | None = None) -> "KibanaAccess | None":
    """Return how to reach Kibana, at ``url`` rather than at that of the settings; ``None`` without either."""
    from monitor.kibana.client import KibanaAccess

    kibana = settings.kibana
    if not (address := url or kibana.url):
        return None
    return KibanaAccess(
        url=address,
        space=kibana.space,
        username=kibana.username,
        password=_clear(kibana.password),
        api_key=_clear(kibana.api_key),
        ca_file=str(kibana.ca_file) if kibana.ca_file else None,
        timeout=kibana.timeout.total_seconds(),
    )


def _clear(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret else None
