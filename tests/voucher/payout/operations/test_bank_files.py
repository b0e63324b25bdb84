"""A batch has one bank file for ever, so that nobody is paid twice by a file that was written again."""

import asyncio
from uuid import UUID

import pytest

from services.chassis import events
from services.chassis.database import Database
from services.voucher.payout.domain.batch import Batch, BatchState
from services.voucher.payout.operations import bank_files
from services.voucher.payout.operations.bank_files import Download
from services.voucher.payout.store import payer_accounts
from tests.conftest import SetClock
from tests.voucher.payout.steps import CHECKER, MAKER, House, a_house, a_released_line, audited, by, refused
from tests.voucher.settlement.approved import Case

AUDITOR = "per_auditor", "auditor"


@pytest.fixture
async def house(voucher_db: Database, case: Case) -> House:
    return await a_house(voucher_db)


async def download(house: House, batch: Batch, person: str = MAKER, role: str = "finance_maker") -> Download:
    who = by(person, role, "get_bank_file")
    return await bank_files.download(house.database, permit=who, batch_id=batch.id)


async def test_a_file_pays_what_the_batch_says(house: House) -> None:
    batch = await house.sent()
    found, (payout,) = await download(house, batch), await house.payouts(batch)
    assert payout.reference in found.content.decode()
    assert (found.file.lines, found.file.total, found.file.number) == (1, payout.amount, 1)
    await audited(house.database)


async def test_a_file_written_again_is_the_same_file_whoever_asks(house: House) -> None:
    batch = await house.approved()
    answers = [await house.write(batch, key) for key in ("first", "first", "second")]
    written = await download(house, batch, *AUDITOR)
    await house.send(batch)
    answers.append(await house.write(batch, "third"))
    assert len({UUID(answer.body["id"]) for answer in answers}) == 1
    assert await download(house, batch) == written
    await audited(house.database)


async def test_of_many_who_write_at_once_all_hold_the_same_file(house: House) -> None:
    batch = await house.approved()
    answers = await asyncio.gather(*(house.write(batch) for _ in range(6)))
    assert len({answer.body["id"] for answer in answers}) == 1
    async with house.database.read() as connection:
        account = await payer_accounts.read(connection, house.payer.id)
        told = await events.read(connection, after=None, limit=200, types=["bank_file.asked_again"])
    assert (account.files, len(told)) == (1, 5)
    await audited(house.database)


async def test_of_many_who_send_at_once_one_books(house: House) -> None:
    batch = await house.written()
    said = await asyncio.gather(*(refused(house.send(batch)) for _ in range(6)))
    assert sorted(said) == [[]] + [["payout_batch.state"]] * 5
    await audited(house.database)


async def test_a_sending_asked_again_under_its_key_books_nothing_more(house: House) -> None:
    batch = await house.written()
    first, second = [await house.send(batch, key="once") for _ in range(2)]
    assert (first.body, first.replayed, second.replayed) == (second.body, False, True)
    await audited(house.database)


async def test_files_of_an_account_are_counted(
    house: House, case: Case, voucher_db: Database, set_clock: SetClock
) -> None:
    first = await house.sent()
    await a_released_line(voucher_db, set_clock)
    second = await house.sent()
    names = [(await download(house, batch)).file.name for batch in (first, second)]
    assert [name[-8:-4] for name in names] == ["0001", "0002"]
    await audited(house.database)


async def test_a_name_that_the_bank_cannot_write_is_not_altered(voucher_db: Database, case: Case) -> None:
    house = await a_house(voucher_db, profile="csv-gbk", name="𠮷野家")
    batch = await house.approved()
    assert await refused(house.write(batch)) == ["bank_file.unencodable"]
    assert (await house.batch(batch.id)).state is BatchState.APPROVED


async def test_before_it_is_written_there_is_no_file(house: House) -> None:
    batch = await house.approved()
    assert await refused(download(house, batch)) == ["bank_file.unknown"]


async def test_another_treasurys_file_is_not_there(house: House) -> None:
    batch = await house.written()
    who = by(MAKER, "finance_maker", "get_bank_file", treasury="tianshui")
    asked = bank_files.download(house.database, permit=who, batch_id=batch.id)
    assert await refused(asked) == ["payout_batch.unknown"]


async def test_nobody_has_the_bytes_before_a_second_person_sends(house: House) -> None:
    batch = await house.written()
    for person, role in ((MAKER, "finance_maker"), (CHECKER, "finance_checker")):
        assert await refused(download(house, batch, person, role)) == ["bank_file.not_sent"]
    assert (await download(house, batch, *AUDITOR)).file.lines == 1
    await house.send(batch)
    assert (await download(house, batch)).file.lines == 1


async def test_the_file_of_a_cancelled_batch_is_shown_to_the_auditor_alone(house: House) -> None:
    batch = await house.written()
    await house.cancel(batch)
    assert await refused(download(house, batch)) == ["bank_file.cancelled"]
    assert await refused(house.write(batch)) == ["payout_batch.state"]
    assert (await download(house, batch, *AUDITOR)).file.lines == 1
