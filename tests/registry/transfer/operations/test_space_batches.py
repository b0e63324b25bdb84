"""Lists of spaces, taken in line by line."""

from sqlalchemy import text

from services.chassis import decisions
from services.chassis.database import Database
from services.registry.spaces.operations import spaces
from services.registry.transfer.domain.importing import ImportKind, Outcome
from tests.registry.samples import asked, code, organization, space
from tests.registry.spaces.samples import filed
from tests.registry.transfer.samples import as_csv, counted, lines, sent, taken

HEAD = ("运营单位代码", "众创空间名称", "所属区县", "类别", "形式")
VALLEY = (code(1), "珠西创谷", "蓬江区", "专业服务型", "创客空间")


async def shown(database: Database) -> list[dict[str, object]]:
    found, _ = await spaces.list_spaces(asked(database, "list_spaces"), region=None, after=None, limit=10)
    return found


async def steps(database: Database) -> int:
    async with database.read() as connection:
        return int((await connection.execute(text("SELECT count(*) FROM space_history"))).scalar_one())


async def test_a_list_of_spaces_is_recorded_with_its_history(registry: Database) -> None:
    await organization(registry, 1)
    rows = [(*HEAD, "建设主体", "产业领域", "面积"), (*VALLEY, "龙头企业", "工业机器人与专用机器人", "1,200")]
    one = await taken(registry, await sent(registry, as_csv(rows, delimiter=";")), kind=ImportKind.SPACES)
    (made,) = await shown(registry)
    assert counted(one) == {"lines": 1, "created": 1, "normalised": 1}
    assert (made["name"], made["kind"], made["sponsor"]) == ("珠西创谷", "professional_service", "leading_enterprise")
    assert (made["region"], made["field"], await steps(registry)) == ("440703", "robots", 1)


async def test_the_same_list_again_changes_nothing(registry: Database) -> None:
    await organization(registry, 1)
    file = await sent(registry, as_csv([HEAD, VALLEY]))
    await taken(registry, file, kind=ImportKind.SPACES)
    assert counted(await taken(registry, file, kind=ImportKind.SPACES)) == {"lines": 1, "unchanged": 1, "normalised": 1}


async def test_a_line_with_other_facts_changes_the_space_of_that_name(registry: Database) -> None:
    known = await space(registry, await organization(registry, 1))
    rows = [(*HEAD, "工位数"), (code(1), "珠西创谷", "440781", "投资促进型", "创业咖啡", "80")]
    (line,) = await lines(registry, await taken(registry, await sent(registry, as_csv(rows)), kind=ImportKind.SPACES))
    recorded = {change.field: change.after for change in line.changes if change.rule == "recorded"}
    assert (line.outcome, line.subject_id) == (Outcome.CHANGED, known)
    assert recorded == {"region": "440781", "kind": "investment_promoting", "form": "cafe", "seats": "80"}
    async with registry.read() as connection:
        *_, kept = await decisions.of_subject(connection, known)
    assert (kept.kind, kept.numbers["changed"]["seats"]) == ("amend", [None, "80"])


async def test_a_list_moves_no_space_away_from_its_filing(registry: Database) -> None:
    await filed(registry, await space(registry, await organization(registry, 1)))
    rows = [HEAD, (code(1), "珠西创谷", "440781", "投资促进型", "创业咖啡")]
    (line,) = await lines(registry, await taken(registry, await sent(registry, as_csv(rows)), kind=ImportKind.SPACES))
    assert [(fault["pointer"], fault["code"]) for fault in line.faults] == [("/region", "space.state")]


async def test_a_space_without_an_operator_or_of_a_wrong_size_is_rejected(registry: Database) -> None:
    await organization(registry, 1)
    rows = [(*HEAD, "工位数"), (code(2), *VALLEY[1:], ""), (*VALLEY, "0"), (*VALLEY[:3], "别的", "", "")]
    told = await lines(registry, await taken(registry, await sent(registry, as_csv(rows)), kind=ImportKind.SPACES))
    assert [[(fault["pointer"], fault["code"]) for fault in line.faults] for line in told] == [
        [("/operator", "reference.unknown")],
        [("/seats", "space.premises")],
        [("/form", "cell.missing"), ("/kind", "cell.choice")],
    ]


async def test_a_dry_run_makes_no_space(registry: Database) -> None:
    await organization(registry, 1)
    one = await taken(registry, await sent(registry, as_csv([HEAD, VALLEY])), kind=ImportKind.SPACES, dry_run=True)
    assert (counted(one)["created"], await shown(registry)) == (1, [])
