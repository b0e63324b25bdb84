"""Writes docs/configuration.md from the settings of all services, or checks that the written one is current.

``python -m services.standalone.configuration [--check] docs/configuration.md``
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from types import NoneType
from typing import Any, get_args

from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings

from services.chassis import logging
from services.gateway.settings import Settings as GatewaySettings
from services.registry.settings import Settings as RegistrySettings
from services.standalone.cli import DEFAULT_HOST, DEFAULT_PORT, METRICS_PORT_NAMED_BY
from services.standalone.settings import FOLDER_NAMED_BY, StandaloneSettings
from services.voucher.settings import Settings as VoucherSettings

PROMETHEUS_ASKS = "Where Prometheus asks `run` (on this machine only) and `serve`; 0 is a free port."
OPENING = f"""# Configuration

Every setting is a variable of the environment, and what has no default may be left out. A secret may instead be a file
in the folder that `{FOLDER_NAMED_BY}` names, called like its variable in small letters; where both are there, the
variable wins. `make run` needs none of them: it makes its own secrets and keeps them in the data folder, master keys
and signing keys too unless their variables are set.

This page is written by `python -m services.standalone.configuration docs/configuration.md`, and a test compares it.
"""

SECTIONS: dict[str, type[BaseSettings]] = {
    "One machine: `innovoucher run`, `migrate`, `audit` and the other commands": StandaloneSettings,
    "The gateway: `innovoucher serve gateway`": GatewaySettings,
    "The registry: `innovoucher serve registry`": RegistrySettings,
    "The voucher service: `innovoucher serve voucher`": VoucherSettings,
}
EVERYWHERE = f"""## Every command and every service

{{head}}
| `{FOLDER_NAMED_BY}` | folder |  |  | Where secrets lie, each in a file; none when it is not set. |
| `{logging.LEVEL_NAMED_BY}` | {" or ".join(logging.LEVELS)} | `info` |  | Log from here on; requests are `info`. |
| `{METRICS_PORT_NAMED_BY}` | number ≥ 0 ≤ 65535 |  |  | {PROMETHEUS_ASKS} |
| `--host` | text | `{DEFAULT_HOST}` |  | Where `run` and `serve` listen. An option of the command, and no variable. |
| `--port` | number | `{DEFAULT_PORT}` |  | Its port, likewise; unasked, `run` takes a free one when this is taken. |"""
HEAD = "| variable | is | default | secret | meaning |\n|---|---|---|---|---|"
WORDS: dict[Any, str] = {
    int: "number",
    float: "number",
    bool: "yes or no",
    Path: "folder",
}
SIGNS = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<"}


def page() -> str:
    """The whole page."""
    sections = (f"## {title}\n\n{HEAD}\n" + "\n".join(_rows(settings)) for title, settings in SECTIONS.items())
    return "\n\n".join([OPENING.rstrip(), EVERYWHERE.format(head=HEAD), *sections]) + "\n"


def _rows(settings: type[BaseSettings]) -> Iterator[str]:
    prefix = settings.model_config.get("env_prefix", "")
    for name, field in settings.model_fields.items():
        kind = _kind(field)
        cells = (
            f"`{prefix}{name}`".upper(),
            " ".join([WORDS.get(kind, "text"), *_limits(field)]),
            _default(field),
            "yes" if kind is SecretStr else "",
            field.description or "",
        )
        yield f"| {' | '.join(cells)} |"


def _kind(field: FieldInfo) -> Any:
    """The type of its values, where they may also be left out."""
    kinds = [one for one in get_args(field.annotation) if one is not NoneType]
    return kinds[0] if kinds else field.annotation


def _limits(field: FieldInfo) -> Iterator[str]:
    for limit in field.metadata:
        for name, sign in SIGNS.items():
            if hasattr(limit, name):
                yield f"{sign} {getattr(limit, name)}"


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "must be set"
    return (
        ""
        if field.default is None
        else f"`{str(field.default).lower() if field.annotation is bool else field.default}`"
    )


def main(words: list[str]) -> int:
    """Exit code 1 when the written page is not what the settings say now."""
    check = "--check" in words
    files = [Path(word) for word in words if word != "--check"]
    if len(files) != 1:
        print("usage: python -m services.standalone.configuration [--check] FILE", file=sys.stderr)
        return 2
    if not check:
        files[0].write_text(page(), encoding="utf-8")
        return 0
    if files[0].exists() and files[0].read_text(encoding="utf-8") == page():
        return 0
    remedy = f"write it with `python -m services.standalone.configuration {files[0]}`"
    print(f"{files[0]} is not what the settings say: {remedy}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
