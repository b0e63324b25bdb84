"""Extracts of official registers, taken in line by line."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import text

from services.chassis.database import Database
from services.chassis.refusals import Refusal
from services.registry.parties.domain.organization import OrganizationStatus
from services.registry.parties.domain.register import Newest
from services.registry.parties.store import registers
from services.registry.transfer.domain.importing import ImportKind
from services.registry.transfer.operations import imports
from services.registry.transfer.operations.imports import Progress
from tests.registry.samples import TODAY, asked, code, codes, organization
from tests.registry.transfer.samples import Rows, as_csv, counted, lines, order, sent, sheet, taken

HEAD = ("统一社会信用代码", "企业名称", "所属区县", "企业类型", "成立日期", "登记状态")
FIRM = (code(1), "江门1号公司", "蓬江区", "有限责任公司", "2018-03-15", "存续")
YESTERDAY = date(2020, 9, 13)


async def extract(database: Database, *rows: tuple[str, ...], **said: Any) -> Progress:
    table: Rows = [HEAD, *rows]
    told = {"kind": ImportKind.REGISTER_ENTRIES, "as_of": TODAY, **said}
    return await taken(database, await sent(database, as_csv(table)), **told)


async def newest(database: Database, uscc: str) -> Newest | None:
    async with database.read() as connection:
        return await registers.newest(connection, uscc)


async def test_an_entry_is_kept_with_its_extract_and_its_day(registry: Database) -> None:
    one = await extract(registry, FIRM)
    known = await newest(registry, code(1))
    assert known is not None
    assert known.entry is not None
    assert (known.as_of, known.entry.import_id, known.entry.name) == (TODAY, one.of.id, "江门1号公司")
    assert (known.entry.region, known.entry.status) == ("440703", OrganizationStatus.ACTIVE)
    (line,) = await lines(registry, one)
    assert line.subject_id == known.entry.id


async def test_the_same_extract_twice_changes_nothing(registry: Database) -> None:
    await extract(registry, FIRM)
    assert counted(await extract(registry, FIRM))["unchanged"] == 1
    assert counted(await extract(registry, (code(1), "江门一号公司", *FIRM[2:])))["created"] == 1
    assert counted(await extract(registry, FIRM, as_of=YESTERDAY))["created"] == 1


async def test_the_newest_day_counts_whenever_it_is_taken_in(registry: Database) -> None:
    await extract(registry, FIRM)
    await extract(registry, (code(1), "旧名", "", "", "", "注销"), (code(2), "二号", "", "", "", ""), as_of=YESTERDAY)
    known = [await newest(registry, code(number)) for number in (1, 2)]
    told = [(one.as_of, one.entry.name) for one in known if one is not None and one.entry is not None]
    assert told == [(TODAY, "江门1号公司"), (YESTERDAY, "二号")]
    assert await newest(registry, code(3)) == Newest(TODAY)
    assert await newest(registry, "1" + code(1)[1:]) is None


async def test_what_an_extract_does_not_have_is_told_when_it_was_read_to_its_end(registry: Database) -> None:
    await extract(registry, FIRM)
    async with registry.begin() as connection:
        await connection.execute(text("UPDATE imports SET state = 'taken', ended_at = NULL"))
    assert await newest(registry, code(2)) is None
    first = await newest(registry, code(1))
    assert first is not None
    assert first.entry is not None


async def test_a_workbook_is_read_too_and_a_dry_run_keeps_nothing(registry: Database) -> None:
    book = await sheet(registry, [HEAD, FIRM])
    one = await taken(registry, book, kind=ImportKind.REGISTER_ENTRIES, as_of=TODAY, dry_run=True)
    assert counted(one)["created"] == 1
    assert await newest(registry, code(1)) is None


async def test_a_line_tells_all_that_is_wrong(registry: Database) -> None:
    await organization(registry)
    other = "N" + code(1)[1:]
    one = await extract(registry, ("x", "", "火星", "", "2030-01-01", "失踪"), (other, "合作社", "", "", "", ""))
    first, second = await lines(registry, one)
    assert {(fault["pointer"], fault["code"]) for fault in first.faults} == {
        ("/uscc", "uscc.length"),
        ("/uscc", "register.none"),
        ("/name", "cell.missing"),
        ("/region", "region.unlisted"),
        ("/registered_on", "date.future"),
        ("/status", "cell.choice"),
    }
    assert "register.none" in {fault["code"] for fault in second.faults}


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ({"kind": ImportKind.REGISTER_ENTRIES}, "import.as_of"),
        ({"as_of": TODAY}, "import.as_of"),
        ({"kind": ImportKind.REGISTER_ENTRIES, "as_of": date(2030, 1, 1)}, "date.future"),
    ],
)
async def test_an_extract_tells_of_a_day_that_has_come_and_no_other_list_of_any(
    registry: Database, said: dict[str, Any], fault: str
) -> None:
    file = await sent(registry, as_csv([HEAD]))
    with pytest.raises(Refusal) as refused:
        await order(registry, file, **said)
    assert codes(refused.value) == {fault}


async def test_the_words_of_a_status_are_told(registry: Database) -> None:
    columns = await imports.columns(asked(registry, "list_import_columns"), ImportKind.REGISTER_ENTRIES)
    (status,) = [one for one in columns if one.choices is not None]
    assert (status.field, status.choices) == (
        "status",
        ["存续", "在业", "开业", "在营", "正常", "登记成立", "注销", "吊销", "撤销"],
    )
