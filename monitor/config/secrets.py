"""Secrets: taken from the environment or from files, never shown.

One that is written into the configuration itself is refused: it would go wherever the file is copied.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import (
    AfterValidator,
    BeforeValidator,
    InstanceOf,
    PlainSerializer,
    SecretStr,
    ValidationInfo,
    WithJsonSchema,
)

from monitor.config.faults import Context, fault
from monitor.config.paths import resolved
from monitor.config.reading import read_named
from monitor.config.words import UNPRINTABLE

MASK = "********"
REFERENCE = re.compile(r"\$\{([^}]*)\}")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_SLIP = re.compile(r"(?<!\S)(?:\$\{?|\$\(|%)([A-Z_][A-Z0-9_]+)[)%]?(?!\S)")
"""How other programs write ``${NAME}``, or one not closed. In small letters it may be the secret itself."""
_MAX_BYTES = 65_536
LITERAL = (
    "is written into the file, where others can read it",
    "write ${NAME}, and set NAME in the environment",
)


@dataclass(frozen=True, slots=True)
class FileSecret:
    """What a secret file holds; ``value`` is empty if secrets are not resolved."""

    path: Path
    value: SecretStr


def expand(text: str, env: Mapping[str, str]) -> str:
    """Return the text with each ``${NAME}`` replaced; the errors name the variable, never its value."""

    def value_of(reference: re.Match[str]) -> str:
        name = reference[1]
        if not _NAME.fullmatch(name):
            raise fault("has `${...}` around something that is no name", "write it as ${SMTP_PASSWORD}")
        value = env.get(name)
        if value:
            return value
        state = "not set" if value is None else "set, but empty"
        raise fault(
            f"takes ${{{name}}} from the environment, where it is {state}",
            f"set {name} and start monitor again",
        )

    return REFERENCE.sub(value_of, text)


def or_its_file(secret: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
    """Return the secret that was given directly or in a file, whose setting stands before it: ``..._file``.

    A validator for the fields of secrets, which need ``validate_default``.
    """
    other = f"{info.field_name}_file"
    file: FileSecret | None = info.data.get(other)
    if secret is not None and file is not None:
        raise fault(f"and `{other}` are both set", "keep one of the two")
    if file is None:
        return secret
    return file.value if file.value.get_secret_value() else None


def _secret(value: object, info: ValidationInfo) -> object:
    """Resolve a secret, which must come from the environment."""
    if isinstance(value, str) and value.strip() and not REFERENCE.search(value):
        _check_slips(value)
        raise fault(*LITERAL)
    return _value(value, info)


def _value(value: object, info: ValidationInfo) -> object:
    """Resolve a text that may be a secret, or have one in it, or be none at all."""
    if isinstance(value, SecretStr):
        return value  # from the environment already: a `${` in it is part of the secret
    if not isinstance(value, str):
        raise fault("must be text", "write it in quotes")
    _check_slips(value)
    context = resolving(info)
    return expand(value, context.env) if context else value


def resolving(info: ValidationInfo) -> Context | None:
    """Return what secrets are resolved with; nothing if they stay as they are written."""
    return info.context if isinstance(info.context, Context) and info.context.secrets else None


def _check_slips(text: str) -> None:
    if found := _SLIP.search(text):
        raise fault(
            "has a name from the environment that is not written as ${NAME}", f"write ${{{found[1]}}}"
        )


def _one_line(value: SecretStr) -> SecretStr:
    text = value.get_secret_value()
    if not text.strip():
        raise fault("is empty", "write ${NAME}, and set NAME in the environment")
    _check_line(text)
    return value


def _check_line(text: str) -> None:
    if "\n" in text or "\r" in text or UNPRINTABLE.search(text):
        raise fault("must be one line without control characters", "look for a stray line end in the secret")


def _file_secret(value: object, info: ValidationInfo) -> object:
    if isinstance(value, FileSecret):
        return value
    if not isinstance(value, str) or not value:
        raise fault("must be the path of a file, as text", "for example /run/secrets/smtp-password")
    path = resolved(Path(value), info)
    return FileSecret(path, _read(path) if resolving(info) else SecretStr(""))


def _read(path: Path) -> SecretStr:
    body = read_named(path, _MAX_BYTES, "write the secret into a file of its own")
    if len(body) > _MAX_BYTES:
        raise fault(
            "names a file that is too large for a secret", "the file holds the secret and nothing else"
        )
    try:
        text = body.decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError:
        raise fault("names a file that is not UTF-8", "save it again as UTF-8") from None
    if not text.strip():
        raise fault("names a file that is empty", "write the secret into it")
    _check_line(text)
    return SecretStr(text)


def _masked(_: SecretStr) -> str:
    return MASK


Secret = Annotated[
    SecretStr,
    BeforeValidator(_secret),
    AfterValidator(_one_line),
    PlainSerializer(_masked, return_type=str),
]
"""Text that is never shown; ``${NAME}`` in it is taken from the environment, and there must be one."""
MaybeSecret = Annotated[
    SecretStr,
    BeforeValidator(_value),
    AfterValidator(_one_line),
    PlainSerializer(_masked, return_type=str),
]
"""The same for what need not be a secret."""
SecretFile = Annotated[
    InstanceOf[FileSecret],
    BeforeValidator(_file_secret),
    PlainSerializer(lambda secret: str(secret.path), return_type=str),
    WithJsonSchema({"type": "string", "minLength": 1}),
]
"""The path of a file whose content is a secret."""
