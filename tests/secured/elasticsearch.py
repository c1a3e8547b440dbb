"""An Elasticsearch that speaks TLS and wants a name and a password."""

import base64
import http.client
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from localservers.elasticsearch import HEALTH, Elasticsearch
from localservers.settings import HOST, Settings
from tests.own_servers import running, settings
from tests.secured.certificates import Certificates

USER, PASSWORD = "monitor", "hush-monitor"
STRANGER, STRANGERS_PASSWORD = "stranger", "hush-stranger"
"""Somebody with a login and no rights."""
PREFIX = "monitor"
RIGHTS = f"""
monitor:
  cluster: [monitor, manage_index_templates]
  indices:
    - names: ["{PREFIX}-*"]
      privileges: [create_index, create, write, read, delete_index, maintenance, view_index_metadata, monitor]
nobody:
  cluster: []
"""
HASHES = {
    USER: "$2a$04$abcdefghijklmnopqrstuuFZ7EPyIHAZvVBBj0y02KXDX0PfufaEy",
    STRANGER: "$2a$04$abcdefghijklmnopqrstuuir8EbZvvNeJT6lyJ9JR.JDSydWVfi6y",
}
"""bcrypt, as the file realm wants it."""
OWN = """
xpack.security.http.ssl.enabled: true
xpack.security.http.ssl.key: server.key
xpack.security.http.ssl.certificate: server.pem
xpack.security.transport.ssl.enabled: false
"""


class SecuredElasticsearch(Elasticsearch):
    """Elastic's own server as deploy/local has it, with security on."""

    def __init__(self, settings: Settings, certificates: Certificates) -> None:
        super().__init__(settings)
        self.certificates = certificates

    @property
    def address(self) -> str:
        """The URL that a client is given."""
        return f"https://{HOST}:{self.port}"

    def answers(self) -> bool:
        """Whether the cluster is ready for who logs in."""
        context = ssl.create_default_context(cafile=str(self.certificates.authority))
        link = http.client.HTTPSConnection(HOST, self.port, timeout=5, context=context)
        login = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        try:
            link.request("GET", HEALTH, headers={"authorization": f"Basic {login}"})
            return link.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            link.close()

    def _configure(self, shipped: Path) -> None:
        super()._configure(shipped)
        config = self.folder / "config"
        text = (config / "elasticsearch.yml").read_text()
        off = "xpack.security.enabled: false\n"
        assert off in text
        (config / "elasticsearch.yml").write_text(text.replace(off, "xpack.security.enabled: true\n") + OWN)
        for file in (self.certificates.key, self.certificates.certificate):
            (config / file.name).write_bytes(file.read_bytes())
        self.remember()
        (config / "users_roles").write_text(f"monitor:{USER}\nnobody:{STRANGER}\n")
        (config / "roles.yml").write_text(RIGHTS)

    def forget(self, user: str) -> None:
        """Let a user in no more; the server sees that within five seconds."""
        self._know({name: hashed for name, hashed in HASHES.items() if name != user})

    def remember(self) -> None:
        """Let every user in again."""
        self._know(HASHES)

    def _know(self, users: Mapping[str, str]) -> None:
        new = self.folder / "config" / "users.new"
        new.write_text("".join(f"{name}:{hashed}\n" for name, hashed in users.items()))
        new.replace(self.folder / "config" / "users")


@contextmanager
def secured_elasticsearch(folder: Path, certificates: Certificates) -> Iterator[SecuredElasticsearch]:
    """Start a server on which the user may do what monitor needs."""
    with running(SecuredElasticsearch(settings(folder, SecuredElasticsearch), certificates)) as server:
        yield server
