"""Decides what a bank is told to pay: the file's columns, words, encoding and name, as a profile says."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from types import MappingProxyType

from services.chassis.refusals import Reason, refuse_all
from services.standards.money import format_amount
from services.voucher.payout.domain.batch import Batch
from services.voucher.payout.domain.payer_account import PayerAccount
from services.voucher.payout.domain.payout import Payout

SUFFIX = 4
"""Last digits of the payer account's number that stand in the file's name."""


@dataclass(frozen=True, slots=True)
class Profile:
    """How one kind of bank reads a file: its encoding, its header and what it is told the money is for.

    The columns are always the same: sequence, reference, payee name, account, bank code, bank name, amount, purpose.
    """

    name: str
    encoding: str
    header: tuple[str, ...]
    purpose: str


PROFILES: Mapping[str, Profile] = MappingProxyType(
    {
        "csv-utf8": Profile(
            "csv-utf8",
            "utf-8",
            ("sequence", "reference", "payee_name", "account", "bank_code", "bank_name", "amount", "purpose"),
            "innovation voucher",
        ),
        "csv-gbk": Profile(
            "csv-gbk",
            "gbk",
            ("序号", "业务参考号", "收款人户名", "收款人账号", "收款行联行号", "收款行名称", "金额", "用途"),
            "科技创新券兑付",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Written:
    """A bank file: its name, its bytes and their SHA-256 in hexadecimal."""

    name: str
    content: bytes
    sha256: str


def write(batch: Batch, payouts: Sequence[Payout], *, account: PayerAccount, number: int) -> Written:
    """The file of a batch, the account's file of this number; the same input gives the same bytes.

    Refusal `bank_file.unencodable` for every payout with a character that the bank's encoding has not: it is not
    replaced, for a bank compares names exactly.
    """
    profile = PROFILES[account.file_profile]
    rows = [_row(one, profile) for one in payouts]
    lost = [(one, _lost(row, profile)) for one, row in zip(payouts, rows, strict=True)]
    refuse_all([_unencodable(one, characters, profile) for one, characters in lost if characters])
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([profile.header, *rows])
    content = text.getvalue().encode(profile.encoding)
    name = f"{account.number[-SUFFIX:]}-{batch.number:06d}-{number:04d}.csv"
    return Written(name, content, sha256(content).hexdigest())


def _row(payout: Payout, profile: Profile) -> tuple[str, ...]:
    return (
        str(payout.position),
        payout.reference,
        payout.payee_name,
        payout.account_number,
        payout.bank_code,
        payout.bank_name,
        format_amount(payout.amount, payout.currency),
        profile.purpose,
    )


def _lost(row: Sequence[str], profile: Profile) -> str:
    """The characters of a row that the encoding has not."""
    return "".join(dict.fromkeys(one for field in row for one in field if not _encodes(one, profile.encoding)))


def _encodes(character: str, encoding: str) -> bool:
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _unencodable(payout: Payout, characters: str, profile: Profile) -> Reason:
    numbers = {
        "payout": f"pyt_{payout.id.hex}",
        "payee": payout.payee_name,
        "characters": characters,
        "encoding": profile.encoding,
    }
    return Reason("bank_file.unencodable", rule="bank_file.profile", numbers=numbers)
