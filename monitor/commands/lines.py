"""Results for programs: JSON, a line each."""

import json
from datetime import date
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


def _plain(value: object) -> str:
    """Return what JSON has no type for; times as ISO 8601, with a T."""
    return value.isoformat() if isinstance(value, date) else str(value)
