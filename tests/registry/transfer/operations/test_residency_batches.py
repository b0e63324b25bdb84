"""Lists of who lives in which space, taken in line by line."""

from services.chassis.database import Database
from services.registry.spaces.operations import residencies
from services.registry.transfer.domain.importing import ImportKind
from services.registry.transfer.operations.imports import Progress
from tests.registry.samples import asked, code, organization, space
from tests.registry.transfer.samples import Rows, as_csv, counted, lines, sent, taken

HEAD = ("运营单位代码", "众创空间名称", "入驻企业统一社会信用代码", "入驻日期", "退出日期")
STAY = (code(1), "珠西创谷", code(2), "2019年3月1日", "2020/3/1")


async def moved_in(database: Database, *rows: tuple[str, ...], dry_run: bool = False) -> Progress:
    table: Rows = [HEAD, *rows]
    return await taken(database, await sent(database, as_csv(table)), kind=ImportKind.RESIDENCIES, dry_run=dry_run)


async def test_a_firm_of_the_list_lives_in_its_space_once(registry: Database) -> None:
    valley = await space(registry, await organization(registry, 1))
    await organization(registry, 2)
    assert counted(await moved_in(registry, STAY)) == {"lines": 1, "created": 1, "normalised": 1}
    assert counted(await moved_in(registry, STAY)) == {"lines": 1, "unchanged": 1, "normalised": 1}
    request = asked(registry, "list_residencies")
    (stay,), _ = await residencies.list_residencies(request, valley, after=None, limit=10)
    assert (stay["from"], stay["until"]) == ("2019-03-01", "2020-03-01")


async def test_nobody_lives_twice_in_a_space_on_a_day(registry: Database) -> None:
    await space(registry, await organization(registry, 1))
    await organization(registry, 2)
    told = await lines(registry, await moved_in(registry, STAY, (*STAY[:3], "2020-01-01", "")))
    assert [[fault["code"] for fault in line.faults] for line in told] == [[], ["residency.overlap"]]


async def test_a_space_or_a_firm_that_is_not_recorded_is_told(registry: Database) -> None:
    await organization(registry, 1)
    (line,) = await lines(registry, await moved_in(registry, STAY))
    assert [(fault["pointer"], fault["code"]) for fault in line.faults] == [
        ("/space", "reference.unknown"),
        ("/resident", "reference.unknown"),
    ]


async def test_a_dry_run_moves_nobody_in(registry: Database) -> None:
    await space(registry, await organization(registry, 1))
    await organization(registry, 2)
    assert counted(await moved_in(registry, STAY, dry_run=True))["created"] == 1
    assert counted(await moved_in(registry, STAY))["created"] == 1


async def test_a_line_without_its_days_is_rejected(registry: Database) -> None:
    (line,) = await lines(registry, await moved_in(registry, (*STAY[:3], "", "早就走了")))
    assert [fault["code"] for fault in line.faults] == ["cell.missing", "cell.day"]
