"""Hands saved objects to a Kibana: one request, and its answer read closely.

Kibana answers 200 also where it took nothing: what counts is what the answer says of each object.
"""

import json
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from monitor.changes import Became, Change
from monitor.errors import MonitorError, Unavailable, UsageError
from monitor.kibana.panels import Json
from monitor.kibana.saved import line

FILE = "monitor.ndjson"
"""What the file is called in the request: Kibana looks at its ending."""
LARGEST = 4 << 20
"""Bytes of an answer that are read at most."""
KINDS = {"index-pattern": "data view", "search": "saved search", "dashboard": "dashboard"}
"""What people call the types of saved objects."""
_CHECK = "check kibana.url"


@dataclass(frozen=True, slots=True)
class KibanaAccess:
    """Where a Kibana is and who we are there: a key, or a name and a password, or nobody."""

    url: str
    space: str | None = None
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    api_key: str | None = field(default=None, repr=False)
    ca_file: str | None = None
    timeout: float = 30.0
    """Seconds that the answer may take."""

    @property
    def import_url(self) -> str:
        """Return where saved objects are imported."""
        space = f"/s/{self.space}" if self.space else ""
        return f"{self.url.rstrip('/')}{space}/api/saved_objects/_import?overwrite=true"

    def headers(self) -> dict[str, str]:
        """Return the headers that Kibana wants to see."""
        headers = {"kbn-xsrf": "true"}
        if self.api_key is not None:
            headers["Authorization"] = f"ApiKey {self.api_key}"
        elif self.username is not None:
            headers["Authorization"] = aiohttp.encode_basic_auth(self.username, self.password or "", "utf-8")
        return headers


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of each object; ``refused`` names those that Kibana did not take, with its reason."""

    changes: tuple[Change, ...]
    refused: tuple[str, ...] = ()


def name_of(saved: Json) -> str:
    """Return what people call a saved object."""
    attributes = saved["attributes"]
    return f"{KINDS[saved['type']]} {attributes.get('name') or attributes['title']}"


async def import_objects(access: KibanaAccess, objects: Sequence[Json]) -> Imported:
    """Write the objects, over those of the same ids.

    Raises ``Unavailable`` if no Kibana answers, and ``MonitorError`` if it will not have us; no error
    repeats a secret. A redirect is not followed: the new place is not the one that was configured.
    """
    form = aiohttp.FormData()
    body = "".join(line(one) for one in objects).encode()
    form.add_field("file", body, filename=FILE, content_type="application/ndjson")
    timeout = aiohttp.ClientTimeout(total=access.timeout)
    try:
        async with (
            aiohttp.ClientSession(
                connector=_connector(access), cookie_jar=aiohttp.DummyCookieJar()
            ) as session,
            session.post(
                access.import_url,
                data=form,
                headers=access.headers(),
                allow_redirects=False,
                timeout=timeout,
            ) as response,
        ):
            text = (await _read(response)).decode(errors="replace")
            where = response.headers.get("Location", "")
    except TimeoutError as error:
        raise Unavailable(f"Kibana does not answer within {access.timeout:g} s") from error
    except aiohttp.InvalidURL as error:
        raise UsageError("Kibana's address is not usable: check kibana.url") from error
    except (aiohttp.ClientError, OSError) as error:
        raise Unavailable(
            f"Kibana does not answer ({type(error).__name__}): start it, or {_CHECK}"
        ) from error
    return judge(response.status, where, text, objects)


async def _read(response: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > LARGEST:
            break
    return bytes(body)


def judge(status: int, location: str, text: str, objects: Sequence[Json]) -> Imported:
    """Return what an answer means; raise as ``import_objects`` does. Pure."""
    if 300 <= status < 400:
        raise MonitorError(
            f"Kibana sends us on to {urlsplit(location).path or 'another place'} ({status}): {_CHECK}, "
            "and that username and password, or api_key, are set"
        )
    if status == 401:
        raise MonitorError("Kibana does not know us (401): check username and password, or api_key")
    if status == 403:
        raise MonitorError(
            f"Kibana forbids it (403){_told(text)}: the role needs Saved Objects Management in this space"
        )
    if status == 404:
        raise MonitorError(f"Kibana has no such address (404): {_CHECK}, its base path, and kibana.space")
    if status == 429 or status >= 500:
        raise Unavailable(f"Kibana cannot do it now ({status}){_told(text)}: try again")
    answer = _object(text)
    if status != 200 and answer is not None:
        raise MonitorError(f"Kibana does not take the objects ({status}){_told(text)}")
    if answer is None or not isinstance(answer.get("success"), bool):
        raise MonitorError(
            f"what answers is not Kibana ({status}): a login page or a proxy, perhaps; {_CHECK}"
        )
    return _imported(answer, objects)


def _imported(answer: Mapping[str, Any], objects: Sequence[Json]) -> Imported:
    """Return what the answer says of each object; without a word on it, only a whole success counts."""
    results = {_key(one): one for one in _items(answer, "successResults")}
    errors = {_key(one): _reason(one) for one in _items(answer, "errors")}
    whole = answer["success"] and answer.get("successCount") == len(objects)
    changes, refused = [], []
    for saved in objects:
        name, key = name_of(saved), _key(saved)
        if key in errors:
            refused.append(f"{name}: {errors[key]}")
        elif key in results and not results[key].get("overwrite"):
            changes.append(Change(name, Became.CREATED))
        elif key in results or whole:
            changes.append(Change(name, Became.UPDATED))
        else:
            refused.append(f"{name}: Kibana does not say that it took it")
    ours = {_key(saved) for saved in objects}
    refused += [f"{' '.join(key)}: {reason}" for key, reason in errors.items() if key not in ours]
    return Imported(tuple(changes), tuple(refused))


def _key(one: Mapping[str, Any]) -> tuple[str, str]:
    return str(one.get("type")), str(one.get("id"))


def _items(answer: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    items = answer.get(name)
    return [one for one in items if isinstance(one, Mapping)] if isinstance(items, list) else []


def _reason(failed: Mapping[str, Any]) -> str:
    """Return why an object was not taken, in Kibana's own words."""
    error = failed.get("error")
    if not isinstance(error, Mapping):
        return "no reason given"
    lacks = ", ".join(" ".join(_key(one)) for one in _items(error, "references"))
    parts = (error.get("type"), error.get("message"), lacks and f"it refers to {lacks}")
    return "; ".join(str(part) for part in parts if part) or "no reason given"


def _told(text: str) -> str:
    """Return what an answer says in its own words, if it says anything that is meant for people."""
    message = (_object(text) or {}).get("message")
    return f": {str(message)[:300]}" if message else ""


def _object(text: str) -> Mapping[str, Any] | None:
    try:
        answer = json.loads(text)
    except ValueError:
        return None
    return answer if isinstance(answer, Mapping) else None


def _connector(access: KibanaAccess) -> aiohttp.TCPConnector:
    if access.ca_file is None:
        return aiohttp.TCPConnector()
    return aiohttp.TCPConnector(ssl=ssl.create_default_context(cafile=access.ca_file))
