"""Ports, memory and folders, from the environment."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

HOST = "127.0.0.1"
"""Nothing here listens anywhere else: the servers ask nobody for a password."""

SOURCES = Path(__file__).resolve().parent.parent
PORTS = {
    "KAFKA_PORT": 19092,
    "KAFKA_CONTROLLER_PORT": 19093,
    "ELASTICSEARCH_PORT": 19200,
    "ELASTICSEARCH_TRANSPORT_PORT": 19300,
}


class TroubleError(Exception):
    """What went wrong and what to do about it, in words for the person at the terminal."""


@dataclass(frozen=True, slots=True)
class Settings:
    """``ports`` by variable, ``memory`` of each Java heap by variable, ``folder`` for downloads and data."""

    ports: Mapping[str, int]
    memory: Mapping[str, str]
    folder: Path
    deadline: float


def read(environ: Mapping[str, str]) -> Settings:
    """Read every variable, or say which one is wrong."""
    ports = {name: _port(environ, name, default) for name, default in PORTS.items()}
    _refuse_shared(ports)
    memory = {name: _memory(environ, name) for name in ("KAFKA_MEMORY", "ELASTICSEARCH_MEMORY")}
    return Settings(ports, memory, SOURCES / ".servers", _seconds(environ, "SERVERS_DEADLINE", 120))


def _port(environ: Mapping[str, str], name: str, default: int) -> int:
    text = environ.get(name) or str(default)
    if not re.fullmatch(r"[0-9]{1,5}", text) or not 1 <= int(text) <= 65535:
        raise TroubleError(
            f"{name}={text}: a port is a number from 1 to 65535; set {name}, for example {default}"
        )
    return int(text)


def _refuse_shared(ports: Mapping[str, int]) -> None:
    seen: dict[int, str] = {}
    for name, port in ports.items():
        if port in seen:
            raise TroubleError(f"{seen[port]} and {name} are both {port}; set one of them to another port")
        seen[port] = name


def _memory(environ: Mapping[str, str], name: str) -> str:
    text = environ.get(name) or "512m"
    if not re.fullmatch(r"[1-9][0-9]*[mMgG]", text):
        raise TroubleError(
            f"{name}={text}: write megabytes or gigabytes, for example {name}=512m or {name}=1g"
        )
    return text


def _seconds(environ: Mapping[str, str], name: str, default: int) -> float:
    text = environ.get(name) or str(default)
    if not re.fullmatch(r"[1-9][0-9]{0,4}", text):
        raise TroubleError(f"{name}={text}: write seconds, for example {name}={default}")
    return float(text)
