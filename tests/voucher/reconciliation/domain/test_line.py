"""A line keeps what the bank said, and from which file it came."""

from dataclasses import asdict
from datetime import date

from services.chassis.ids import new_id
from services.voucher.reconciliation.domain.line import StatementLineState, line_of
from services.voucher.reconciliation.domain.movement import identified
from services.voucher.reconciliation.domain.statement import Statement, StatementState
from tests.voucher.reconciliation.samples import ACCOUNT, SENT_AT, movement


def test_a_new_line_keeps_its_movement_and_its_key() -> None:
    statement = Statement(
        id=new_id(),
        payer_account_id=ACCOUNT,
        treasury="jiangmen",
        profile="csv-utf8",
        sha256="",
        from_on=date(2020, 11, 1),
        until_on=date(2020, 11, 30),
        currency="CNY",
        opening=0,
        closing=-10_000,
        lines=1,
        added=1,
        state=StatementState.IMPORTED,
        faults=(),
        imported_by="per_maker",
        imported_at=SENT_AT,
    )
    (found,) = identified(ACCOUNT, [movement(bank_reference="B1")])
    line = line_of(statement, found, id=new_id())
    assert asdict(line).items() >= asdict(found.movement).items()
    assert (line.statement_id, line.treasury, line.line_key) == (statement.id, "jiangmen", "ref B1")
    assert (line.state, line.journal_id) == (StatementLineState.IMPORTED, None)
