"""Lists that are given out: what whoever asked may see, in one file of one moment, for a week."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from python_calamine import CalamineWorkbook

from services.chassis.database import Database
from services.chassis.jobs import Run
from services.chassis.refusals import NotFound, Refusal
from services.registry.asked import Asked
from services.registry.parties.domain.organization import SizeClass
from services.registry.transfer.domain.exporting import Bounds, ExportFormat, ExportKind, ExportState
from services.registry.transfer.domain.importing import ImportKind
from services.registry.transfer.operations import exports, giving, writing
from services.registry.transfer.operations.exports import Making
from services.registry.transfer.operations.forgetting import ExportExpiry
from tests.registry.samples import PENGJIANG, TAISHAN, admitted, asked, code, organization, space
from tests.registry.search.samples import offering
from tests.registry.transfer.samples import counted, keyed, sent, taken, work

EVERYTHING = Bounds()


async def made(
    database: Database,
    kind: ExportKind = ExportKind.ORGANIZATIONS,
    *,
    by: Asked | None = None,
    wanted: Bounds = EVERYTHING,
    format_: ExportFormat = ExportFormat.CSV,
) -> Making:
    request = by or asked(database, "create_export")
    answer = await exports.request(request, keyed("create_export"), kind, format_, wanted)
    await work(database)
    return await exports.read_export(request, UUID(answer.body["id"]))


async def content(database: Database, one: Making) -> bytes:
    return b"".join([piece async for piece in exports.pieces(database, one.of.id)])


async def table(database: Database, one: Making) -> list[list[str]]:
    return list(csv.reader(io.StringIO((await content(database, one)).decode("utf-8-sig"))))


async def column(database: Database, one: Making, heading: str) -> list[str]:
    head, *rows = await table(database, one)
    return [row[head.index(heading)] for row in rows]


async def test_an_export_is_a_file_with_its_size_and_digest(registry: Database) -> None:
    await organization(registry, 1)
    one = await made(registry)
    file = one.of.file()
    assert (one.of.state, one.job.state, file.rows) == (ExportState.READY, "done", 1)
    assert len(await content(registry, one)) == file.size
    assert await column(registry, one, "统一社会信用代码") == [code(1)]


async def test_what_was_given_out_may_be_taken_in_again(registry: Database) -> None:
    for number, size in enumerate(SizeClass, start=1):
        await organization(registry, number, size_class=size, legal_form="有限责任公司")
    again = await sent(registry, await content(registry, await made(registry)))
    assert counted(await taken(registry, again)) == {"lines": 4, "unchanged": 4, "normalised": 4}

    await space(registry, await organization(registry, 5))
    spaces = await sent(registry, await content(registry, await made(registry, ExportKind.SPACES)))
    assert counted(await taken(registry, spaces, kind=ImportKind.SPACES)) == {
        "lines": 1,
        "unchanged": 1,
        "normalised": 1,
    }


async def test_what_is_kept_as_a_code_is_told_in_words_and_money_as_money(registry: Database) -> None:
    owner = await organization(registry, 1, size_class=SizeClass.SMALL)
    await offering(registry, owner, await admitted(registry, owner))
    offered = await made(registry, ExportKind.OFFERINGS)
    told = [(await column(registry, offered, heading))[0] for heading in ("服务类别", "价格", "币种", "状态")]
    assert told == ["检验检测", "1200.00", "CNY", "已发布"]
    assert await column(registry, await made(registry, ExportKind.PROVIDERS), "申请类别") == ["检验检测"]
    assert await column(registry, await made(registry), "企业规模") == ["小型企业"]


async def test_a_workbook_says_the_same_as_a_csv(registry: Database) -> None:
    await organization(registry, 1)
    book = await content(registry, await made(registry, format_=ExportFormat.XLSX))
    rows = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()
    assert rows == await table(registry, await made(registry))


async def test_a_full_sheet_is_followed_by_another(registry: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "SHEET_ROWS", 2)
    for number in (1, 2, 3):
        await organization(registry, number)
    book = CalamineWorkbook.from_filelike(
        io.BytesIO(await content(registry, await made(registry, format_=ExportFormat.XLSX)))
    )
    assert [len(book.get_sheet_by_name(name).to_python()) for name in book.sheet_names] == [3, 2]


async def test_no_text_of_ours_is_a_formula(registry: Database) -> None:
    await organization(registry, 1, name="=HYPERLINK(1)", legal_form="@SUM(1)")
    one = await made(registry)
    assert await column(registry, one, "单位名称") == ["'=HYPERLINK(1)"]
    assert await column(registry, one, "企业类型") == ["'@SUM(1)"]


async def test_a_list_of_many_pages_tells_everything_once(registry: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(giving, "PAGE", 2)
    monkeypatch.setattr(writing, "PIECE", 16)
    for number in range(1, 6):
        await organization(registry, number)
    assert await column(registry, await made(registry), "统一社会信用代码") == [code(number) for number in range(1, 6)]


async def _firms(database: Database) -> tuple[UUID, UUID]:
    return await organization(database, 1), await organization(database, 2, region=TAISHAN)


@pytest.mark.parametrize(
    ("bound", "seen"),
    [
        (lambda _: {"role": "operator"}, [1, 2]),
        (lambda _: {"role": "auditor"}, [1, 2]),
        (lambda _: {"role": "reviewer", "region": PENGJIANG}, [1]),
        (lambda _: {"role": "reviewer", "region": "440700"}, [1, 2]),
        (lambda _: {"role": "reviewer"}, []),
        (lambda ids: {"role": "holder", "organization": ids[1]}, [2]),
    ],
)
async def test_everybody_is_given_what_he_may_see(
    registry: Database, bound: Callable[[tuple[UUID, UUID]], dict[str, Any]], seen: list[int]
) -> None:
    said = bound(await _firms(registry))
    one = await made(registry, by=asked(registry, "create_export", **said))
    assert await column(registry, one, "统一社会信用代码") == [code(number) for number in seen]


@pytest.mark.parametrize(
    ("wanted", "seen"),
    [(Bounds(region=TAISHAN), [2]), (Bounds(region="440700"), [1, 2]), (Bounds(state="deregistered"), [])],
)
async def test_a_list_is_narrowed_by_region_and_state(registry: Database, wanted: Bounds, seen: list[int]) -> None:
    await _firms(registry)
    one = await made(registry, wanted=wanted)
    assert await column(registry, one, "统一社会信用代码") == [code(number) for number in seen]


async def test_a_region_that_is_not_listed_is_refused(registry: Database) -> None:
    with pytest.raises(Refusal, match=r"region\.unlisted"):
        await made(registry, wanted=Bounds(region="990000"))


async def test_spaces_and_providers_stand_beside_who_runs_them(registry: Database) -> None:
    owner = await organization(registry, 1)
    await space(registry, owner)
    await admitted(registry, owner)
    for kind in (ExportKind.SPACES, ExportKind.PROVIDERS):
        assert await column(registry, await made(registry, kind), "统一社会信用代码") == [code(1)]
    assert len(await table(registry, await made(registry, ExportKind.OFFERINGS))) == 1


async def test_nobody_knows_of_an_export_of_somebody_else(registry: Database) -> None:
    one = await made(registry)
    other = asked(registry, "get_export", "auditor")
    object.__setattr__(other.permit.caller, "subject", "per_2")
    with pytest.raises(NotFound, match=r"export\.unknown"):
        await exports.read_export(other, one.of.id)
    assert await exports.list_exports(other, after=None, limit=10) == ([], None)


async def test_exports_are_listed_newest_first(registry: Database) -> None:
    both = [await made(registry), await made(registry)]
    (first,), cursor = await exports.list_exports(asked(registry, "list_exports"), after=None, limit=1)
    (second,), _ = await exports.list_exports(asked(registry, "list_exports"), after=cursor, limit=1)
    assert [second.of.id, first.of.id] == [one.of.id for one in both]


async def test_the_same_order_under_one_key_is_one_export(registry: Database) -> None:
    key = keyed("create_export", "once")
    told = [
        await exports.request(asked(registry, "create_export"), key, ExportKind.SPACES, ExportFormat.CSV, EVERYTHING)
        for _ in range(2)
    ]
    assert told[0].body == told[1].body
    assert told[1].replayed


async def test_a_file_is_over_after_seven_days(registry: Database) -> None:
    one = await made(registry)
    assert one.of.expires_at is not None
    async with registry.read() as connection:
        due = await ExportExpiry().next_due(connection)
    assert (due, await ExportExpiry().run(registry, one.of.expires_at - timedelta(seconds=1))) == (one.of.expires_at, 0)
    assert await ExportExpiry().run(registry, one.of.expires_at) == 1
    over = await exports.read_export(asked(registry, "get_export"), one.of.id)
    assert (over.of.state, await content(registry, over)) == (ExportState.EXPIRED, b"")
    with pytest.raises(Refusal, match=r"export\.not_ready"):
        over.of.file()


async def test_a_job_that_is_carried_out_again_makes_no_second_file(registry: Database) -> None:
    one = await made(registry)
    assert (await giving.carry_out(Run(registry, one.job)))["sha256"] == one.of.file().sha256
