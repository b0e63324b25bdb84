"""A payout, a funding, a line of the bank and whole statement files for the tests of reconciliation."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from services.chassis.ids import new_id
from services.standards.money import format_amount
from services.voucher.payout.domain.funding import AccountFunding, FundingState
from services.voucher.payout.domain.payer_account import AccountKind, PayerAccount
from services.voucher.payout.domain.payout import Payout, PayoutState
from services.voucher.reconciliation.domain.line import StatementLine
from services.voucher.reconciliation.domain.movement import Movement
from services.voucher.reconciliation.domain.profiles import COLUMNS, PROFILES
from services.voucher.reconciliation.domain.sheet import Expected

ACCOUNT = UUID(int=7)
NUMBER = "44001234567890"
PAYEE = "江门检测有限公司"
PAYEE_ACCOUNT = "6222000011112222"
SENT_AT = datetime(2020, 11, 2, 2, 0, tzinfo=UTC)
SENT_ON = date(2020, 11, 2)
TODAY = date(2020, 11, 30)
EXPECTED = Expected(NUMBER, "CNY", TODAY)
UTF8, GBK = PROFILES["csv-utf8"], PROFILES["csv-gbk"]


def movement(amount: int = -10_000, **changes: Any) -> Movement:
    fields: dict[str, Any] = {
        "booked_on": date(2020, 11, 3),
        "amount": amount,
        "counterparty_name": PAYEE,
        "counterparty_account": PAYEE_ACCOUNT,
        "bank_reference": "",
        "text": "",
    }
    return Movement(**{**fields, **changes})


def line(amount: int = -10_000, **changes: Any) -> StatementLine:
    told = movement(amount)
    fields: dict[str, Any] = {name: getattr(told, name) for name in Movement.__dataclass_fields__}
    kept = {
        "id": new_id(),
        "payer_account_id": ACCOUNT,
        "statement_id": new_id(),
        "number": 1,
        "treasury": "jiangmen",
        "currency": "CNY",
        "occurrence": 1,
        "digest": "",
        "line_key": "",
    }
    return StatementLine(**{**fields, **kept, **changes})


def payout(reference: str = "P00000100010", amount: int = 10_000, **changes: Any) -> Payout:
    fields: dict[str, Any] = {
        **{name: new_id() for name in ("id", "batch_id", "leg_id", "claim_line_id", "budget_line_id", "payee_id")},
        "bank_account_id": new_id(),
        "position": 1,
        "part": "main",
        "payer_account_id": ACCOUNT,
        "treasury": "jiangmen",
        "funding_source": "江门市财政局",
        "payee_name": PAYEE,
        "account_number": PAYEE_ACCOUNT,
        "bank_code": "102100099996",
        "bank_name": "工商银行",
        "currency": "CNY",
        "amount": amount,
        "reference": reference,
        "state": PayoutState.SENT,
        "sent_at": SENT_AT,
    }
    return Payout(**{**fields, **changes})


def funding(reference: str = "F00000012", amount: int = 50_000, **changes: Any) -> AccountFunding:
    fields: dict[str, Any] = {
        "id": new_id(),
        "payer_account_id": ACCOUNT,
        "budget_line_id": new_id(),
        "treasury": "jiangmen",
        "reference": reference,
        "currency": "CNY",
        "funding_source": "江门市财政局",
        "amount": amount,
        "document": "江财库〔2020〕12号",
        "proposed_by": "per_maker",
        "proposed_at": SENT_AT,
        "state": FundingState.APPROVED,
        "decided_by": "per_checker",
        "decided_at": SENT_AT,
    }
    return AccountFunding(**{**fields, **changes})


def account(**changes: Any) -> PayerAccount:
    fields: dict[str, Any] = {
        "id": ACCOUNT,
        "treasury": "jiangmen",
        "kind": AccountKind.OWN,
        "name": "江门市财政局",
        "number": NUMBER,
        "bank_code": "102100099996",
        "bank_name": "工商银行",
        "currency": "CNY",
        "funding_source": "江门市财政局",
        "file_profile": "csv-gbk",
        "opened_by": "per_maker",
        "opened_at": SENT_AT,
    }
    return PayerAccount(**{**fields, **changes})


def row(one: Movement) -> dict[str, str]:
    """A movement as an English file words it."""
    told = {name: str(getattr(one, name)) for name in COLUMNS if name != "side"}
    return {**told, "side": "credit" if one.amount > 0 else "debit", "amount": format_amount(abs(one.amount))}


def file(
    movements: Sequence[Movement] = (),
    *,
    opening: int = 0,
    closing: int | None = None,
    head: Mapping[str, str] | None = None,
) -> bytes:
    """A statement in English of November 2020 whose closing fits unless it is said."""
    end = opening + sum(one.amount for one in movements) if closing is None else closing
    told = {
        "account": NUMBER,
        "currency": "CNY",
        "from": "2020-11-01",
        "until": "2020-11-30",
        "opening": format_amount(opening),
        "closing": format_amount(end),
        **(head or {}),
    }
    rows = [f"{word},{value}" for word, value in told.items()]
    lines = [",".join(row(one)[name] for name in COLUMNS) for one in movements]
    return "\r\n".join([*rows, "", ",".join(COLUMNS), *lines, ""]).encode()
