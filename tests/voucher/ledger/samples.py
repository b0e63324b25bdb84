"""A budget line, a change of it and the persons of the ledger's tests."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from services.chassis.ids import new_id
from services.voucher.ledger.domain.budget import BudgetChange, BudgetLine, ChangeKind, Classification
from services.voucher.ledger.domain.journal import Journal
from services.voucher.ledger.domain.posting import Posting

MAKER, CHECKER = "per_maker", "per_checker"
ROUND = new_id()
AT = datetime(2020, 9, 14, 1, 0, tzinfo=UTC)


def classification(**changes: Any) -> Classification:
    words = {name: name for name in Classification.__dataclass_fields__}
    return Classification(**{**words, "fiscal_year": 2020, "treasury": "jiangmen", "currency": "CNY", **changes})


def a_line(appropriation: int = 0, free: int = 0, granted: int = 0) -> BudgetLine:
    return BudgetLine(new_id(), classification(), appropriation, free, granted)


def a_change(line: BudgetLine, kind: ChangeKind = ChangeKind.ALLOT, amount: int = 100, **changes: Any) -> BudgetChange:
    fields: dict[str, Any] = {
        "id": new_id(),
        "kind": kind,
        "line_id": line.id,
        "amount": amount,
        "currency": "CNY",
        "document": "江财工〔2020〕58号",
        "proposed_by": MAKER,
        "proposed_at": AT,
    }
    return BudgetChange(**{**fields, **changes})


def of_round(line: BudgetLine, kind: ChangeKind, amount: int = 100) -> BudgetChange:
    return a_change(line, kind, amount, round_id=ROUND, pool_class="general")


def journal(posting: Posting, subject_id: UUID | None = None) -> Journal:
    return Journal(
        id=new_id(),
        posting=posting,
        booked_at=AT,
        value_on=AT.date(),
        actor=MAKER,
        request_id="req_1",
        subject_kind="test",
        subject_id=subject_id or new_id(),
    )
