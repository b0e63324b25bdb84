"""A version of the middle of the year reaches the contracts of its own days, whatever version a voucher is of."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from services.chassis.database import Database
from services.chassis.ids import new_id
from services.voucher.redemption.domain import orders
from services.voucher.redemption.domain.redemption import Declared
from services.voucher.scheme.domain.versions import VersionState
from services.voucher.scheme.store import versions
from tests.conftest import SetClock
from tests.voucher.redemption.samples import NOW, YUAN, a_contract, holder, provider
from tests.voucher.redemption.stored import Stored, a_stored_voucher, a_version, audited, carry_out

RATE = a_version().document["rate"]
OWN = """UPDATE scheme_versions SET scheme_id = document ->> 'scheme', state = 'superseded', ended_at = published_at"""


def paying(share: str, effective: str) -> dict[str, Any]:
    return {"rate": {**RATE, "share": share}, "effective": {"value": effective, "source": "row jiangmen-service-2020"}}


@pytest.fixture
async def stored(voucher_db: Database, superuser_url: str, set_clock: SetClock) -> Stored:
    """A voucher of the first version, 30 %; the second pays 40 % from 26 February on."""
    await set_clock(NOW)
    found = await a_stored_voucher(voucher_db, rules=paying("0.30", "2020-01-01"))
    root = Database(superuser_url, "voucher")
    async with root.begin() as connection:
        await connection.execute(text(OWN))
    await root.dispose()
    second = a_version(**paying("0.40", "2020-02-26"))
    async with voucher_db.begin() as connection:
        await versions.add(connection, replace(second, scheme_id=second.document["scheme"], version=2))
    return found


async def accepted(stored: Stored, signed_on: date) -> UUID:
    """A redemption of work for 10 000.00 under a contract of that date, delivered and accepted."""
    contract = a_contract(10_000 * YUAN, signed_on=signed_on)
    one = await stored.authorised(contract=contract)
    await carry_out(stored.database, stored.delivery(one, 10_000 * YUAN))
    await carry_out(stored.database, orders.Accept(redemption_id=one, by=holder, rating=5))
    return one


@pytest.mark.parametrize(("signed_on", "pays"), [(date(2020, 2, 25), 3_000), (date(2020, 2, 26), 4_000)])
async def test_each_contract_is_paid_by_the_version_of_its_own_date(stored: Stored, signed_on: date, pays: int) -> None:
    one = await accepted(stored, signed_on)
    assert (await stored.redemption(one)).held == pays * YUAN
    await carry_out(stored.database, orders.Capture(redemption_id=one, by=provider, capture_id=new_id()))
    found = await stored.redemption(one)
    assert (found.captured, found.rate_case) == (pays * YUAN, None)
    assert (found.rate_version_id == found.terms.scheme_version_id) == (pays == 3_000)
    await audited(stored.database)


async def test_what_was_authorised_keeps_its_rate_though_an_earlier_version_comes_later(stored: Stored) -> None:
    one = await accepted(stored, date(2020, 2, 25))
    third = a_version(**paying("0.10", "2020-02-01"))
    async with stored.database.begin() as connection:
        kept = replace(third, scheme_id=third.document["scheme"], version=3, state=VersionState.SUPERSEDED)
        await versions.add(connection, replace(kept, ended_at=datetime.fromisoformat("2020-09-20T00:00:00+00:00")))
    await carry_out(stored.database, orders.Capture(redemption_id=one, by=provider, capture_id=new_id()))
    assert (await stored.redemption(one)).captured == 3_000 * YUAN


async def test_what_was_declared_is_kept_with_the_terms(stored: Stored) -> None:
    declared = Declared(("calibration",), subcontracted=True, funded_by=("province",))
    one = await stored.propose(declared=declared)
    assert (await stored.redemption(one)).terms.declared == declared
