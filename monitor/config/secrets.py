"""Secrets: taken from the environment or from files, never shown."""

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

from monitor.config.document import UNPRINTABLE
from monitor.config.faults import Context, fault

MASK = "********"
REFERENCE = re.compile(r"\$\{([^}]*)\}")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_MAX_BYTES = 65_536


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


def either(secret: SecretStr | None, file: FileSecret | None, other: str) -> SecretStr | None:
    """Return the secret that was given directly or in a file; ``other`` is the name of the file's setting."""
    if secret is not None and file is not None:
        raise fault(f"and `{other}` are both set", "keep one of the two")
    if file is None:
        return secret
    return file.value if file.value.get_secret_value() else None


def _secret(value: object, info: ValidationInfo) -> object:
    if isinstance(value, SecretStr):
        return value  # from the environment already: a `${` in it is part of the secret
    if not isinstance(value, str):
        raise fault("must be text", "write it in quotes")
    if isinstance(info.context, Context) and info.context.secrets:
        return expand(value, info.context.env)
    return value


def _one_line(value: SecretStr) -> SecretStr:
    text = value.get_secret_value()
    if not text:
        raise fault("is empty", "write ${NAME}, and set NAME in the environment")
    if "\n" in text or "\r" in text or UNPRINTABLE.search(text):
        raise fault("must be one line without control characters", "look for a stray line end in the secret")
    return value


def _file_secret(value: object, info: ValidationInfo) -> object:
    if isinstance(value, FileSecret):
        return value
    if not isinstance(value, str) or not value:
        raise fault("must be the path of a file, as text", "for example /run/secrets/smtp-password")
    if not isinstance(info.context, Context):
        return FileSecret(Path(value), SecretStr(""))
    path = info.context.folder / value
    return FileSecret(path, _one_line(_read(path)) if info.context.secrets else SecretStr(""))


def _read(path: Path) -> SecretStr:
    try:
        with path.open("rb") as file:
            body = file.read(_MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not a path"
        raise fault(
            f"names a file that cannot be read ({reason})", "check the path and its permissions"
        ) from None
    if len(body) > _MAX_BYTES:
        raise fault(
            "names a file that is too large for a secret", "the file holds the secret and nothing else"
        )
    try:
        return SecretStr(body.decode("utf-8").rstrip("\r\n"))
    except UnicodeDecodeError:
        raise fault("names a file that is not UTF-8", "save it again as UTF-8") from None


def _masked(_: SecretStr) -> str:
    return MASK


Secret = Annotated[
    SecretStr,
    BeforeValidator(_secret),
    AfterValidator(_one_line),
    PlainSerializer(_masked, return_type=str),
]
"""Text that is never shown; ``${NAME}`` in it is taken from the environment."""
SecretFile = Annotated[
    InstanceOf[FileSecret],
    BeforeValidator(_file_secret),
    PlainSerializer(lambda secret: str(secret.path), return_type=str),
    WithJsonSchema({"type": "string", "minLength": 1}),
]
"""The path of a file whose content is a secret."""
