"""Decides how each bank's statement file is laid out: its encoding, and by which words it names what it says."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

HEAD = ("account", "currency", "from", "until", "opening", "closing")
"""What stands above the lines, a row each: whose account, and the period with the balances at its two ends."""

COLUMNS = ("booked_on", "bank_reference", "side", "amount", "counterparty_name", "counterparty_account", "text")
"""What each line says, in this order."""


@dataclass(frozen=True, slots=True)
class Profile:
    """One layout of a CSV file: rows of the head (a word and its value), an empty row, the columns, the lines.

    `head` and `columns` give the file's words in the order of `HEAD` and `COLUMNS`; `sides` the words for a debit
    (money leaves the account) and a credit.
    """

    name: str
    encoding: str
    head: tuple[str, ...]
    columns: tuple[str, ...]
    sides: tuple[str, str]


PROFILES: Mapping[str, Profile] = MappingProxyType(
    {
        "csv-utf8": Profile("csv-utf8", "utf-8-sig", HEAD, COLUMNS, ("debit", "credit")),
        "csv-gbk": Profile(
            "csv-gbk",
            "gbk",
            ("账号", "币种", "起始日期", "截止日期", "期初余额", "期末余额"),
            ("记账日期", "银行流水号", "借贷标志", "金额", "对方户名", "对方账号", "摘要"),
            ("借", "贷"),
        ),
    }
)
