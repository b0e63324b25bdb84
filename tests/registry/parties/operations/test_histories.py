"""What becomes of an organisation is recorded with its decision, and told whole in the feed."""

import asyncio
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from services.chassis import decisions, events
from services.chassis.database import Database
from services.chassis.ids import new_id, parse
from services.chassis.refusals import NotFound, Refusal
from services.registry.catalogue.domain.period import Period
from services.registry.parties.domain.naming import Name
from services.registry.parties.domain.organization import Succession, SuccessionHow
from services.registry.parties.domain.size import Measure, SizeFacts, SizeSource
from services.registry.parties.domain.standing import Sanction, SanctionKind
from services.registry.parties.operations.histories import declare_size, list_sizes, record_name, record_succession
from services.registry.parties.operations.organizations import amend_organization, read_organization
from services.registry.parties.operations.standing import record_sanction
from tests.registry.samples import ELSEWHERE, PENGJIANG, TAISHAN, TODAY, asked, codes, document, organization, places

SINCE = date(2018, 3, 15)
RENAMED = date(2020, 6, 1)


async def firm(database: Database, number: int = 1) -> UUID:
    return await organization(database, number, registered_on=SINCE)


def name(firm_id: UUID, told: str = "新名", start: date = RENAMED, until: date | None = None) -> Name:
    return Name(new_id(), firm_id, told, Period(start, until))


def merged(into: UUID, paper: UUID) -> Succession:
    return Succession(SuccessionHow.MERGER, date(2020, 8, 31), paper, into)


def size(firm_id: UUID, staff: int = 42, **changes: Any) -> SizeFacts:
    told = {Measure.STAFF: staff, Measure.REVENUE: 980_000_000}
    wanted = {"year": 2019, "industry": "software", "figures": told, "source": SizeSource.DECLARED, **changes}
    return SizeFacts(firm_id, **wanted)


async def decided(database: Database, subject: UUID) -> list[tuple[str, str]]:
    async with database.read() as connection:
        return [(one.kind, one.outcome) for one in await decisions.of_subject(connection, subject)]


async def test_a_name_ends_the_day_before_the_next_and_both_are_told(registry: Database) -> None:
    known = await firm(registry)
    told = await record_name(asked(registry, "create_organization_name"), name(known))
    assert told["name"] == "新名"
    assert told["names"] == [
        {"name": "江门1号公司", "from": "2018-03-15", "until": "2020-05-31"},
        {"name": "新名", "from": "2020-06-01", "until": None},
    ]
    assert await decided(registry, known) == [("rename", "renamed")]


async def test_a_mistyped_name_is_corrected_without_a_history(registry: Database) -> None:
    known = await firm(registry)
    await record_name(asked(registry, "create_organization_name"), name(known))
    told = await amend_organization(
        asked(registry, "update_organization"), known, version=2, changes={"name": "新名字"}
    )
    assert [one["name"] for one in told["names"]] == ["江门1号公司", "新名字"]


async def test_a_former_name_is_put_before_the_first(registry: Database) -> None:
    known = await firm(registry)
    former = name(known, "旧名", SINCE, date(2019, 12, 31))
    told = await record_name(asked(registry, "create_organization_name"), former)
    assert (told["name"], [one["name"] for one in told["names"]]) == ("江门1号公司", ["旧名", "江门1号公司"])


async def test_a_name_of_the_release_before_holds_since_ever(registry: Database, owner_url: str) -> None:
    known = await organization(registry)
    owner = Database(owner_url, "registry")
    async with owner.begin() as connection:
        await connection.execute(text("DELETE FROM organization_names"))
    await owner.dispose()
    assert (await read_organization(asked(registry, "get_organization"), known))["names"] == []
    told = await record_name(asked(registry, "create_organization_name"), name(known))
    assert [one["from"] for one in told["names"]] == ["2020-05-31", "2020-06-01"]


async def test_of_two_names_at_once_both_are_kept_one_after_the_other_or_one_is_refused(registry: Database) -> None:
    known = await firm(registry)
    days = [date(2020, 6, 1), date(2020, 6, 1), date(2020, 7, 1), date(2020, 7, 1)]
    answers = await asyncio.gather(
        *(
            record_name(asked(registry, "create_organization_name"), name(known, f"名{place}", day))
            for place, day in enumerate(days)
        ),
        return_exceptions=True,
    )
    assert {codes(answer).pop() for answer in answers if isinstance(answer, Refusal)} <= {"organization_name.place"}
    kept = (await read_organization(asked(registry, "get_organization"), known))["names"]
    assert len(kept) == 1 + sum(isinstance(answer, dict) for answer in answers)
    assert len({one["from"] for one in kept}) == len(kept)


async def test_a_name_without_its_document_is_refused_with_the_rest(registry: Database) -> None:
    known = await firm(registry)
    wanted = Name(new_id(), known, "", Period(RENAMED), uuid4())
    with pytest.raises(Refusal) as refused:
        await record_name(asked(registry, "create_organization_name"), wanted)
    assert places(refused.value) == {"/name": "name.empty", "/document": "reference.unknown"}


async def test_what_is_merged_names_its_successor_and_begins_nothing(registry: Database) -> None:
    one, two, paper = await firm(registry, 1), await firm(registry, 2), await document(registry)
    told = await record_succession(asked(registry, "create_successor"), one, merged(two, paper))
    assert told["successor"] == {"organization": f"org_{two.hex}", "how": "merger", "on": "2020-08-31"}
    assert (told["status"], await decided(registry, one)) == ("deregistered", [("succession", "deregistered")])


async def test_a_bankrupt_organisation_may_have_nobody_after_it(registry: Database) -> None:
    one, paper = await firm(registry), await document(registry)
    bankrupt = Succession(SuccessionHow.BANKRUPTCY, date(2020, 8, 31), paper)
    told = await record_succession(asked(registry, "create_successor"), one, bankrupt)
    assert told["successor"] == {"organization": None, "how": "bankruptcy", "on": "2020-08-31"}


@pytest.mark.parametrize("banned_first", [True, False])
async def test_a_ban_binds_whoever_takes_the_banned_one_up(registry: Database, *, banned_first: bool) -> None:
    one, two, three, paper = (
        await firm(registry),
        await firm(registry, 2),
        await firm(registry, 3),
        await document(registry),
    )
    ban = Sanction(new_id(), one, SanctionKind.BAN, TODAY, date(2022, 9, 14), paper, **ELSEWHERE)
    if banned_first:
        await record_sanction(asked(registry, "create_sanction"), ban)
    for former, heir in ((one, two), (two, three)):
        await record_succession(asked(registry, "create_successor"), former, merged(heir, paper))
    if not banned_first:
        await record_sanction(asked(registry, "create_sanction"), ban)
    async with registry.read() as connection:
        told = [
            one.event.data
            for one in await events.read(connection, after=None, limit=100, subject_id=f"org_{three.hex}")
        ]
    assert [one["organization"] for one in told[-1]["sanctions"]] == [f"org_{one.hex}"]


async def test_a_successor_and_a_document_that_nobody_knows_are_told_together(registry: Database) -> None:
    request = asked(registry, "create_successor")
    with pytest.raises(Refusal) as refused:
        await record_succession(request, await firm(registry), merged(uuid4(), uuid4()))
    assert places(refused.value) == {"/successor": "reference.unknown", "/document": "reference.unknown"}
    with pytest.raises(NotFound):
        await record_succession(request, uuid4(), merged(uuid4(), uuid4()))


async def test_of_two_that_would_succeed_each_other_one_does(registry: Database) -> None:
    one, two, paper = await firm(registry, 1), await firm(registry, 2), await document(registry)
    answers = await asyncio.gather(
        record_succession(asked(registry, "create_successor"), one, merged(two, paper)),
        record_succession(asked(registry, "create_successor"), two, merged(one, paper)),
        return_exceptions=True,
    )
    (refused,) = [answer for answer in answers if isinstance(answer, Refusal)]
    assert codes(refused) == {"succession.not_active"}


async def test_a_size_is_computed_and_counts_against_what_was_typed(registry: Database) -> None:
    known = await organization(registry, size_class="large")
    told = await declare_size(asked(registry, "create_size_declaration"), size(known))
    assert (told["size_class"], told["standard"]) == ("small", "国统字〔2017〕213号")
    whole = await read_organization(asked(registry, "get_organization"), known)
    assert (whole["size_class"], whole["size"]["year"], whole["size"]["source"]) == ("small", 2019, "declared")
    with pytest.raises(Refusal) as refused:
        await amend_organization(
            asked(registry, "update_organization"), known, version=2, changes={"size_class": "large"}
        )
    assert codes(refused.value) == {"organization.sized"}


async def test_an_older_year_is_kept_and_changes_nothing(registry: Database) -> None:
    known, paper = await organization(registry), await document(registry)
    await declare_size(asked(registry, "create_size_declaration"), size(known))
    wanted = size(known, 400, year=2018, source=SizeSource.REGISTER, document_id=paper)
    await declare_size(asked(registry, "create_size_declaration"), wanted)
    whole = await read_organization(asked(registry, "get_organization"), known)
    listed = await list_sizes(asked(registry, "list_size_declarations"), known)
    assert (whole["size_class"], [one["year"] for one in listed]) == ("small", [2019, 2018])
    assert await decided(registry, known) == [("size", "small"), ("size", "small")]


async def test_a_holder_declares_its_own_and_an_operators_word_stands(registry: Database) -> None:
    mine, other = await organization(registry, 1), await organization(registry, 2)
    holder = asked(registry, "create_size_declaration", "holder", organization=mine)
    assert (await declare_size(holder, size(mine)))["source"] == "declared"
    with pytest.raises(NotFound):
        await declare_size(holder, size(other))
    await declare_size(asked(registry, "create_size_declaration"), size(mine, source=SizeSource.OPERATOR))
    with pytest.raises(Refusal) as refused:
        await declare_size(holder, size(mine, 9))
    assert codes(refused.value) == {"size.settled"}


async def test_sizes_are_seen_in_ones_own_region(registry: Database) -> None:
    known = await organization(registry)
    near = asked(registry, "list_size_declarations", "reviewer", region=PENGJIANG)
    assert await list_sizes(near, known) == []
    for reader, which in (
        (asked(registry, "list_size_declarations", "reviewer", region=TAISHAN), known),
        (near, parse("org", f"org_{uuid4().hex}")),
    ):
        with pytest.raises(NotFound):
            await list_sizes(reader, which)
