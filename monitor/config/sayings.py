"""What to say of a value that pydantic refuses. Pure."""

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from monitor.config.document import Keys
from monitor.config.kinds import item_at, model_at
from monitor.config.nearest import did_you_mean
from monitor.config.values import written_size

Said = tuple[str, str]
"""What is wrong, going on after the name; and what to write."""

Context = Mapping[str, Any]
"""What pydantic says about the rule."""

_SHORT_WORD = re.compile(r"[\w-]{1,20}")
"""What may be repeated in a message."""
_KEY_AND_MORE = re.compile(r"([a-z_]{1,40})\s*[:=：](?!//)")
"""A line that was to be `key: value`, and is no address."""
_SWITCHES = {"yes": "true", "on": "true", "no": "false", "off": "false"}


class Setting(NamedTuple):
    """What is known of the setting with a wrong value."""

    path: Keys
    model: type[BaseModel]

    @property
    def field(self) -> FieldInfo | None:
        """The field of a model that it is."""
        owner = model_at(self.model, self.path[:-1]) if self.path else None
        return owner.model_fields.get(str(self.path[-1])) if owner else None

    @property
    def or_without(self) -> str:
        """What else to do, if the setting may be left out."""
        field = self.field
        return "" if field is None or field.is_required() else ", or take the line out"

    @property
    def entry(self) -> str:
        """How an entry begins, if it is a list of mappings."""
        inner = item_at(self.model, self.path)
        fields = inner.model_fields.items() if inner else ()
        return next((f"- {name}: ..." for name, field in fields if field.is_required()), "")

    @property
    def needed(self) -> str:
        """What an entry of a list cannot do without, if this is one and a mapping."""
        inner = model_at(self.model, self.path) if self.path and isinstance(self.path[-1], int) else None
        names = [
            f"`{name}: ...`"
            for name, field in (inner or BaseModel).model_fields.items()
            if field.is_required()
        ]
        return " and ".join(names)

    @property
    def example(self) -> str:
        """How it is written."""
        name, field = str(self.path[-1]), self.field
        if field is not None and field.examples:
            return f"`{name}: {field.examples[0]}`"
        return f"`{name}:` and below it `{self.entry}`" if self.entry else f"`{name}: ...`"


def _found(value: object) -> str:
    """Return what kind of thing was found, never the thing: it might be a secret in the wrong place."""
    kinds = {
        bool: "true or false",
        int: "a number",
        float: "a number",
        str: "text",
        dict: "a mapping",
        list: "a list",
    }
    return "found nothing" if value is None else f"found {kinds.get(type(value), 'something else')}"


def _text(value: object, _: Context, setting: Setting) -> Said:
    hint = "write it in quotes"
    if value is None:
        hint = f"write it{setting.or_without}"
    elif isinstance(value, dict):
        hint = "write one text; if it has `: ` in it, in quotes"
    elif isinstance(value, list):
        hint = "write one text; if it begins with `[`, in quotes"
    return f"must be text, {_found(value)}", hint


def _whole(value: object, _: Context, __: Setting) -> Said:
    hint = "write it in digits only, as 50"
    if isinstance(value, float):
        return "must be a whole number, found one with a point or an exponent", hint
    if isinstance(value, str) and value.isdigit():
        hint = "write it in digits, without quotes" if len(value) < 10 else "write a smaller one"
    return f"must be a whole number, {_found(value)}", hint


def _switch(value: object, _: Context, __: Setting) -> Said:
    word = value.lower() if isinstance(value, str) else ""
    hint = f"write {_SWITCHES[word]}" if word in _SWITCHES else "write true or false, without quotes"
    return f"must be true or false, {_found(value)}", hint


def _choice(value: object, context: Context, _: Setting) -> Said:
    expected = str(context.get("expected", "")).replace("'", "").replace(" or ", ", ").split(", ")
    if not isinstance(value, str):
        return f"must be one of {', '.join(expected)}, {_found(value)}", ""
    found = f"not `{value}`" if _SHORT_WORD.fullmatch(value) else _found(value)
    return f"must be one of {', '.join(expected)}, {found}", did_you_mean(value, expected)


def _mapping(value: object, _: Context, setting: Setting) -> Said:
    hint = "write lines of `key: value` below it"
    if isinstance(value, str) and (found := _KEY_AND_MORE.match(value)):
        hint = f"write `{found[1]}: ` with a colon and a space"
    elif setting.needed:
        hint = f"write it as {setting.needed}, each in a line"
    elif setting.path[:1] == ("entities",):
        hint = "write the terms by language, as `en: [word, two words]`"
    return f"must be a mapping, {_found(value)}", hint


def _list(value: object, _: Context, setting: Setting) -> Said:
    hint = f"begin each entry with `{setting.entry}`" if setting.entry else ""
    return f"must be a list, {_found(value)}", hint or "write [one, two], or a line `- one` for each"


def _least(value: object, context: Context, _: Setting) -> Said:
    return f"must be at least {_bound(context['ge'], value)}", "write a larger one"


def _most(value: object, context: Context, _: Setting) -> Said:
    return f"must be at most {_bound(context['le'], value)}", "write a smaller one"


def _bound(bound: object, value: object) -> str:
    """Return a bound as the user would write it: in units, if the value came with one."""
    return written_size(bound) if isinstance(bound, int) and isinstance(value, str) else str(bound)


def _empty(value: object, _: Context, setting: Setting) -> Said:
    hint = "write it" if isinstance(value, str) else "write at least one"
    return "is empty", hint + setting.or_without


def _long(_: object, context: Context, __: Setting) -> Said:
    return f"is longer than {context.get('max_length')} characters", "shorten it"


SAYINGS: Mapping[str, Callable[[object, Context, Setting], Said]] = {
    "string_type": _text,
    "string_unicode": _text,
    "path_type": _text,
    "int_type": _whole,
    "bool_type": _switch,
    "literal_error": _choice,
    "model_type": _mapping,
    "model_attributes_type": _mapping,
    "dict_type": _mapping,
    "mapping_type": _mapping,
    "tuple_type": _list,
    "greater_than_equal": _least,
    "less_than_equal": _most,
    "string_too_short": _empty,
    "too_short": _empty,
    "string_too_long": _long,
}
"""By the type of pydantic's error."""
