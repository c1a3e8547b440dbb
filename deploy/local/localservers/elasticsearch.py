"""Elasticsearch: one node, security off."""

import http.client
import json
import os
import shutil
import subprocess
from pathlib import Path

from localservers import java, maven
from localservers.server import Launch, Server
from localservers.settings import HOST, SOURCES, TroubleError

HEALTH = "/_cluster/health?wait_for_status=yellow&timeout=1s"
OTHER_USERS = (
    ("unshare", "-U", "--map-user=1000", "--map-group=1000"),
    # Where user namespaces are forbidden, as in many containers. The capability opens folders that are
    # root's, and the secure bit makes access(2), which Java asks first, take account of it.
    ("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--securebits=+no_setuid_fixup",
     "--inh-caps=+dac_override", "--ambient-caps=+dac_override"),
)  # fmt: skip
"""Elasticsearch refuses to run as root. These let root start it as somebody else."""


class Elasticsearch(Server):
    """The store in cluster mode."""

    name = "elasticsearch"
    variables = ("ELASTICSEARCH_PORT", "ELASTICSEARCH_TRANSPORT_PORT")
    memory_variable = "ELASTICSEARCH_MEMORY"

    @property
    def address(self) -> str:
        """The URL that a client is given."""
        return f"http://{HOST}:{self.port}"

    def answers(self) -> bool:
        """Whether the cluster is yellow or green: every index can be read and written."""
        link = http.client.HTTPConnection(HOST, self.port, timeout=5)
        try:
            link.request("GET", HEALTH)
            answer = link.getresponse()
            health = json.loads(answer.read(65536))
        except (OSError, http.client.HTTPException, ValueError):
            return False
        finally:
            link.close()
        return (
            answer.status == 200 and isinstance(health, dict) and health.get("status") in {"yellow", "green"}
        )

    def prepare(self) -> Launch:
        """Install it and write its settings."""
        if os.pathsep in str(self.folder):
            raise TroubleError(f"Elasticsearch cannot run in a path with a colon; move the clone: {SOURCES}")
        home = java.find("Elasticsearch", 21, "ES_JAVA_HOME")
        unpacked = maven.install("elasticsearch", "unpack-dependencies", "", "132 MB", self.settings.folder)
        program = unpacked / unpacked.name
        self._configure(program / "config")
        environ = {
            **{name: value for name, value in os.environ.items() if name != "ES_TMPDIR"},
            "ES_JAVA_HOME": str(home),
            "ES_PATH_CONF": str(self.folder / "config"),
        }
        return Launch([*self._other_user(), program / "bin" / "elasticsearch"], self.folder, environ)

    def _configure(self, shipped: Path) -> None:
        config = self.folder / "config"
        shutil.copytree(shipped, config, dirs_exist_ok=True)
        for name in ("data", "logs"):
            (self.folder / name).mkdir(exist_ok=True)
        sources = SOURCES / "elasticsearch"
        shutil.copyfile(sources / "log4j2.properties", config / "log4j2.properties")
        # a heap of one size, and no garbage collector's log
        heap = f"-Xms{self.memory}\n-Xmx{self.memory}\n-Xlog:disable\n-Xlog:all=warning:stderr\n"
        (config / "jvm.options.d" / "local.options").write_text(heap, "utf-8")
        own: dict[str, int | str | list[str]] = {
            "http.port": self.port,
            "transport.port": self.ports["ELASTICSEARCH_TRANSPORT_PORT"],
            "path.data": [str(self.folder / "data")],  # a list, for a bare path would be split at its commas
            "path.logs": str(self.folder / "logs"),
        }
        text = (sources / "elasticsearch.yml").read_text("utf-8")
        text += "\n" + "".join(f"{key}: {json.dumps(value)}\n" for key, value in own.items())
        (config / "elasticsearch.yml").write_text(text, "utf-8")

    def _other_user(self) -> tuple[str, ...]:
        if os.geteuid() != 0:
            return ()
        for prefix in OTHER_USERS:
            if shutil.which(prefix[0]) and self._works(prefix):
                return prefix
        raise TroubleError(
            "Elasticsearch refuses to run as root, and neither `unshare -U` nor `setpriv` (both in the "
            "package util-linux) can start it as another user here. Run this as an ordinary user."
        )

    def _works(self, prefix: tuple[str, ...]) -> bool:
        data = self.folder / "data"
        try:
            done = subprocess.run(
                [*prefix, "sh", "-c", 'test -w "$1" && : >"$1/.probe"', "sh", data],
                capture_output=True,
                timeout=20,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            return False
        (data / ".probe").unlink(missing_ok=True)
        return done.returncode == 0
