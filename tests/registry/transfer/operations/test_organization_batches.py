"""What lists of organisations make of names and of the figures behind size classes."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from services.chassis.database import Database
from services.registry.parties.operations import organizations
from services.registry.transfer.domain.importing import Outcome
from services.standalone import provision
from tests.registry.samples import TODAY, asked, code, facts, organization
from tests.registry.transfer.samples import HEAD, Rows, as_csv, counted, lines, order, sent, shown, taken, work

SIZED = (*HEAD, "年度", "行业", "从业人员", "营业收入（万元）")
FIRM = (code(1), "江门1号公司", "440703")
FIGURES = ("2019年度", "manufacturing", "25人", "1,234.5")


async def read(database: Database, organization_id: UUID) -> dict[str, Any]:
    return await organizations.read_organization(asked(database, "get_organization"), organization_id)


async def told(database: Database, *rows: tuple[str, ...]) -> list[dict[str, Any]]:
    """The lines of an import of these rows: outcome, what was recorded before and after, and faults."""
    table: Rows = rows
    one = await taken(database, await sent(database, as_csv([[f'"{cell}"' for cell in row] for row in table])))
    return [
        {
            "outcome": line.outcome,
            "recorded": {
                change.field: (change.before, change.after) for change in line.changes if change.rule == "recorded"
            },
            "faults": {fault["pointer"]: fault["code"] for fault in line.faults},
        }
        for line in await lines(database, one)
    ]


async def only(database: Database) -> dict[str, Any]:
    async with database.read() as connection:
        (found,) = (await connection.execute(text("SELECT id FROM organizations"))).scalars()
    return await read(database, found)


async def decided(database: Database) -> list[str]:
    async with database.read() as connection:
        rows = await connection.execute(text("SELECT kind FROM decisions ORDER BY id"))
        return list(rows.scalars())


async def test_a_new_organisation_is_sized_by_its_figures_with_the_file_as_evidence(registry: Database) -> None:
    (line,) = await told(registry, SIZED, (*FIRM, *FIGURES))
    document = await only(registry)
    assert (line["outcome"], document["size_class"], await decided(registry)) == (Outcome.CREATED, "small", ["size"])
    assert (document["size"]["year"], document["size"]["source"], document["size"]["staff"]) == (2019, "operator", 25)
    assert document["size"]["revenue"]["amount"] == "12345000.00"


async def test_other_figures_of_the_year_are_declared_anew_and_the_same_are_not(registry: Database) -> None:
    await told(registry, SIZED, (*FIRM, *FIGURES))
    (same,) = await told(registry, SIZED, (*FIRM, *FIGURES))
    (other,) = await told(registry, SIZED, (*FIRM, *FIGURES[:2], "1200", "50000"))
    assert (same["outcome"], (await only(registry))["size_class"]) == (Outcome.UNCHANGED, "large")
    assert other["recorded"] == {
        "size_class": ("small", "large"),
        "staff": ("25", "1200"),
        "revenue": ("1234500000", "50000000000"),
    }


async def test_a_year_before_the_newest_changes_no_class(registry: Database) -> None:
    await told(registry, SIZED, (*FIRM, *FIGURES))
    (line,) = await told(registry, SIZED, (*FIRM, "2018", *FIGURES[1:2], "1200", "50000"))
    assert (line["outcome"], (await only(registry))["size_class"]) == (Outcome.CHANGED, "small")


async def test_figures_in_a_list_without_a_year_are_told_that_the_column_is_not_there(registry: Database) -> None:
    (line,) = await told(registry, (*HEAD, "行业", "从业人员", "营业收入（万元）"), (*FIRM, "工业", "25", "1"))
    assert line["faults"] == {"/year": "cell.no_column"}


@pytest.mark.parametrize(
    "word", ["工业", "制造业", "采矿业", "manufacturing", "工业(采矿业,制造业,电力、热力、燃气及水生产和供应业)"]
)
async def test_an_industry_is_told_as_the_table_means_it(registry: Database, word: str) -> None:
    (line,) = await told(registry, SIZED, (*FIRM, FIGURES[0], word, *FIGURES[2:]))
    assert (line["faults"], line["outcome"]) == ({}, Outcome.CREATED)


async def test_another_word_is_told_those_to_choose_from(registry: Database) -> None:
    (line,) = await told(registry, SIZED, (*FIRM, FIGURES[0], "二产", *FIGURES[2:]))
    assert line["faults"] == {"/industry": "cell.choice"}


@pytest.mark.parametrize(
    ("figures", "faults"),
    [
        (("2019", "", "25", ""), {"/industry": "cell.missing"}),
        (("", "manufacturing", "25", "1"), {"/year": "cell.missing"}),
        (("2019", "manufacturing", "25", ""), {"/revenue": "size.missing"}),
        (("2019", "manufacturing", "许多", "1"), {"/staff": "cell.count"}),
        (("2021", "magic", "25", "1"), {"/industry": "cell.choice"}),
        (("2021", "manufacturing", "25", "1"), {"/year": "size.year"}),
    ],
)
async def test_figures_come_whole_or_not_at_all(
    registry: Database, figures: tuple[str, ...], faults: dict[str, str]
) -> None:
    (line,) = await told(registry, SIZED, (*FIRM, *figures))
    assert line["faults"] == faults


@pytest.mark.parametrize(("word", "outcome"), [("小型", Outcome.CREATED), ("大型", Outcome.REJECTED)])
async def test_a_class_beside_figures_is_the_one_that_follows_from_them(
    registry: Database, word: str, outcome: Outcome
) -> None:
    (line,) = await told(registry, (*SIZED, "企业规模"), (*FIRM, *FIGURES, word))
    assert line["outcome"] is outcome
    assert line["faults"] == ({} if outcome is Outcome.CREATED else {"/size_class": "organization.sized"})


async def test_a_class_that_was_computed_is_not_typed_over(registry: Database) -> None:
    await told(registry, SIZED, (*FIRM, *FIGURES))
    (line,) = await told(registry, (*HEAD, "企业规模"), (*FIRM, "微型"))
    assert line["faults"] == {"/size_class": "organization.sized"}


async def test_another_name_holds_from_the_imports_day_and_the_former_one_until_then(registry: Database) -> None:
    known = await organization(registry, 1, registered_on=TODAY - timedelta(days=900))
    (line,) = await told(registry, HEAD, (code(1), "江门新名公司", "440703"))
    document = await read(registry, known)
    assert line["recorded"] == {"name": ("江门1号公司", "江门新名公司")}
    assert (document["name"], await decided(registry)) == ("江门新名公司", ["name"])
    assert [(name["name"], name["until"]) for name in document["names"]] == [
        ("江门1号公司", (TODAY - timedelta(days=1)).isoformat()),
        ("江门新名公司", None),
    ]


async def test_a_name_that_began_today_was_mistyped(registry: Database) -> None:
    known = await organization(registry, 1)
    await told(registry, HEAD, (code(1), "江门新名公司", "440703"))
    document = await read(registry, known)
    assert [name["name"] for name in document["names"]] == ["江门新名公司"]


async def test_an_organisation_of_the_release_before_is_given_its_first_name(
    registry: Database, superuser_url: str
) -> None:
    known = await organization(registry, 1)
    async with provision.connected(superuser_url) as connection:
        await connection.execute("DELETE FROM registry.organization_names")
    await told(registry, HEAD, (code(1), "江门新名公司", "440703"))
    assert [name["name"] for name in (await read(registry, known))["names"]] == ["江门新名公司"]


async def test_a_deregistered_organisation_takes_no_new_name(registry: Database) -> None:
    known = await organization(registry, 1, registered_on=TODAY - timedelta(days=900))
    request = asked(registry, "update_organization")
    await organizations.amend_organization(request, known, version=1, changes={"status": "deregistered"})
    (line,) = await told(registry, HEAD, (code(1), "江门新名公司", "440703"))
    assert (line["outcome"], line["faults"]) == (Outcome.REJECTED, {None: "organization.deregistered"})


async def test_lists_and_operators_that_record_the_same_at_once_agree(registry: Database) -> None:
    file = await sent(registry, as_csv([HEAD, *[(code(n), f"江门{n}号公司", "440703") for n in range(1, 41)]]))
    answer = await order(registry, file)
    one_by_one = [
        organizations.record_organization(asked(registry, "create_organization"), facts(n)) for n in range(40, 34, -1)
    ]
    await asyncio.gather(work(registry), *one_by_one)
    counts = counted(await shown(registry, answer))
    assert counts["lines"] == counts.get("created", 0) + counts.get("unchanged", 0) == 40
