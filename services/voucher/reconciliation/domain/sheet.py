"""Decides what a statement file says: read strictly by its profile, with every fault of every line told at once.

Full-width digits and signs are read as the plain ones they mean. An amount is plain digits with an optional dot: a
thousands separator is refused, never guessed, as everywhere in the house.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from services.chassis.refusals import Reason, Refusal, refuse_all
from services.standards.money import AmountFault, Fen, parse_amount
from services.standards.printed import compact
from services.voucher.reconciliation.domain.movement import Movement
from services.voucher.reconciliation.domain.profiles import COLUMNS, HEAD, Profile

LONGEST = 500
"""Characters of one cell."""

LARGEST: Fen = 10**15
"""The largest movement, in minor units: more than any treasury has to pay out."""

MOST_FAULTS = 200
"""Faults told of one file; the others are found when these are mended."""

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}|\d{8}", re.ASCII)
_UNREAD = date.min
_Read = TypeVar("_Read")


@dataclass(frozen=True, slots=True)
class Expected:
    """What the file must be about: the account's number and currency, and the local date on which it is read."""

    account: str
    currency: str
    today: date


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file as read: its period with both its days, the balances at its two ends in fen, its movements in order."""

    from_on: date
    until_on: date
    opening: int
    closing: int
    movements: tuple[Movement, ...]


@dataclass(slots=True)
class _Reader:
    """Reads cell after cell and gathers what is wrong; what cannot be read gives the value to go on with.

    An empty cell above the lines is told as missing, and no more.
    """

    profile: Profile
    currency: str
    faults: list[Reason] = field(default_factory=list)

    def fault(self, code: str, pointer: str, **numbers: str | int) -> None:
        self.faults.append(Reason(code, rule=f"statement.{self.profile.name}", pointer=pointer, numbers=numbers))

    def read(self, how: Callable[[str], _Read], cell: str, pointer: str, otherwise: _Read) -> _Read:
        try:
            return how(cell)
        except AmountFault as wrong:
            self.fault(wrong.code, pointer)
        except ValueError as wrong:
            self.fault(str(wrong), pointer, given=cell[:40])
        return otherwise

    def day(self, cell: str, pointer: str) -> date:
        return self.read(_day, cell, pointer, _UNREAD) if cell else _UNREAD

    def balance(self, cell: str, pointer: str) -> int:
        return self.read(lambda text: _balance(text, self.currency), cell, pointer, 0) if cell else 0

    def refuse(self) -> None:
        refuse_all(self.faults[:MOST_FAULTS])


def read(content: bytes, profile: Profile, expected: Expected) -> Sheet:
    """Read a file; Refusal of all that is wrong with it: each code is `statement.…`, or `amount.…` for an amount."""
    rows = _rows(content, profile)
    blank = next((place for place, row in enumerate(rows) if not any(row)), len(rows))
    body = rows[blank + 1 :]
    if not body or _trimmed(body[0]) != list(profile.columns):
        raise Refusal("statement.columns", pointer="/columns", numbers={"columns": ",".join(profile.columns)})
    reader = _Reader(profile, expected.currency)
    head = _head(reader, rows[:blank])
    _about(reader, head, expected)
    lines = [row for row in body[1:] if any(row)]
    sheet = Sheet(
        from_on=reader.day(head["from"], "/from"),
        until_on=reader.day(head["until"], "/until"),
        opening=reader.balance(head["opening"], "/opening"),
        closing=reader.balance(head["closing"], "/closing"),
        movements=tuple(_movement(reader, row, f"/lines/{number}") for number, row in enumerate(lines, start=1)),
    )
    _period(reader, sheet, expected.today)
    reader.refuse()
    return sheet


def _rows(content: bytes, profile: Profile) -> list[list[str]]:
    try:
        text = content.decode(profile.encoding)
        return [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text, newline=""), strict=True)]
    except (UnicodeDecodeError, csv.Error) as error:
        raise Refusal("statement.unreadable", numbers={"profile": profile.name, "why": str(error)[:200]}) from error


def _trimmed(row: Sequence[str]) -> list[str]:
    """A row without the empty cells at its end, which spreadsheets add."""
    cells = list(row)
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _head(reader: _Reader, rows: Sequence[Sequence[str]]) -> dict[str, str]:
    """What stands above the lines, by the names of `HEAD`; what is missing is empty."""
    names = dict(zip(reader.profile.head, HEAD, strict=True))
    found: dict[str, str] = {}
    for row in rows:
        word, value = (*_trimmed(row), "")[:2]
        name = names.get(word)
        if name is None or name in found or len(_trimmed(row)) > 2:
            reader.fault("statement.head_unknown", "/", word=word[:40])
        if name is not None:
            found[name] = value
    for word, name in names.items():
        if not found.get(name):
            reader.fault("statement.head_missing", f"/{name}", word=word)
    return {name: found.get(name, "") for name in HEAD}


def _about(reader: _Reader, head: dict[str, str], expected: Expected) -> None:
    if head["account"] and compact(head["account"]) != expected.account:
        reader.fault("statement.account", "/account", given=head["account"][:40])
    if head["currency"] and compact(head["currency"]) != expected.currency:
        reader.fault("statement.currency", "/currency", given=head["currency"][:40], currency=expected.currency)


def _movement(reader: _Reader, row: Sequence[str], pointer: str) -> Movement:
    cells = _trimmed(row)
    if len(cells) > len(COLUMNS):
        reader.fault("statement.width", pointer, cells=len(cells), columns=len(COLUMNS))
    named = dict(zip(COLUMNS, [*cells, *[""] * len(COLUMNS)], strict=False))
    sides = reader.profile.sides

    def told(name: str, how: Callable[[str], _Read], otherwise: _Read) -> _Read:
        return reader.read(how, named[name], f"{pointer}/{name}", otherwise)

    amount = told("amount", lambda text: _above_zero(text, reader.currency), 1)
    return Movement(
        booked_on=told("booked_on", _day, _UNREAD),
        amount=amount * told("side", lambda text: _sign(text, sides), 1),
        counterparty_name=told("counterparty_name", _words, ""),
        counterparty_account=compact(told("counterparty_account", _words, "")),
        bank_reference=compact(told("bank_reference", _words, "")),
        text=told("text", _words, ""),
    )


def _period(reader: _Reader, sheet: Sheet, today: date) -> None:
    """The period is one and over, or ends today; every movement lies in it."""
    if _UNREAD in (sheet.from_on, sheet.until_on):
        return
    if sheet.from_on > sheet.until_on:
        reader.fault("statement.period", "/until")
    if sheet.until_on > today:
        reader.fault("statement.future", "/until", today=today.isoformat())
    for number, movement in enumerate(sheet.movements, start=1):
        if movement.booked_on != _UNREAD and not sheet.from_on <= movement.booked_on <= sheet.until_on:
            reader.fault("statement.outside", f"/lines/{number}/booked_on", given=movement.booked_on.isoformat())


# ── one cell ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _day(cell: str) -> date:
    text = unicodedata.normalize("NFKC", cell)
    if not _DAY.fullmatch(text):
        raise ValueError("statement.day")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError("statement.day") from None


def _balance(cell: str, currency: str) -> int:
    """An account may be overdrawn, so a balance may have a minus."""
    text = unicodedata.normalize("NFKC", cell)
    return -parse_amount(text[1:], currency) if text.startswith("-") else parse_amount(text, currency)


def _above_zero(cell: str, currency: str) -> int:
    amount = parse_amount(unicodedata.normalize("NFKC", cell), currency)
    if amount == 0:
        raise AmountFault("amount.not_positive", "a movement of nothing")
    if amount > LARGEST:
        raise AmountFault("amount.too_large", "no account of ours moves as much at once")
    return amount


def _sign(cell: str, sides: tuple[str, str]) -> int:
    if cell not in sides:
        raise ValueError("statement.side")
    return -1 if cell == sides[0] else 1


def _words(cell: str) -> str:
    text = " ".join(unicodedata.normalize("NFC", cell).split())
    if len(text) > LONGEST:
        raise ValueError("statement.too_long")
    if any(unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co"} for character in text):
        raise ValueError("statement.characters")
    return text
