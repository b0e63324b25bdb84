"""Journals are booked in two statements whatever their number, and keep the order in which they were given."""

import pytest

from services.chassis.database import Database
from services.chassis.ids import new_id
from services.voucher.ledger.domain.posting import Funding, authorise
from services.voucher.ledger.store import journals
from services.voucher.ledger.store.journals import Journal, Wanted
from tests.statements import noted
from tests.voucher.ledger.samples import journal

FUNDING = Funding("CNY", "江门市财政局", new_id())


def some(number: int) -> list[Journal]:
    return [journal(authorise(voucher_id=new_id(), amount=1 + n, funding=FUNDING)) for n in range(number)]


async def test_any_number_of_journals_takes_two_statements(
    voucher_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = noted(monkeypatch)
    async with voucher_db.begin() as connection:
        await journals.append(connection, some(200))
    assert len(sent) == 2


async def test_no_journals_are_no_statement(voucher_db: Database) -> None:
    async with voucher_db.begin() as connection:
        await journals.append(connection, [])
        assert await journals.find(connection, Wanted(), before=None, limit=10) == []


async def test_journals_keep_their_order_and_all_that_was_said(voucher_db: Database) -> None:
    given = some(20)
    async with voucher_db.begin() as connection:
        await journals.append(connection, given)
        booked = await journals.find(connection, Wanted(), before=None, limit=100)
    assert [one.id for one in booked] == [one.id for one in reversed(given)]
    assert [one.entries for one in booked] == [one.posting.entries for one in reversed(given)]
    assert {(one.row, one.event, one.actor, one.request_id) for one in booked} == {
        (6, "authorised", "per_maker", "req_1")
    }
