"""Teams and persons are read as holders; firms with their founders' classes and the levels of the spaces they run."""

from datetime import date
from uuid import UUID

from services.chassis.database import Database
from services.chassis.ids import show
from services.standards.holding import Kind
from services.voucher.directory.domain.change import Change
from services.voucher.directory.domain.party import FounderClass, Party, Relation, Span
from services.voucher.directory.store import feed, outline, parties
from tests.voucher.oversight.held import MEMBERS, SPACE, STUDENT, TEAM, a_person, a_space, a_team
from tests.voucher.redemption.stored import organization

FIRM, DAY = UUID(int=90), date(2020, 9, 14)
SINCE = Span(date(2020, 1, 1))


async def read(database: Database, one: UUID, *told: Change) -> Party:
    """As of the outline and without it alike."""
    async with database.begin() as connection:
        await feed.keep(connection, told, cursor="1", complete=True)
        outlined, _ = await outline.read(connection)
        found = await parties.read(connection, [one])
        assert found == await parties.heard(connection, [one], outlined)
    return found[one]


async def test_a_team_is_known_by_its_members_and_where_they_live(voucher_db: Database) -> None:
    people = [a_person(MEMBERS[0], founder_classes=[STUDENT]), a_person(MEMBERS[1])]
    team = await read(voucher_db, TEAM, a_team(), a_space("national"), *people)
    assert (team.kind, team.name, team.region, team.uscc) == (Kind.TEAM, "飞鸟团队", "440703", None)
    assert (team.members, team.quota_root, team.is_active) == (3, TEAM, True)
    (stay,) = team.residencies
    assert (stay.space, stay.levels_on(DAY), stay.span) == (show("spc", SPACE), ("national",), Span(date(2020, 2, 1)))
    assert team.founder_classes == (FounderClass("student", SINCE),)
    assert team.people_on(DAY) == frozenset(MEMBERS)


async def test_a_team_that_is_a_firm_by_now_holds_nothing_more_and_is_of_the_same_people(voucher_db: Database) -> None:
    firm = show("org", FIRM)
    team = await read(voucher_db, TEAM, a_team(status="incorporated", incorporated_as=firm, residencies=[]))
    assert not team.is_active
    assert team.related_to(FIRM, DAY) == Relation(FIRM, "same", Span(date.min))


async def test_a_person_is_known_by_reference(voucher_db: Database) -> None:
    person = await read(voucher_db, MEMBERS[0], a_person(founder_classes=[STUDENT]))
    assert (person.kind, person.name, person.region, person.uscc) == (Kind.PERSON, "", "440703", None)
    assert person.classes_on(DAY) == {"student"}
    assert person.quota_root == MEMBERS[0]
    assert person.people_on(DAY) == {MEMBERS[0]}


async def test_a_person_whose_region_nobody_recorded_has_none(voucher_db: Database) -> None:
    assert (await read(voucher_db, MEMBERS[0], a_person(region=None))).region == ""


async def test_a_firm_is_of_the_classes_of_its_founders_while_they_are_that(voucher_db: Database) -> None:
    until = {"class": "returnee", "from": "2019-01-01", "until": "2020-03-31"}
    founder = {"person": show("per", MEMBERS[0]), "role": "founder", "from": "2020-02-01", "until": None}
    stranger = {**founder, "person": show("per", UUID(int=91))}
    told = organization(FIRM, founders=[founder, stranger])
    firm = await read(voucher_db, FIRM, told, a_person(founder_classes=[STUDENT, until]))
    assert [firm.classes_on(date(2020, month, 1)) for month in (1, 2, 4)] == [
        set(),
        {"student", "returnee"},
        {"student"},
    ]
    assert firm.people_on(DAY) == {MEMBERS[0], UUID(int=91)}


async def test_a_firm_has_the_levels_of_the_spaces_that_it_runs(voucher_db: Database) -> None:
    firm = await read(voucher_db, FIRM, organization(FIRM, spaces=[show("spc", SPACE)]), a_space("province"))
    assert [firm.levels_on(day) for day in (DAY, date(2018, 12, 31))] == [{"province"}, frozenset()]
