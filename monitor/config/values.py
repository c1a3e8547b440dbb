"""The kinds of values that settings have: how each is written and checked."""

import re
from datetime import time, timedelta
from functools import cache
from typing import Annotated, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer, WithJsonSchema
from pydantic import StrictBool as Switch
from pydantic import StrictInt as Whole

from monitor.config.codes import COUNTRIES, LANGUAGES
from monitor.config.faults import fault
from monitor.config.nearest import did_you_mean

__all__ = ["Country", "Digest", "Duration", "Language", "Memory", "Name", "PositiveDuration", "Query", "Size"]
__all__ += ["Slug", "Switch", "Text", "TimeZone", "Whole"]

_SECONDS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86_400}
_DECADE = timedelta(days=3650)
_BYTES = {"B": 1, "KB": 1000, "MB": 1000**2, "GB": 1000**3}
_DURATION = r"^[0-9]{1,9}(ms|[smhd])$"
_SIZE = r"^[0-9]{1,12} ?([kKmMgG]?[bB])$"
_SLUG = r"^[a-z0-9]+([._-][a-z0-9]+)*$"
_DAILY = re.compile(r"daily at ([01]?[0-9]|2[0-3]):([0-5][0-9])")
_DIGEST = r"^(hourly|daily at ([01]?[0-9]|2[0-3]):[0-5][0-9])$"


def written_duration(value: timedelta) -> str:
    """Return a duration as settings write it: one day as 24h, else in the largest unit that divides it."""
    if value.microseconds:
        return f"{value // timedelta(milliseconds=1)}ms"
    seconds = int(value.total_seconds())
    units = "dhm" if seconds > _SECONDS["d"] else "hm"
    unit = next((unit for unit in units if seconds and seconds % _SECONDS[unit] == 0), "s")
    return f"{seconds // _SECONDS[unit]}{unit}"


def written_size(value: int) -> str:
    """Return a number of bytes as settings write it."""
    unit = next((unit for unit in ("GB", "MB", "KB") if value and value % _BYTES[unit] == 0), "B")
    return f"{value // _BYTES[unit]}{unit}"


def _duration(value: object) -> object:
    if isinstance(value, timedelta):
        return value
    if isinstance(value, str) and (found := re.search(_DURATION, value)):
        seconds = int(value[: found.start(1)]) * _SECONDS[found[1]]
        if seconds > _DECADE.total_seconds():
            raise fault(f"must be at most {written_duration(_DECADE)}", "write a smaller one")
        return timedelta(seconds=seconds)
    hint = "write a number and ms, s, m, h or d: 500ms, 30s, 15m, 24h, 90d"
    if type(value) is int and 0 < value < 1_000_000:
        hint = f"write the unit too: {value}s, {value}m, {value}h or {value}d"
    raise fault("must be a duration", hint)


def _positive(value: timedelta) -> timedelta:
    if value < timedelta(seconds=1):
        raise fault("must be at least 1s", "write a larger one")
    return value


def _size(value: object) -> object:
    if isinstance(value, str) and (found := re.search(_SIZE, value)):
        return int(value[: found.start(1)]) * _BYTES[found[1].upper()]
    raise fault("must be a size with its unit", "write a number and KB, MB or GB: 500KB, 15MB, 1GB")


def not_from_environment(value: str) -> str:
    """Check a text that no secret may stand in."""
    if "${" in value:
        raise fault("has `${`, but only secrets are taken from the environment", "write the text itself")
    return value


def _not_blank(value: str) -> str:
    if value and not value.strip():
        raise fault("is empty", "write it")
    return value


def _slug(value: str) -> str:
    if len(value) > 100 or not re.search(_SLUG, value):
        raise fault(
            "must be made of the letters a-z, digits, and single hyphens, dots or underscores between them",
            "for example north-korea-2",
        )
    return value


def _language(value: str) -> str:
    if value not in LANGUAGES:
        raise fault(
            "must be the ISO 639-1 code of a language",
            did_you_mean(value.lower(), LANGUAGES) or "en, ru, uk, ko, ...",
        )
    return value


def _country(value: str) -> str:
    if value not in COUNTRIES:
        raise fault(
            "must be the ISO 3166 code of a country, two capital letters",
            did_you_mean(value.upper(), COUNTRIES) or "for example KR, RU, UA, US",
        )
    return value


@cache
def _time_zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _time_zone(value: str) -> str:
    if value not in _time_zones():
        # Abbreviations and offsets are near to others that mean another time.
        hint = did_you_mean(value, _time_zones()) if re.search("[a-z]{3}", value) else ""
        raise fault("must be the name of a time zone", hint or "for example Europe/Kyiv or UTC")
    return value


def _digest(value: object) -> object:
    if value == "hourly" or isinstance(value, time):
        return value
    if isinstance(value, str) and (found := _DAILY.fullmatch(value)):
        return time(int(found[1]), int(found[2]))
    raise fault(
        "must be `hourly` or `daily at HH:MM`",
        "for example `digest: daily at 08:30`; without it alerts go out at once",
    )


def _written_digest(value: time | str) -> str:
    return f"daily at {value:%H:%M}" if isinstance(value, time) else value


_DurationSchema = WithJsonSchema(
    {"type": "string", "pattern": _DURATION, "examples": ["30s", "15m", "24h", "90d"]}
)
_SizeSchema = WithJsonSchema({"type": "string", "pattern": _SIZE, "examples": ["500KB", "15MB"]})
_WriteDuration = PlainSerializer(written_duration, return_type=str)
_WriteSize = PlainSerializer(written_size, return_type=str)

Duration = Annotated[timedelta, BeforeValidator(_duration), _WriteDuration, _DurationSchema]
"""A time that may be nothing."""
PositiveDuration = Annotated[Duration, AfterValidator(_positive)]
Size = Annotated[int, BeforeValidator(_size), Field(ge=1000, le=10**9), _WriteSize, _SizeSchema]
"""Bytes."""
Memory = Annotated[int, BeforeValidator(_size), Field(ge=64 * 10**6, le=10**11), _WriteSize, _SizeSchema]
"""Bytes that a process may use."""
Text = Annotated[
    str,
    Field(min_length=1, max_length=10_000),
    AfterValidator(not_from_environment),
    AfterValidator(_not_blank),
]
Name = Annotated[
    str, Field(max_length=1000), AfterValidator(not_from_environment), AfterValidator(_not_blank)
]
"""A text that may be empty."""
Query = Annotated[str, AfterValidator(not_from_environment)]
"""Its grammar is checked with everything else that must fit together, to show the place within it."""
Slug = Annotated[str, AfterValidator(_slug), Field(json_schema_extra={"pattern": _SLUG})]
Language = Annotated[str, AfterValidator(_language), Field(json_schema_extra={"enum": sorted(LANGUAGES)})]
Country = Annotated[str, AfterValidator(_country), Field(json_schema_extra={"enum": sorted(COUNTRIES)})]
TimeZone = Annotated[str, AfterValidator(_time_zone)]
Digest = Annotated[
    Literal["hourly"] | time,
    BeforeValidator(_digest),
    PlainSerializer(_written_digest, return_type=str),
    WithJsonSchema({"type": "string", "pattern": _DIGEST, "examples": ["hourly", "daily at 08:30"]}),
]
"""When a digest goes out: every full hour, or at a time of day."""
