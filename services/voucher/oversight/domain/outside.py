"""What another city or programme supported, as its own list says: read row by row, every fault at once."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice
from typing import Any
from uuid import UUID

from services.chassis.refusals import Reason, Refusal, refuse_all
from services.standards import uscc
from services.standards.digits import all_digits, normalise
from services.standards.money import AmountFault, parse_amount
from services.standards.sheets import ABOVE_MAX, Row, SheetFault, Table, tables_of
from services.standards.spelling import compared

ROWS_MAX = 10_000
FAULTS_MAX = 100
"""As many faults are told at once; more would help nobody."""
TEXT_MAX = 500
STANDING, WITHDRAWN = "standing", "withdrawn"
DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", re.ASCII)
FAPIAO_DIGITS = (18, 20)
"""Of an old one with its code of ten digits; of an old one with a code of twelve, or of a digital one."""
HEADINGS: Mapping[str, tuple[str, ...]] = {
    "name": ("name", "单位名称", "企业名称", "申报单位"),
    "uscc": ("uscc", "统一社会信用代码", "信用代码"),
    "project": ("project", "项目名称", "项目"),
    "contract": ("contract", "合同编号", "合同号"),
    "invoice": ("invoice", "发票号码", "发票号"),
    "amount": ("amount", "金额", "支持金额", "补贴金额", "兑付金额"),
    "granted_on": ("granted_on", "日期", "拨付日期", "兑付日期"),
}
"""The columns that are read, and what their headings may be called."""
KNOWN_BY = ("uscc", "project", "contract", "invoice")
"""By what a row is known again: without any of them it says nothing."""
_FIELDS = {compared(heading): field for field, headings in HEADINGS.items() for heading in headings}


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideList:
    """A list that a bureau took: of which programme, from which file. state: standing, or withdrawn as a slip."""

    id: UUID
    programme: str
    bureau: str
    document_id: UUID
    rows: int
    state: str
    taken_by: str
    taken_at: datetime
    withdrawn_by: str | None = None
    withdrawn_at: datetime | None = None
    reason: str | None = None

    def withdrawn(self, *, by: str, at: datetime, reason: str) -> "OutsideList":
        """This list, which counts for nothing any more. Refusal ``outside.withdrawn``."""
        if self.state != STANDING:
            raise Refusal("outside.withdrawn", rule="outside.withdraw")
        return replace(self, state=WITHDRAWN, withdrawn_by=by, withdrawn_at=at, reason=reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideSupport:
    """One row: whom and what it supported, as it stands there; amount in fen, granted_on a local date."""

    number: int
    name: str | None = None
    uscc: str | None = None
    project: str | None = None
    contract: str | None = None
    invoice: str | None = None
    amount: int | None = None
    granted_on: date | None = None


def of_file(content: bytes, media_type: str, *, currency: str) -> tuple[OutsideSupport, ...]:
    """The rows of a sheet, by the headings of its columns, whatever stands above them and beside them.

    Refusals ``outside.file`` when it is none, ``outside.columns``, ``outside.empty``, ``outside.too_long``, and
    ``outside.cell`` or ``outside.row_unknown`` for each faulty row.
    """
    try:
        columns, rows = _found(tables_of(content, media_type))
        kept = list(islice(rows, ROWS_MAX + 1))
    except SheetFault as fault:
        raise Refusal("outside.file", pointer="/file", numbers={"why": fault.code}) from fault
    if not kept:
        raise Refusal("outside.empty", pointer="/file")
    if len(kept) > ROWS_MAX:
        raise Refusal("outside.too_long", pointer="/file", numbers={"at_most": ROWS_MAX})
    faults: list[Reason] = []
    found = tuple(_read(row, columns, currency, faults) for row in kept)
    refuse_all(faults[:FAULTS_MAX])
    return found


def _found(tables: Iterable[Table]) -> tuple[Mapping[int, str], Table]:
    """The columns of the first table that has a heading by which a row is known, and its rows below."""
    for table in tables:
        for row in islice(table, ABOVE_MAX):
            named = {place: _FIELDS.get(compared(cell)) for place, cell in enumerate(row.cells)}
            columns = {place: field for place, field in named.items() if field is not None}
            if set(KNOWN_BY) & set(columns.values()):
                return columns, table
    headings = ", ".join(HEADINGS[name][1] for name in KNOWN_BY)
    raise Refusal("outside.columns", pointer="/file", numbers={"headings": headings})


def _read(row: Row, columns: Mapping[int, str], currency: str, faults: list[Reason]) -> OutsideSupport:
    """A row with what can be read of it; what cannot is a fault, and so is a row that nothing is known by."""
    cells = {columns[place]: cell.strip() for place, cell in enumerate(row.cells) if place in columns}
    said = {field: cell for field, cell in cells.items() if cell}
    found: dict[str, Any] = {}
    for field, cell in said.items():
        try:
            found[field] = _currency_read(cell, currency) if field == "amount" else _READ[field](cell)
        except ValueError:
            faults.append(_fault(row.number, field, cell))
    if not set(KNOWN_BY) & set(said):
        faults.append(Reason("outside.row_unknown", "outside.columns", f"/file/{row.number}", {"row": row.number}))
    return OutsideSupport(number=row.number, **found)


def _fault(number: int, field: str, cell: str) -> Reason:
    numbers: dict[str, str | int | bool | None] = {"row": number, "heading": HEADINGS[field][1], "found": cell[:100]}
    return Reason("outside.cell", "outside.columns", f"/file/{number}/{field}", numbers)


def _currency_read(cell: str, currency: str) -> int:
    amount = parse_amount(cell, currency)
    if amount <= 0:
        raise AmountFault("amount.not_positive", "an amount is above zero")
    return amount


def _text(cell: str) -> str:
    if len(cell) > TEXT_MAX:
        raise ValueError("too long")
    return cell


def _named(cell: str) -> str:
    if not compared(cell):
        raise ValueError("nothing to compare by")
    return _text(cell)


def _invoice(cell: str) -> str:
    digits = normalise(cell)
    if not all_digits(digits) or len(digits) not in FAPIAO_DIGITS:
        raise ValueError("no fapiao")
    return digits


def _day(cell: str) -> date:
    match = DAY.fullmatch(cell)
    if match is None:
        raise ValueError("no date")
    return date(*map(int, match.groups()))


_READ: Mapping[str, Callable[[str], str | date]] = {
    "name": _text,
    "uscc": uscc.check,
    "project": _named,
    "contract": _named,
    "invoice": _invoice,
    "granted_on": _day,
}


def keys(one: OutsideSupport) -> dict[str, str | None]:
    """By what a row is compared with our own, beside its credit code."""
    return {
        "project_key": None if one.project is None else compared(one.project),
        "contract_key": None if one.contract is None else compared(one.contract),
        "invoice_key": one.invoice,
    }
