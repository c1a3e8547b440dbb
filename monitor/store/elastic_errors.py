"""What Elasticsearch's client says when something goes wrong, made ours: what it is, where, what to check."""

from collections.abc import Collection, Mapping

from elastic_transport import TlsError
from elasticsearch import ApiError, ConnectionTimeout, TransportError, UnsupportedProductError

from monitor.errors import MonitorError, PoisonError, StoreRefused, StoreUnavailable
from monitor.store.elastic_bulk import BLOCKED, blocked, reason_of

UNTRUSTED = "certificate verify failed"
HUNG_UP = "Connection aborted"
WHY_AWAY = {
    "Connection refused": "connection refused",
    "Failed to resolve": "no such host",
    "No route to host": "no route to host",
    HUNG_UP: "it hangs up",
}
"""What the client says of a server that is away, and that in few words."""
LATER = frozenset({404, 408, 409, 429})
"""What turns good by itself, of the answers that blame the request."""
RIGHTS = (
    "cluster: monitor, manage_index_templates; index {0}-*: create_index, create, write, read, "
    "delete_index, maintenance, view_index_metadata, monitor"
)


def translate(error: Exception, prefix: str, urls: Collection[str]) -> MonitorError:
    """Return our error for one of the client's."""
    if isinstance(error, UnsupportedProductError):
        return StoreUnavailable(
            f"what answers at {_at(urls)} is not Elasticsearch, perhaps a proxy: check elasticsearch.urls"
        )
    if not isinstance(error, ApiError):
        return _away(error, urls)
    status, reason = error.meta.status, _reason(error)
    if error.message == BLOCKED:
        return blocked(reason)
    if status == 401:
        return StoreRefused("Elasticsearch does not know us (401): check username and password, or api_key")
    if status == 403:
        rights = RIGHTS.format(prefix)
        return StoreRefused(f"Elasticsearch forbids it (403): {reason}. Check the rights: {rights}")
    if error.message == "media_type_header_exception":
        return StoreRefused(f"this Elasticsearch is too old, 9.0 is the oldest that will do: {reason}")
    if status in {400, 413}:
        return PoisonError(f"Elasticsearch does not take it ({status}): {reason}")
    if 400 < status < 500 and status not in LATER:
        return StoreRefused(f"Elasticsearch refuses ({status}): {reason}. Check elasticsearch.urls")
    return StoreUnavailable(f"Elasticsearch cannot do it now ({status}): {reason}")


def _away(error: Exception, urls: Collection[str]) -> MonitorError:
    """Return what to say of a server that gives no answer: where it should be, why, and what to check."""
    said = _first_line(error)
    if UNTRUSTED in said:
        return StoreRefused(f"{said}: check elasticsearch.ca_file and the names in elasticsearch.urls")
    if isinstance(error, ConnectionTimeout):
        why = "no answer in time"
    elif isinstance(error, TlsError):
        why = "it does not speak TLS as we do"
    else:
        why = next((words for sign, words in WHY_AWAY.items() if sign in said), said)
    tls = ", then http or https there" if isinstance(error, TlsError) or HUNG_UP in said else ""
    return StoreUnavailable(
        f"Elasticsearch cannot be reached at {_at(urls)} ({why}): check elasticsearch.urls{tls}, and whether "
        "it runs"
    )


def _at(urls: Collection[str]) -> str:
    return ", ".join(urls)


def _reason(error: ApiError) -> str:
    inner = error.body.get("error") if isinstance(error.body, Mapping) else None
    return reason_of(inner) if inner else _first_line(error)


def _first_line(error: Exception) -> str:
    text = str(error.message if isinstance(error, TransportError | ApiError) else error).strip()
    return text.partition("\n")[0][:300] or type(error).__name__
