"""What was done to a voucher stands in the database, which refuses what the domain would, and the audit compares."""

import httpx2
import pytest
from sqlalchemy import text

from migrations import runner
from services.chassis.database import Database
from services.voucher.oversight.operations.audit import run_audit
from services.voucher.wallet.domain.voucher import VoucherState
from services.voucher.wallet.store import vouchers
from tests.conftest import SetClock
from tests.voucher.wallet.lived import Lived, a_lived_voucher, as_draft, yuan
from tests.voucher.wallet.samples import CLOSED, USE_BY_ENDS
from tests.voucher.wallet.steps import all_is_well, done


@pytest.fixture
async def lived(voucher_api: httpx2.AsyncClient, voucher_db: Database, set_clock: SetClock) -> Lived:
    return await a_lived_voucher(voucher_api, voucher_db, set_clock)


async def lived_through(lived: Lived) -> None:
    """Everything once, so that there is something to alter."""
    done(await lived.verb("suspend"))
    done(await lived.verb("resume"))
    done(await lived.verb("extend"))
    await lived.granted("top-up", **yuan("1000.00"))
    await lived.asked("cancel")


TAMPERED = [
    ("DELETE FROM voucher_changes WHERE kind = 'topped_up'", "voucher_change.booked"),
    ("UPDATE voucher_changes SET amount = amount + 1 WHERE kind = 'topped_up'", "voucher_change.booked"),
    ("UPDATE voucher_changes SET kind = 'extended', dates = '{}' WHERE amount > 0", "voucher_change.booked"),
    ("DELETE FROM voucher_changes WHERE kind = 'extended'", "voucher.changes"),
    ("DELETE FROM voucher_changes WHERE kind = 'resumed'", "voucher.changes"),
    ("UPDATE vouchers SET suspended_at = issued_at", "voucher.changes"),
    ("UPDATE vouchers SET extended = 0", "voucher.changes"),
    ("UPDATE vouchers SET ends_by = 'cancelled', remind_at = NULL", "voucher.changes"),
    ("UPDATE vouchers SET activated_at = issued_at + interval '1 hour'", "voucher.changes"),
    (
        "UPDATE change_requests SET state = 'granted', decided_by = 'per_x', decided_at = asked_at",
        "change_request.granted",
    ),
    ("UPDATE change_requests SET decided_by = 'per_x' WHERE state = 'granted'", "change_request.granted"),
    ("UPDATE change_requests SET amount = 1 WHERE state = 'granted'", "change_request.granted"),
]


@pytest.mark.parametrize(("statement", "check"), TAMPERED)
async def test_an_altered_life_is_named(lived: Lived, superuser_url: str, statement: str, check: str) -> None:
    await lived_through(lived)
    await all_is_well(lived.database)
    async with runner.connected(superuser_url) as connection, connection.begin():
        await connection.execute(text("SET search_path TO voucher, business"))
        await connection.execute(text("SET session_replication_role = replica"))
        await connection.execute(text("DROP INDEX uq_voucher_changes_once"))
        await connection.execute(text(statement))
    assert check in {finding.check for finding in (await run_audit(lived.database)).findings}


REFUSED = [
    ("UPDATE voucher_changes SET reason = 'another'", "permission denied"),
    ("DELETE FROM voucher_changes", "permission denied"),
    ("UPDATE change_requests SET amount = 1", "permission denied"),
    ("DELETE FROM change_requests", "permission denied"),
    ("UPDATE change_requests SET state = 'golden'", "ck_change_requests_state"),
    ("UPDATE change_requests SET decided_by = 'per_x' WHERE state = 'asked'", "ck_change_requests_decided"),
    (
        "UPDATE change_requests SET state = 'granted', decided_by = asked_by, decided_at = asked_at",
        "ck_change_requests_two_persons",
    ),
]
COPIED = "INSERT INTO {table} SELECT (jsonb_populate_record({table}, '{changed}')).* FROM {table} WHERE {which}"
NEW = '"id": "01990000-0000-7000-8000-000000000001"'
TWICE = [
    ("voucher_changes", "kind = 'extended'", "", "uq_voucher_changes_once"),
    ("voucher_changes", "kind = 'topped_up'", "", "uq_voucher_changes_"),
    ("voucher_changes", "kind = 'topped_up'", ', "journal_id": null', "ck_voucher_changes_booked"),
    ("voucher_changes", "kind = 'topped_up'", ', "change_request_id": null', "ck_voucher_changes_two_persons"),
    ("voucher_changes", "kind = 'topped_up'", ', "kind": "resumed"', "ck_voucher_changes_moves"),
    ("voucher_changes", "kind = 'resumed'", ', "kind": "golden"', "ck_voucher_changes_kind"),
    ("voucher_changes", "kind = 'extended'", ', "dates": null', "ck_voucher_changes_dates"),
    ("voucher_changes", "kind = 'resumed'", ', "kind": "topped_up"', "ck_voucher_changes_"),
    ("change_requests", "state = 'asked'", "", "uq_change_requests_asked"),
    ("change_requests", "state = 'asked'", ', "document": null', "ck_change_requests_document"),
    ("change_requests", "state = 'asked'", ', "amount": 5', "ck_change_requests_amount"),
    ("change_requests", "state = 'asked'", ', "kind": "golden"', "ck_change_requests_"),
]
REFUSED += [
    (COPIED.format(table=table, which=which, changed="{" + NEW + more + "}"), why) for table, which, more, why in TWICE
]


@pytest.mark.parametrize(("statement", "why"), REFUSED)
async def test_the_database_refuses_what_the_domain_would(lived: Lived, statement: str, why: str) -> None:
    await lived_through(lived)
    with pytest.raises(Exception, match=why):
        async with lived.database.begin() as connection:
            await connection.exec_driver_sql(statement)


async def test_the_state_in_sql_is_that_of_the_domain(lived: Lived, superuser_url: str) -> None:
    """In every state that one voucher comes to."""

    async def states() -> set[VoucherState]:
        found = set()
        for at in (CLOSED, USE_BY_ENDS):
            async with lived.database.read() as connection:
                voucher = await vouchers.read(connection, lived.uuid)
                wanted = vouchers.Wanted(state=voucher.state_at(at))
                assert (await vouchers.find(connection, wanted, at=at, after=None, limit=1))[0] == [voucher]
            found.add(voucher.state_at(at))
        return found

    came = await states()
    await as_draft(superuser_url, lived.uuid)
    came |= await states()
    done(await lived.verb("activate"))
    done(await lived.verb("suspend"))
    came |= await states()
    done(await lived.verb("resume"))
    for parts in ("captured = face, available = 0", "captured = face - 1, reclaimed = 1, available = 0"):
        async with runner.connected(superuser_url) as connection, connection.begin():
            await connection.execute(text("SET search_path TO voucher, business"))
            await connection.execute(text(f"UPDATE vouchers SET {parts}"))
        came |= await states()
    async with runner.connected(superuser_url) as connection, connection.begin():
        await connection.execute(text("SET search_path TO voucher, business"))
        cancelled = "UPDATE vouchers SET ends_by = 'cancelled', ends_at = issued_at, remind_at = NULL"
        await connection.execute(text(cancelled))
    came |= await states()
    assert came == set(VoucherState)
