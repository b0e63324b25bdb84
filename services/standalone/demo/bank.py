"""Plays the bank: it carries out payment files and writes statements, in the bank's own file layout and in GBK."""

import csv
import io
from dataclasses import dataclass, field
from datetime import date

from services.standards.money import format_amount, parse_amount

CURRENCY = "CNY"
HEAD = ("账号", "币种", "起始日期", "截止日期", "期初余额", "期末余额")
COLUMNS = ("记账日期", "银行流水号", "借贷标志", "金额", "对方户名", "对方账号", "摘要")
CHARACTERS_OF_TEXT = 40


@dataclass(frozen=True)
class Party:
    """Who stands on the other side of a line: name and account as the bank prints them."""

    name: str
    account: str


@dataclass(frozen=True)
class Line:
    """One line of the account: fen, in above zero; reference is the bank's own serial number, not the payer's."""

    booked_on: date
    amount: int
    party: Party
    reference: str
    text: str


@dataclass
class Bank:
    """One account at the bank."""

    account: str
    lines: list[Line] = field(default_factory=list)
    files: list[bytes] = field(default_factory=list)

    def credit(self, on: date, amount: int, party: Party, text: str) -> None:
        """Money comes in."""
        self._book(on, amount, party, text)

    def carry_out(self, file: bytes, on: date) -> list[Line]:
        """Pay every row of a payment file, but no file twice; what was paid. The last one loses its text."""
        if file in self.files:
            return []
        self.files.append(file)
        rows = list(csv.reader(io.StringIO(file.decode("gbk"))))[1:]
        for place, row in enumerate(rows):
            text = row[1] if place < len(rows) - 1 else ""
            self._book(on, -parse_amount(row[6], CURRENCY), Party(row[2], row[3]), text)
        return self.lines[-len(rows) :]

    def give_back(self, on: date, line: Line) -> None:
        """A payment could not be credited and comes back with its text."""
        self._book(on, -line.amount, line.party, f"退汇 {line.text}")

    def balance(self, before: date | None = None) -> int:
        """What stands on the account, in fen; before a day, or now."""
        return sum(line.amount for line in self.lines if before is None or line.booked_on < before)

    def statement(self, since: date, until: date) -> bytes:
        """The statement of a period, both days included."""
        lines = [line for line in self.lines if since <= line.booked_on <= until]
        opening = self.balance(since)
        closing = opening + sum(line.amount for line in lines)
        head = (self.account, CURRENCY, since.isoformat(), until.isoformat(), _yuan(opening), _yuan(closing))
        written = io.StringIO()
        sheet = csv.writer(written, lineterminator="\r\n")
        sheet.writerows(zip(HEAD, head, strict=True))
        sheet.writerow([])
        sheet.writerow(COLUMNS)
        sheet.writerows(_row(line) for line in lines)
        return written.getvalue().encode("gbk")

    def _book(self, on: date, amount: int, party: Party, text: str) -> None:
        serial = f"B{on:%Y%m%d}{len(self.lines) + 1:06}"
        self.lines.append(Line(on, amount, party, serial, text[:CHARACTERS_OF_TEXT]))


def _row(line: Line) -> tuple[str, ...]:
    side = "贷" if line.amount > 0 else "借"
    day = line.booked_on.isoformat()
    return day, line.reference, side, _yuan(abs(line.amount)), line.party.name, line.party.account, line.text


def _yuan(fen: int) -> str:
    return format_amount(fen, CURRENCY)
