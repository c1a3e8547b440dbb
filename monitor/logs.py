"""Structured logs: coloured lines on a terminal, JSON lines otherwise; always to stderr.

One event for each finished unit of work (a feed polled, a batch matched, a delivery tried), with its outcome.
"""

import logging
import re
import sys
from typing import Any, Literal, TextIO

import structlog
from structlog.typing import EventDict

Format = Literal["auto", "console", "json"]
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
TRACEBACKS = ("exception", "stack")
"""The values that may have several lines."""

OUTAGE = ("Fetch to node", "Error sending produce request")
"""What kafka-python says of a broker that goes away, each time; whoever waits for it says that once more."""


def set_up(level: str, format_: Format = "auto", stream: TextIO | None = None) -> None:
    """Configure the process's logs. Called once, at the door."""
    out = sys.stderr if stream is None else stream
    as_json = format_ == "json" or (format_ == "auto" and not out.isatty())
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        *_marks(as_json=as_json),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = _Stderr() if stream is None else logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _visible,
                *_rendered(as_json=as_json, colors=out.isatty()),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    logging.raiseExceptions = False  # a closed stderr must not stop the service
    for noisy in ("apscheduler", "asyncio", "aiohttp", "watchfiles", "kafka"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    logging.getLogger("apscheduler.executors").setLevel(logging.ERROR)
    for endless in ("kafka.cluster", "kafka.coordinator", "kafka.net", "kafka.producer.producer_batch"):
        logging.getLogger(endless).setLevel(logging.CRITICAL)  # while a broker is away; our errors say so
    for useful in ("kafka.consumer.fetcher", "kafka.producer.sender"):  # such as: the log was cut short
        logging.getLogger(useful).addFilter(_no_outage)
    logging.getLogger("elastic_transport").setLevel(logging.ERROR)  # each failed try with a traceback


def _no_outage(record: logging.LogRecord) -> bool:
    return not any(words in str(record.msg) for words in OUTAGE)


class _Stderr(logging.StreamHandler[TextIO]):
    """Writes to what is standard error now: a progress bar puts itself in between for a while."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:  # type: ignore[override]
        """Return the present standard error."""
        return sys.stderr


def _marks(*, as_json: bool) -> list[structlog.types.Processor]:
    """Return what says when and where; people get less of it, for the line is short."""
    if not as_json:
        return [structlog.processors.TimeStamper(fmt="%Y-%m-%d %H:%M:%S", utc=True)]
    return [
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="@timestamp"),
    ]


def _visible(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Escape what would break a line, turn its direction, or command a terminal: the words are strangers'."""
    return {key: _escaped(value, key) for key, value in event.items()}


def _escaped(value: Any, key: str = "") -> Any:  # noqa: ANN401
    if isinstance(value, str):
        lines = value.split("\n") if key in TRACEBACKS else [value]
        return "\n".join(_UNSEEN.sub(lambda found: f"\\u{ord(found.group()):04x}", line) for line in lines)
    if isinstance(value, list | tuple):
        return [_escaped(one) for one in value]
    if isinstance(value, dict):
        return {name: _escaped(one) for name, one in value.items()}
    return value


def _rendered(*, as_json: bool, colors: bool) -> list[structlog.types.Processor]:
    # Neither shows local variables: there are passwords among them.
    if not as_json:
        plain = structlog.dev.plain_traceback
        return [structlog.dev.ConsoleRenderer(colors=colors, exception_formatter=plain, pad_event_to=20)]
    frames = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
    return [
        structlog.processors.EventRenamer("message"),
        structlog.processors.ExceptionRenderer(frames),
        structlog.processors.JSONRenderer(ensure_ascii=False),
    ]
