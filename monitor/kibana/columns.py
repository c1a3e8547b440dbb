"""The columns of Lens: what a panel counts or measures, and what it groups by."""

from typing import Any, TypeAlias

Column: TypeAlias = dict[str, Any]
"""As Lens keeps it."""
VALUE = "value"
"""The id of a panel's first measure, by which groups are ordered."""


def count(label: str) -> Column:
    """Count documents."""
    return _measure("count", "___records___", label, {"emptyAsNull": False})


def unique(field: str, label: str) -> Column:
    """Count the different values of a field, roughly if there are thousands."""
    return _measure("unique_count", field, label, {"emptyAsNull": False})


def most(field: str, label: str) -> Column:
    """Take the largest value of a number."""
    return _measure("max", field, label, {"emptyAsNull": False})


def last(field: str, label: str) -> Column:
    """Take a number's value in the latest document."""
    return _measure("last_value", field, label, {"sortField": "@timestamp", "showArrayValues": False})


def over_time() -> Column:
    """Group by time, in steps that fit the range that is looked at."""
    return {
        "operationType": "date_histogram",
        "sourceField": "@timestamp",
        "dataType": "date",
        "isBucketed": True,
        "scale": "interval",
        "label": "@timestamp",
        "params": {"interval": "auto", "includeEmptyRows": True, "dropPartials": False},
    }


def top(field: str, label: str, size: int = 10, *, others: bool = False) -> Column:
    """Group by the values of a field that have the largest ``VALUE``; ``others`` sums up the rest."""
    return {
        "operationType": "terms",
        "sourceField": field,
        "dataType": "string",
        "isBucketed": True,
        "scale": "ordinal",
        "label": label,
        "customLabel": True,
        "params": {
            "size": size,
            "orderBy": {"type": "column", "columnId": VALUE},
            "orderDirection": "desc",
            "otherBucket": others,
            "missingBucket": False,
            "parentFormat": {"id": "terms"},
            "include": [],
            "exclude": [],
            "includeIsRegex": False,
            "excludeIsRegex": False,
        },
    }


def _measure(operation: str, field: str, label: str, params: dict[str, Any]) -> Column:
    return {
        "operationType": operation,
        "sourceField": field,
        "dataType": "number",
        "isBucketed": False,
        "scale": "ratio",
        "label": label,
        "customLabel": True,
        "params": params,
    }
