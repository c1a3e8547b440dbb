"""A broker with listeners that want TLS, a login, or both, and rights for who logs in."""

import socket
import ssl
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kafka import KafkaAdminClient
from kafka.admin import (
    ACL,
    ACLOperation,
    ACLPermissionType,
    ACLResourcePatternType,
    ResourcePattern,
    ResourceType,
    UserScramCredentialUpsertion,
)

from localservers.kafka import Kafka, _brokers
from localservers.settings import HOST, Settings
from tests.own_servers import running, settings
from tests.secured.certificates import Certificates

USER, PASSWORD = "monitor", "hush-monitor"
STRANGER, STRANGERS_PASSWORD = "stranger", "hush-stranger"
"""Somebody with a login and no rights."""
ADMIN, ADMINS_PASSWORD = "admin", "hush-admin"
PREFIX = "monitor"
LISTENERS = {"TLS": "SSL", "LOGIN": "SASL_SSL", "NAKED": "SASL_PLAINTEXT", "CONTROLLER": "SASL_PLAINTEXT"}
PLAIN = ("login", "naked", "controller")
RIGHTS = {
    ResourceType.TOPIC: ("READ", "WRITE", "CREATE", "DESCRIBE", "ALTER", "DESCRIBE_CONFIGS", "ALTER_CONFIGS"),
    ResourceType.GROUP: ("READ", "DESCRIBE"),
}
"""What monitor needs on topics and groups that begin with its prefix."""


class SecuredKafka(Kafka):
    """Kafka's own server as deploy/local has it, with other listeners."""

    variables = ("KAFKA_PORT", "KAFKA_CONTROLLER_PORT", "KAFKA_TLS_PORT", "KAFKA_NAKED_PORT")

    def __init__(self, settings: Settings, certificates: Certificates) -> None:
        super().__init__(settings)
        self.certificates = certificates

    @property
    def tls(self) -> str:
        """Where TLS alone is enough."""
        return f"{HOST}:{self.ports['KAFKA_TLS_PORT']}"

    @property
    def naked(self) -> str:
        """Where a login without TLS is taken."""
        return f"{HOST}:{self.ports['KAFKA_NAKED_PORT']}"

    def answers(self) -> bool:
        """Whether it names itself as a broker that is ready, over TLS."""
        context = ssl.create_default_context(cafile=str(self.certificates.authority))
        try:
            with (
                socket.create_connection((HOST, self.ports["KAFKA_TLS_PORT"]), timeout=2) as link,
                context.wrap_socket(link, server_hostname=HOST) as secured,
            ):
                return _brokers(secured) > 0
        except (OSError, struct.error):
            return False

    def _configure(self) -> None:
        super()._configure()
        (self.folder / "keystore.pem").write_text(self.certificates.chain)
        places = {
            "LOGIN": self.address,
            "TLS": self.tls,
            "NAKED": self.naked,
            "CONTROLLER": f"{HOST}:{self.ports['KAFKA_CONTROLLER_PORT']}",
        }
        outside = [f"{name}://{place}" for name, place in places.items() if name != "CONTROLLER"]
        plain = (
            "org.apache.kafka.common.security.plain.PlainLoginModule required "
            f'username="{ADMIN}" password="{ADMINS_PASSWORD}" user_{ADMIN}="{ADMINS_PASSWORD}" '
            f'user_{USER}="{PASSWORD}" user_{STRANGER}="{STRANGERS_PASSWORD}";'
        )
        own = {
            "listeners": ",".join(f"{name}://{place}" for name, place in places.items()),
            "advertised.listeners": ",".join(outside),
            "listener.security.protocol.map": ",".join(f"{one}:{kind}" for one, kind in LISTENERS.items()),
            "inter.broker.listener.name": "NAKED",
            "sasl.mechanism.inter.broker.protocol": "PLAIN",
            "sasl.mechanism.controller.protocol": "PLAIN",
            "sasl.enabled.mechanisms": "PLAIN",
            "listener.name.login.sasl.enabled.mechanisms": "PLAIN,SCRAM-SHA-512",
            "listener.name.login.scram-sha-512.sasl.jaas.config":
                "org.apache.kafka.common.security.scram.ScramLoginModule required;",
            "listener.name.login.scram-sha-512.connections.max.reauth.ms": "2000",
            **{f"listener.name.{one}.plain.sasl.jaas.config": plain for one in PLAIN},
            "ssl.keystore.type": "PEM",
            "ssl.keystore.location": "keystore.pem",
            "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "super.users": f"User:{ADMIN}",
        }  # fmt: skip
        with (self.folder / "server.properties").open("a") as file:  # what comes later holds
            file.writelines(f"{name}={value}\n" for name, value in own.items())

    def set_scram_password(self, password: str) -> None:
        """Have SCRAM take this password of the user from now on; logins hold for two seconds."""
        with self.as_admin() as admin:
            admin.alter_user_scram_credentials(
                [UserScramCredentialUpsertion(USER, "SCRAM-SHA-512", password)]
            )

    def as_admin(self) -> Any:
        """Connect as the one who may do everything; a context manager."""
        return KafkaAdminClient(
            bootstrap_servers=self.naked,
            security_protocol="SASL_PLAINTEXT",
            sasl_mechanism="PLAIN",
            sasl_plain_username=ADMIN,
            sasl_plain_password=ADMINS_PASSWORD,
        )


@contextmanager
def secured_kafka(folder: Path, certificates: Certificates) -> Iterator[SecuredKafka]:
    """Start a broker; the user may do what monitor needs, over TLS alone anybody may."""
    with running(SecuredKafka(settings(folder, SecuredKafka), certificates)) as server:
        server.set_scram_password(PASSWORD)
        with server.as_admin() as admin:
            admin.create_acls(
                [
                    ACL(
                        f"User:{who}", "*", ACLOperation[right], ACLPermissionType.ALLOW,
                        ResourcePattern(kind, PREFIX, ACLResourcePatternType.PREFIXED),
                    )
                    for who in (USER, "ANONYMOUS")
                    for kind, rights in RIGHTS.items()
                    for right in rights
                ]
            )  # fmt: skip
        yield server
