#!/usr/bin/env python3
"""A real Kafka and a real Elasticsearch on this machine, without containers: start, stop, kill, status."""

import argparse
import os
import sys

from localservers import lifecycle, settings
from localservers.elasticsearch import Elasticsearch
from localservers.kafka import Kafka
from localservers.process import say
from localservers.server import Server

KINDS: dict[str, type[Server]] = {"kafka": Kafka, "elasticsearch": Elasticsearch}
VARIABLES = """\
environment: KAFKA_PORT KAFKA_CONTROLLER_PORT ELASTICSEARCH_PORT ELASTICSEARCH_TRANSPORT_PORT,
KAFKA_MEMORY ELASTICSEARCH_MEMORY (512m), SERVERS_DEADLINE (120 s),
KAFKA_JAVA_HOME (17+), ES_JAVA_HOME (21+)"""


def main(arguments: list[str]) -> int:
    """Do what the arguments say; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="servers.py",
        description=__doc__,
        epilog=VARIABLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("action", choices=("start", "stop", "kill", "status"))
    parser.add_argument("server", nargs="*", metavar="kafka|elasticsearch", help="both, if none is named")
    asked = parser.parse_args(arguments)
    unknown = [name for name in asked.server if name not in KINDS]
    if unknown:
        parser.error(f"no server is called {unknown[0]}; there are {' and '.join(KINDS)}")
    try:
        return _do(asked.action, [name for name in KINDS if not asked.server or name in asked.server])
    except settings.TroubleError as trouble:
        say(str(trouble))
        return 1
    except KeyboardInterrupt:
        say("interrupted; `servers.py stop` ends what was started")
        return 130


def _do(action: str, names: list[str]) -> int:
    known = settings.read(os.environ)
    servers = [KINDS[name](known) for name in names]
    if action == "status":
        return 0 if lifecycle.status(servers) else 1
    {"start": lifecycle.start, "stop": lifecycle.stop, "kill": lifecycle.kill}[action](servers, known)
    if action == "start":
        for server in servers:
            print(server.name, server.address)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
