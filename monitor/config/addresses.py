"""The kinds of values that say where something is in the network."""

import re
from contextlib import suppress
from ipaddress import ip_address
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field
from pydantic import StrictInt as Whole

from monitor.articles.urls import LONGEST_HOST, web_url
from monitor.config.faults import fault
from monitor.config.values import not_from_environment
from monitor.config.words import printable

_LABEL = r"(?!-)[\w-]{1,63}(?<!-)"
_HOST_NAME = re.compile(rf"{_LABEL}(\.{_LABEL})*\.?")
_HOST_AND_PORT = re.compile(r"(?P<bracket>\[)?(?P<host>.+?)(?(bracket)\])(:(?P<port>[0-9]{1,5}))?")
PLACES = "localhost, 10.0.0.5 or feeds.lan:8080"
_ATOM = r"[^\s@<>,;:\"()\[\]\\.]+"
_ADDRESS = re.compile(rf"(?=.{{1,64}}@){_ATOM}(\.{_ATOM})*@({_LABEL}(\.{_LABEL})*)")


def _url(value: str) -> str:
    """Check a URL; the messages never repeat it, for it may hold a password."""
    example = "for example https://example.org/feed.xml"
    try:
        parts = urlsplit(value)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise fault("is not a usable address", example) from None
    if parts.scheme not in ("http", "https"):
        raise fault("must begin with https:// or http://", example)
    if not host or re.search(r"\s", value) or printable(value) != value:
        raise fault("is not a usable address", example)
    if "@" in parts.netloc:
        raise fault("must not hold a user or password", "for a feed, write them under `login`")
    if port == 0 or not _is_host(host):
        raise fault("is not a usable address", example)
    return value


def same_url(url: str) -> str | None:
    """Return a form of a URL that is equal for all spellings of one; ``None`` for what is no URL.

    Letters and punycode of a host are one, and so are characters and what stands for them in percent.
    """
    try:
        parts = urlsplit(url)
        netloc, _ = _in_ascii(parts.netloc), parts.port
    except ValueError:
        return None
    same = parts._replace(netloc=netloc, path=parts.path or "/", fragment="").geturl()
    return web_url(same) or same


def _in_ascii(netloc: str) -> str:
    """Return a host with its port as it is asked for, if it can be."""
    if netloc.isascii() or len(netloc) > LONGEST_HOST:
        return netloc.lower()
    from yarl import URL  # only now: it takes long to import, and few hosts have other letters

    with suppress(ValueError):
        return URL.build(scheme="https", authority=netloc).raw_authority
    return netloc


def _is_host(name: str) -> bool:
    """Return whether a text can be the name of a host, or its address without brackets."""
    try:
        return ip_address(name) is not None
    except ValueError:
        return len(name) <= 253 and _HOST_NAME.fullmatch(name) is not None


def is_place(value: str) -> bool:
    """Return whether a text is a host, alone or with a port."""
    if _is_host(value):  # an IPv6 address alone has colons, but no port
        return True
    found = _HOST_AND_PORT.fullmatch(value)
    return bool(found and _is_host(found["host"]) and 1 <= int(found["port"] or 1) <= 65_535)


def _host(value: str) -> str:
    """Check a host, alone or with a port."""
    if not is_place(value):
        raise fault("must be a host, or host:port", f"for example {PLACES}")
    return value.lower()


def _server(value: str) -> str:
    """Check a host that has its port elsewhere."""
    if not _is_host(value):
        raise fault(
            "must be the name or address of a host", "for example mail.example.org; its port is `port`"
        )
    return value


def _listen(value: str) -> str:
    """Check where something is listened for: a host and a port."""
    found = _HOST_AND_PORT.fullmatch(value)
    if not found or not found["port"] or not _is_host(found["host"]) or int(found["port"]) > 65_535:
        raise fault("must be an address of this machine and a port", "for example 127.0.0.1:8081")
    return value


def _place(value: str) -> str:
    """Check an address below which there are others."""
    if "?" in value or "#" in value:
        raise fault("must end with a path, without ? and #", "for example https://news.example.org/websub")
    return value


def split_listen(value: str) -> tuple[str, int]:
    """Return the host and the port of what ``Listen`` has checked."""
    host, _, port = value.rpartition(":")
    return host.strip("[]"), int(port)


def _address(value: str) -> str:
    if not _ADDRESS.fullmatch(value) or len(value) > 254:
        raise fault("must be an email address", "for example desk@example.org")
    return value


Url = Annotated[
    str,
    AfterValidator(not_from_environment),
    AfterValidator(_url),
    Field(json_schema_extra={"pattern": "^https?://"}),
]
Port = Annotated[Whole, Field(ge=1, le=65_535)]
Host = Annotated[str, AfterValidator(_host)]
Listen = Annotated[str, AfterValidator(_listen)]
BaseUrl = Annotated[Url, AfterValidator(_place)]
Server = Annotated[str, AfterValidator(_server)]
Address = Annotated[str, AfterValidator(_address), Field(json_schema_extra={"format": "email"})]
