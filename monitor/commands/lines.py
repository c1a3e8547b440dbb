"""Results for programs: JSON, a line each."""

import json
from datetime import UTC, date, datetime
from typing import Any


def print_json(value: Any) -> None:  # noqa: ANN401
    """Print a value as one line of JSON."""
    print(json_line(value))


def json_line(value: Any) -> str:  # noqa: ANN401
    """Return a value as one line of JSON that encodes to UTF-8; half a surrogate pair stays an escape."""
    line = json.dumps(value, ensure_ascii=False, default=_plain, allow_nan=False)
    try:
        line.encode()
    except UnicodeEncodeError:
        return json.dumps(value, default=_plain)
    return line


def iso(moment: datetime) -> str:
    """Return an aware time as what is stored has it: ISO 8601 in UTC, with T and Z."""
    return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat()}Z"


def _plain(value: object) -> str:
    """Return what JSON has no type for."""
    if isinstance(value, datetime):
        return iso(value)
    return value.isoformat() if isinstance(value, date) else str(value)
