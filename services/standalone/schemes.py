"""The commands ``innovoucher scheme …``: what an officer asks of a scheme file, without a server or a database."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

from services.chassis.problems import message
from services.chassis.refusals import Reason, Refusal
from services.standalone.installation import Unusable

FRONT_DOOR = "services.voucher.app"
"""Imported once a command is given: the whole service is behind it."""

scheme_app = typer.Typer(
    no_args_is_help=True, help="Scheme files: find faults, ask, try, compare, explain, begin next year's."
)

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
    typer.echo(_SOUND[lang].format(title=found.title[lang], scheme=found.scheme, effective=found.effective))


class _WithWords(TyperCommand):
    """A command whose help ends with the words that a case may use."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help, then every word with its meaning and form."""
        super().format_help(ctx, formatter)
        typer.echo("Words of a case:")
        for word, (form, meaning) in _door().MEANINGS.items():
            typer.echo(f"  {word:18}{meaning}: {form}")


Case = Annotated[str, typer.Option("--case", help="The case: a JSON object, @FILE to read one from, or - for stdin.")]


@scheme_app.command(cls=_WithWords)
def quote(file: File, case: Case, lang: Lang = Language.EN) -> None:
    """Ask a file what it answers to a case: the fields that apply, as JSON; 1 with a fault of the file or the case."""
    door, text = _door(), _text(file)
    with _telling(door, file, lang):
        answer = door.quote_scheme(text, _case(case))
    typer.echo(json.dumps(answer, ensure_ascii=False, indent=1))


def _case(said: str) -> str:
    if said == "-":
        return sys.stdin.read()
    return _text(Path(said[1:])) if said.startswith("@") else said


@scheme_app.command()
def simulate(
    file: File,
    holders: Annotated[Path, typer.Option(help="A CSV file of applicants; its first line names the columns.")],
    budget: Annotated[str | None, typer.Option(help="In the scheme's currency; without it, what all need.")] = None,
    picture: Annotated[Path | None, typer.Option("--chart", help="Where to write a picture (SVG).")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The table as JSON.")] = False,
    lang: Lang = Language.EN,
) -> None:
    """Try a file on applicants: when the budget runs dry, whom which rule refuses, what a point of rate costs."""
    door, text, lines = _door(), _text(file), _bytes(holders)
    with _telling(door, file, lang):
        tried = door.try_file(door.scheme_of(text), lines, budget=budget)
    rows = door.rows(tried, lang=lang)
    if picture is not None:
        picture.write_text(door.picture(tried, lang=lang), encoding="utf-8")
    if as_json:
        typer.echo(json.dumps([asdict(row) for row in rows], ensure_ascii=False, indent=1))
    for row in () if as_json else rows:
        typer.echo(f"{'' if row.applicants is None else row.applicants:>8} {row.amount or '':>16}  {row.what}")
    if tried.ignored:
        typer.echo(_UNREAD[lang].format(columns=", ".join(tried.ignored)), err=True)


@scheme_app.command()
def explain(file: File, lang: Lang = Language.EN) -> None:
    """Say what a file says in plain sentences, a paragraph for each section, each sentence with where it is written."""
    door, text = _door(), _text(file)
    with _telling(door, file, lang):
        told = door.explain_scheme(text, lang)
    typer.echo("\n\n".join(f"{paragraph.heading}\n{paragraph.text}" for paragraph in told))


@scheme_app.command()
def diff(
    before: File, after: Annotated[Path, typer.Argument(help="Another scheme file.")], lang: Lang = Language.EN
) -> None:
    """Say what changes from one file to another, for whom, rule by rule with the old and the new clause."""
    door, texts = _door(), {file: _text(file) for file in (before, after)}
    for file, text in texts.items():
        with _telling(door, file, lang):
            door.document_of(text)
    found = door.compare_schemes(texts[before], texts[after], lang)
    for one in found:
        typer.echo(f"{one.heading}{_FOR[lang].format(whom=one.whom)}")
        typer.echo(f"  - {one.before or _NOTHING[lang]}\n  + {one.after or _NOTHING[lang]}")
    typer.echo(_CHANGED[lang].format(count=len(found)))


@scheme_app.command(name="next")
def next_year(file: File, lang: Lang = Language.EN) -> None:
    """Begin next year's file: every date a question, figures kept and asked about, comments as they are."""
    door, text = _door(), _text(file)
    with _telling(door, file, lang):
        draft = door.begin_next_year(text)
    typer.echo(draft, nl=False)


_FOR = {"en": " (for {whom})", "zh-CN": "（{whom}）"}
_NOTHING = {"en": "(no such rule)", "zh-CN": "（无此规则）"}
_CHANGED = {"en": "{count} rules differ", "zh-CN": "共有{count}条规则不同"}
_UNREAD = {"en": "columns not read: {columns}", "zh-CN": "未读取的列：{columns}"}
_WARNING = {"en": "warning: ", "zh-CN": "注意："}
_SOUND = {
    "en": "ok: {title} ({scheme}, effective {effective})",
    "zh-CN": "无误：{title}（{scheme}，{effective}起生效）",
}


def _door() -> Any:
    return import_module(FRONT_DOOR)


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise Unusable(f"{file} cannot be read: {error}") from None


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise Unusable(f"{file} cannot be read: {error}") from None


@contextmanager
def _telling(door: Any, file: Path, lang: Language) -> Iterator[None]:
    """Tell every reason of a refusal, each with its place in the file where it has one, and end with 1."""
    try:
        yield
    except Refusal as refusal:
        for reason in refusal.reasons:
            place = f"{file}:{_place(reason)}: " if "line" in reason.numbers else ""
            typer.echo(f"{place}{_said(door, reason, lang)}", err=True)
        raise typer.Exit(1) from None


def _place(reason: Reason) -> str:
    return f"{reason.numbers['line']}:{reason.numbers['column']}"


def _said(door: Any, reason: Reason, lang: Language) -> str:
    """The sentence of a code without its line, which stands before it already."""
    problem = door.PROBLEMS.get(reason.code) or door.CHASSIS_PROBLEMS[reason.code]
    said = message(problem, reason, lang)
    return said.removeprefix(door.LINE_AND_COLUMN[lang].format(**reason.numbers)) if "line" in reason.numbers else said
