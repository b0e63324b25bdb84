"""Lists of organisations, taken in line by line."""

from collections.abc import Sequence

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import jobs
from services.chassis.database import Database
from services.chassis.jobs import Run
from services.registry.parties.domain.organization import Organization
from services.registry.parties.operations import organizations
from services.registry.parties.store import recording
from services.registry.parties.store.organizations import OrganizationFilter
from services.registry.transfer.domain import reading
from services.registry.transfer.domain.importing import ImportState, Judged, Outcome, tally
from services.registry.transfer.operations import taking
from services.registry.transfer.store import imports
from services.registry.transfer.store.imports import LineFilter
from tests.registry.samples import asked, code, organization
from tests.registry.transfer.samples import HEAD, as_csv, counted, firms, lines, sent, sheet, taken, work


async def names(database: Database) -> list[str]:
    request = asked(database, "list_organizations")
    shown, _ = await organizations.list_organizations(request, OrganizationFilter(), after=None, limit=200)
    return [one["name"] for one in shown]


async def number(database: Database, query: str) -> int:
    async with database.read() as connection:
        return int((await connection.execute(text(query))).scalar_one())


async def test_every_sound_line_is_recorded(registry: Database) -> None:
    one = await taken(registry, await sent(registry, as_csv([HEAD, *firms(1, 3)])))
    assert (one.of.state, counted(one)) == (ImportState.DONE, {"lines": 3, "created": 3})
    assert await names(registry) == ["江门1号公司", "江门2号公司", "江门3号公司"]


async def test_a_workbook_says_the_same_as_a_csv(registry: Database) -> None:
    await taken(registry, await sent(registry, as_csv([HEAD, *firms(1, 3)])))
    assert counted(await taken(registry, await sheet(registry, [HEAD, *firms(1, 3)]))) == {"lines": 3, "unchanged": 3}


async def test_the_same_import_again_changes_nothing(registry: Database) -> None:
    dirty = [HEAD, *firms(1, 2), (code(3).lower(), "江門３號公司", "江门市蓬江区")]
    file = await sent(registry, as_csv(dirty))
    assert counted(await taken(registry, file)) == {"lines": 3, "created": 3, "normalised": 1}
    events = await number(registry, "SELECT count(*) FROM events")
    assert counted(await taken(registry, file)) == {"lines": 3, "unchanged": 3, "normalised": 1}
    assert await number(registry, "SELECT count(*) FROM events") == events


async def test_every_change_of_a_dirty_line_is_told(registry: Database) -> None:
    one = await taken(registry, await sent(registry, as_csv([HEAD, (code(3), "江門３號公司", "江门市蓬江区")])))
    (line,) = await lines(registry, one, LineFilter(normalised=True))
    assert [(change.field, change.after, change.rule) for change in line.changes] == [
        ("name", "江门3号公司", "full_width"),
        ("name", "江门3号公司", "traditional"),
        ("region", "440703", "region_name"),
    ]


async def test_all_faults_of_a_line_are_told_and_it_leaves_no_trace(registry: Database) -> None:
    rows = [HEAD, ("91110108MA0ABC1234", "", "无此区"), *firms(1, 1)]
    one = await taken(registry, await sent(registry, as_csv(rows)))
    (line,) = await lines(registry, one, LineFilter(Outcome.REJECTED))
    assert {fault["pointer"]: fault["code"] for fault in line.faults} == {
        "/uscc": "uscc.organisation_check",
        "/name": "cell.missing",
        "/region": "region.unlisted",
    }
    assert (line.row, line.subject_id, await names(registry)) == (2, None, ["江门1号公司"])


async def test_a_line_with_other_facts_changes_what_is_recorded_and_says_how(registry: Database) -> None:
    known = await organization(registry, 1, legal_form="有限责任公司")
    rows = [(*HEAD, "企业规模"), (code(1), "江门1号公司", "440781", "小型企业")]
    one = await taken(registry, await sent(registry, as_csv(rows)))
    (line,) = await lines(registry, one)
    recorded = {change.field: (change.before, change.after) for change in line.changes if change.rule == "recorded"}
    assert (line.outcome, line.subject_id) == (Outcome.CHANGED, known)
    assert recorded == {"region": ("440703", "440781"), "size_class": (None, "small")}


async def test_an_empty_cell_changes_nothing(registry: Database) -> None:
    await organization(registry, 1, legal_form="有限责任公司")
    rows = [(*HEAD, "企业类型"), (*firms(1, 1)[0], "")]
    assert counted(await taken(registry, await sent(registry, as_csv(rows)))) == {"lines": 1, "unchanged": 1}


async def test_a_dry_run_tells_the_same_and_makes_nothing(registry: Database) -> None:
    file = await sent(registry, as_csv([HEAD, *firms(1, 2), *firms(1, 1), ("x", "y", "z")]))
    dry, wet = await taken(registry, file, dry_run=True), None
    assert (
        await names(registry),
        await number(registry, "SELECT count(*) FROM events WHERE subject_kind = 'organization'"),
    ) == ([], 0)
    told = [(line.outcome, line.changes, line.faults) for line in await lines(registry, dry)]
    wet = await taken(registry, file)
    assert told == [(line.outcome, line.changes, line.faults) for line in await lines(registry, wet)]
    assert {line.subject_id for line in await lines(registry, dry)} == {None}


@pytest.mark.parametrize("dry_run", [False, True])
@pytest.mark.parametrize("batch", [1, 1_000])
async def test_a_code_that_stands_twice_says_the_same_or_is_rejected(
    registry: Database, monkeypatch: pytest.MonkeyPatch, dry_run: bool, batch: int
) -> None:
    monkeypatch.setattr(taking, "BATCH", batch)
    rows = [HEAD, *firms(1, 1), *firms(1, 1), (code(1), "另一个名字", "440703")]
    one = await taken(registry, await sent(registry, as_csv(rows)), dry_run=dry_run)
    told = await lines(registry, one)
    assert [line.outcome for line in told] == [Outcome.CREATED, Outcome.UNCHANGED, Outcome.REJECTED]
    assert [(fault["code"], fault["numbers"]) for fault in told[2].faults] == [("import.contradiction", {"line": 1})]


async def test_lines_are_numbered_through_all_files(registry: Database) -> None:
    files = [await sent(registry, as_csv([HEAD, *firms(first, 2)])) for first in (1, 3)]
    told = await lines(registry, await taken(registry, *files))
    assert [(line.line, line.document, line.row) for line in told] == [(1, 1, 2), (2, 1, 3), (3, 2, 2), (4, 2, 3)]


async def test_one_file_that_cannot_be_read_refuses_the_import_before_its_first_line(registry: Database) -> None:
    files = [await sent(registry, as_csv([HEAD, *firms(1, 1)])), await sent(registry, "名称\n甲".encode())]
    one = await taken(registry, *files)
    assert (one.of.state, one.job.state, await names(registry)) == (ImportState.REFUSED, "failed", [])
    assert [(fault["code"], fault["numbers"]["missing"]) for fault in one.of.faults] == [
        ("import.header", "uscc, region")
    ]


async def test_an_import_that_was_refused_is_refused_once_however_often_its_job_is_resumed(registry: Database) -> None:
    one = await taken(registry, await sent(registry, "名称\n甲".encode()))
    async with registry.begin() as connection:
        await jobs.requeue(connection, one.job.id)
    await work(registry)
    async with registry.read() as connection:
        assert await imports.known(connection, one.of.id) == one.of


async def test_a_batch_that_failed_is_carried_out_by_the_next_try_alone(
    registry: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[int] = []

    def fails_once(judged: Sequence[Judged]) -> dict[str, int]:
        calls.append(len(judged))
        if len(calls) == 2:
            raise ConnectionError
        return tally(judged)

    monkeypatch.setattr(taking, "BATCH", 2)
    monkeypatch.setattr(taking, "tally", fails_once)
    files = [await sent(registry, as_csv([HEAD, *firms(first, 3)])) for first in (1, 4)]
    one = await taken(registry, *files)
    assert (one.job.tries, counted(one), calls) == (2, {"lines": 6, "created": 6}, [2, 1, 1, 2, 1])
    assert [line.row for line in await lines(registry, one)] == [2, 3, 4, 2, 3, 4]


@pytest.mark.parametrize(("blind", "state"), [(2, "done"), (100, "failed")])
async def test_who_was_recorded_meanwhile_is_seen_at_the_next_look(
    registry: Database, monkeypatch: pytest.MonkeyPatch, blind: int, state: str
) -> None:
    await organization(registry, 1)
    look, looks = recording.lock_codes, list[int]()

    async def sees_late(connection: AsyncConnection, codes: Sequence[str]) -> dict[str, Organization]:
        looks.append(len(codes))
        return {} if len(looks) <= blind else await look(connection, codes)

    monkeypatch.setattr(recording, "lock_codes", sees_late)
    one = await taken(registry, await sent(registry, as_csv([HEAD, *firms(1, 1)])))
    assert one.job.state == state
    assert counted(one) == ({"lines": 1, "unchanged": 1} if state == "done" else {})


async def test_a_job_that_is_resumed_when_all_was_done_changes_nothing(registry: Database) -> None:
    one = await taken(registry, await sent(registry, as_csv([HEAD, *firms(1, 1)])))
    again = await taking.carry_out("Asia/Shanghai", Run(registry, one.job))
    assert (again["created"], counted(one)) == (1, {"lines": 1, "created": 1})


async def test_a_cell_beyond_its_columns_or_beyond_measure_is_a_fault_of_its_line(registry: Database) -> None:
    rows = [HEAD, (*firms(1, 1)[0], "多余"), (code(2), "长" * 4_097, "440703")]
    told = await lines(registry, await taken(registry, await sent(registry, as_csv(rows))))
    assert [[fault["code"] for fault in line.faults] for line in told] == [["cell.surplus"], ["name.too_long"]]


async def test_a_file_of_too_many_lines_refuses_the_import(registry: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "LINES_MAX", 2)
    one = await taken(registry, await sent(registry, as_csv([HEAD, *firms(1, 3)])))
    assert [fault["code"] for fault in one.of.faults] == ["import.too_large"]
