"""The commands ``innovoucher scheme …``: what an officer asks of a scheme file, without a server or a database."""

from __future__ import annotations

from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer

from services.chassis.problems import message
from services.chassis.refusals import Reason
from services.standalone.installation import Unusable

FRONT_DOOR = "services.voucher.app"
"""Imported once a command is given: the whole service is behind it."""

scheme_app = typer.Typer(no_args_is_help=True, help="Scheme files: find faults, compare, explain, begin next year's.")

File = Annotated[Path, typer.Argument(help="A scheme file.")]


class Language(StrEnum):
    """In which language a file is spoken of."""

    EN = "en"
    ZH = "zh-CN"


Lang = Annotated[Language, typer.Option("--lang", help="The language of what is told.")]


@scheme_app.command()
def check(file: File, lang: Lang = Language.EN) -> None:
    """Find every fault of a file, each with its line and column, and what nobody has published; 1 with a fault."""
    door, text = _door(), _text(file)
    found = door.check_scheme(text)
    for reason in found.faults:
        typer.echo(f"{file}:{_place(reason)}: {_said(door, reason, lang)}")
    if found.faults:
        raise typer.Exit(1)
    for reason in found.warnings:
        typer.echo(f"{file}:{_place(reason)}: {_WARNING[lang]}{_said(door, reason, lang)}")
    typer.echo(f"ok: {found.title[lang]} ({found.scheme}, {_FROM[lang]} {found.effective})")


_WARNING = {"en": "warning: ", "zh-CN": "注意："}
_FROM = {"en": "effective", "zh-CN": "生效日期"}


def _door() -> Any:
    return import_module(FRONT_DOOR)


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise Unusable(f"{file} cannot be read: {error}") from None


def _place(reason: Reason) -> str:
    return f"{reason.numbers['line']}:{reason.numbers['column']}"


def _said(door: Any, reason: Reason, lang: Language) -> str:
    """The sentence of a code without its line, which stands before it already."""
    problem = door.PROBLEMS.get(reason.code) or door.CHASSIS_PROBLEMS[reason.code]
    return message(problem, reason, lang).removeprefix(door.LINE_AND_COLUMN[lang].format(**reason.numbers))
