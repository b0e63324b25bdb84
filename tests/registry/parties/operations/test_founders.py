"""What a founder is and did over the years is recorded with evidence, and read as one life."""

import asyncio
from dataclasses import replace
from datetime import date
from uuid import UUID, uuid4

import pytest

from services.chassis import decisions
from services.chassis.database import Database
from services.chassis.ids import new_id, parse
from services.chassis.refusals import NotFound, Refusal
from services.registry.catalogue.domain.period import Period
from services.registry.parties.domain.founder import FounderClass, FounderRole, Founding
from services.registry.parties.operations.founders import list_kinds, read_record, record_class, record_founding
from services.registry.parties.operations.people import erase_person
from services.registry.spaces.domain.team import TeamFacts
from services.registry.spaces.operations.teams import record_team
from tests.registry.parties.samples import VAULT, person
from tests.registry.samples import TODAY, asked, codes, document, organization, places, space

SINCE = date(2020, 1, 1)


def student(person_id: UUID, paper: UUID, start: date = SINCE) -> FounderClass:
    return FounderClass(new_id(), person_id, "student", Period(start), paper)


def founding(person_id: UUID, paper: UUID, *, firm: UUID | None = None, team: UUID | None = None) -> Founding:
    return Founding(new_id(), person_id, firm, team, FounderRole.FOUNDER, Period(SINCE), paper)


async def team_of(database: Database, home: UUID, *members: UUID) -> UUID:
    told = await record_team(
        asked(database, "create_team"), TeamFacts("小队", members), space_id=home, stay=Period(date(2020, 3, 1))
    )
    return parse("tea", told["id"])


async def test_a_class_is_recorded_with_the_clauses_that_name_it(registry: Database) -> None:
    known, paper = await person(registry), await document(registry)
    told = await record_class(asked(registry, "create_founder_class"), student(known, paper))
    async with registry.read() as connection:
        (kept,) = await decisions.of_subject(connection, known)
    assert (told["class"], told["from"], kept.kind) == ("student", "2020-01-01", "founder_class")
    assert kept.clause == "jiaxing-2015-90 四(一); tianshui-2015 二(二); liaoning-2016-88 二(二)2"


async def test_a_class_of_an_unknown_person_or_with_unknown_evidence_is_refused(registry: Database) -> None:
    request, known = asked(registry, "create_founder_class"), await person(registry)
    with pytest.raises(Refusal) as refused:
        await record_class(request, replace(student(known, uuid4()), kind="king"))
    assert places(refused.value) == {"/class": "founder_class.unlisted", "/document": "reference.unknown"}
    with pytest.raises(NotFound):
        await record_class(request, student(uuid4(), uuid4()))


async def test_the_same_class_twice_at_once_is_kept_once(registry: Database) -> None:
    known, paper = await person(registry), await document(registry)
    request = asked(registry, "create_founder_class")
    answers = await asyncio.gather(
        *(record_class(request, student(known, paper)) for _ in range(5)), return_exceptions=True
    )
    refused = [answer for answer in answers if isinstance(answer, Refusal)]
    assert [codes(answer) for answer in refused] == [{"founder_class.overlap"}] * 4


async def test_a_founding_is_of_an_organisation_or_of_a_team_that_is_there(registry: Database) -> None:
    known, paper, firm = await person(registry), await document(registry), await organization(registry)
    request = asked(registry, "create_founding")
    told = await record_founding(request, founding(known, paper, firm=firm))
    assert (told["organization"], told["team"], told["role"]) == (f"org_{firm.hex}", None, "founder")
    for wanted, where in (
        (founding(known, paper, firm=uuid4()), "/organization"),
        (founding(known, paper, team=uuid4()), "/team"),
    ):
        with pytest.raises(Refusal) as refused:
            await record_founding(request, wanted)
        assert places(refused.value) == {where: "reference.unknown"}


async def test_a_record_tells_classes_teams_foundings_and_spaces_oldest_first(registry: Database) -> None:
    members = [await person(registry, order) for order in (121, 123, 125)]
    paper, firm = await document(registry), await organization(registry)
    home = await space(registry, firm)
    team = await team_of(registry, home, *members)
    await record_class(asked(registry, "create_founder_class"), student(members[0], paper, date(2019, 9, 1)))
    await record_founding(asked(registry, "create_founding"), founding(members[0], paper, team=team))
    told = await read_record(asked(registry, "get_person_record", "auditor"), members[0])
    assert [(one["kind"], one["from"]) for one in told["entries"]] == [
        ("class", "2019-09-01"),
        ("founding", "2020-01-01"),
        ("team", "2020-03-01"),
        ("space", "2020-03-01"),
    ]
    assert (told["entries"][3]["space"], told["entries"][2]["role"]) == (f"spc_{home.hex}", "core_member")


async def test_a_record_outlives_the_person_and_tells_nothing_personal(registry: Database) -> None:
    known, paper = await person(registry), await document(registry)
    await record_class(asked(registry, "create_founder_class"), student(known, paper))
    await erase_person(asked(registry, "erase_registered_person"), VAULT, known, reason="本人申请")
    told = await read_record(asked(registry, "get_person_record"), known)
    assert [one["class"] for one in told["entries"]] == ["student"]
    with pytest.raises(Refusal, match=r"people\.erased"):
        await record_class(asked(registry, "create_founder_class"), student(known, paper, TODAY))
    with pytest.raises(NotFound):
        await read_record(asked(registry, "get_person_record"), uuid4())


def test_every_class_says_who_names_it() -> None:
    assert all(kind["clauses"] for kind in list_kinds())
