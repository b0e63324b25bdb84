"""Spaces that are filed, recognised and revoked, and teams that live in them, as tests of several wings need them."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from services.chassis import events
from services.chassis.clock import business_now
from services.chassis.database import Database
from services.chassis.events import Event
from services.chassis.ids import new_id, parse
from services.registry.asked import Asked
from services.registry.catalogue.domain.dossier import Document
from services.registry.catalogue.domain.period import Period
from services.registry.spaces.domain.activity import ActivityFacts, ActivityKind
from services.registry.spaces.domain.mentor import Mentor
from services.registry.spaces.domain.recognition import Level, Recognition, Track
from services.registry.spaces.domain.team import TeamFacts
from services.registry.spaces.operations.acting import Ground
from services.registry.spaces.operations.activities import record_activity
from services.registry.spaces.operations.mentors import record_mentor
from services.registry.spaces.operations.recognitions import file_space, recognise_space
from services.registry.spaces.operations.revocations import answer_revocation, propose_revocation, revoke_space
from services.registry.spaces.operations.spaces import read_space
from services.registry.spaces.operations.teams import record_team
from services.registry.spaces.store.mentors import PEOPLE
from tests.registry.samples import CITY, TODAY, asked, document

MEMBERS = tuple(UUID(int=number) for number in range(1, 4))
SINCE = Period(date(2020, 1, 1))
CLAUSE = "通政办发〔2018〕5号 四（五）"


def recognition(space_id: UUID, **changes: Any) -> Recognition:
    """A recognition by the city's science bureau, decided today."""
    usual = {
        "id": new_id(),
        "space_id": space_id,
        "track": Track.SCIENCE,
        "level": Level.CITY,
        "document_number": "江科〔2020〕61号",
        "decided_on": TODAY,
        "document_id": UUID(int=1),
        "clause": "嘉政办发〔2015〕90号 五（二）",
    }
    return Recognition(**{**usual, **changes})


async def ground(database: Database, reason: str = "连续两年考核不合格") -> Ground:
    """A reason with its clause and a document that was sent."""
    return Ground(reason, CLAUSE, await document(database))


async def filed(database: Database, space_id: UUID) -> Document:
    """A space that is filed."""
    return await file_space(asked(database, "file_space"), space_id, document_id=await document(database))


async def recognised(database: Database, space_id: UUID, **changes: Any) -> Document:
    """A filed space that is recognised."""
    reviewer = asked(database, "create_recognition", "reviewer", region=CITY)
    told = {"document_id": await document(database), **changes}
    return await recognise_space(reviewer, recognition(space_id, **told))


def of_person(database: Database, operation: str, person: str, **who: Any) -> Asked:
    """A request of one reviewer of the city, so that four eyes can be told apart."""
    request = asked(database, operation, **{"role": "reviewer", "region": CITY, **who})
    caller = replace(request.permit.caller, subject=person, person=person)
    return replace(request, permit=replace(request.permit, caller=caller))


async def proposed(database: Database, space_id: UUID) -> UUID:
    """The id of a case that the first person proposed against a recognised space."""
    told = await propose_revocation(
        of_person(database, "propose_revocation", "per_1"), space_id, ground=await ground(database)
    )
    return parse("rvc", told["id"])


async def answered(database: Database, space_id: UUID) -> UUID:
    """The id of a case to which the space has answered."""
    case = await proposed(database, space_id)
    operator = parse("org", (await read_space(asked(database, "get_space"), space_id))["operator"])
    own = asked(database, "answer_revocation", "space", organization=operator)
    await answer_revocation(own, space_id, case, text="整改已完成")
    return case


async def revoked(database: Database, space_id: UUID) -> Document:
    """A recognised space that was heard and is revoked by a second person."""
    await answered(database, space_id)
    second = of_person(database, "revoke_space", "per_2")
    return await revoke_space(second, space_id, ground=await ground(database))


async def team(database: Database, space_id: UUID, name: str = "轨道小队", members: tuple[UUID, ...] = MEMBERS) -> UUID:
    """The id of a team of persons on record that has lived in a space since the first of January."""
    await on_record(database, *members)
    facts = TeamFacts(name, members)
    told = await record_team(asked(database, "create_team"), facts, space_id=space_id, stay=SINCE)
    return parse("tea", told["id"])


async def on_record(database: Database, *people: UUID) -> None:
    """Record persons by these ids; what is sealed of them means nothing."""
    async with database.begin() as connection:
        at = await business_now(connection)
        for one in people:
            row = {"id": one, "wrapped_key": b"k", "personal": b"p", "id_index": one.bytes * 2, "version": 1}
            statement = insert(PEOPLE).values({**row, "recorded_at": at, "recorded_by": "per_1"})
            await connection.execute(statement.on_conflict_do_nothing())


async def person(database: Database) -> UUID:
    """The id of a person on record."""
    made = new_id()
    await on_record(database, made)
    return made


async def mentor(database: Database, space_id: UUID, until: date | None = None) -> UUID:
    """The id of a mentor of a space since the first of January."""
    who, period = await person(database), Period(SINCE.start, until)
    one = Mentor(new_id(), space_id, who, "高级工程师", ("rail-transit",), period)
    return parse("mnt", (await record_mentor(asked(database, "create_mentor"), one))["id"])


def held(**changes: Any) -> ActivityFacts:
    """A training of two sessions with 45 heads."""
    usual = ActivityFacts(ActivityKind.TRAINING, "创业训练营", date(2020, 9, 1), sessions=2, heads=45)
    return replace(usual, **changes)


async def activity(database: Database, space_id: UUID, **changes: Any) -> UUID:
    """The id of an activity of a space."""
    told = await record_activity(asked(database, "create_activity"), space_id, held(**changes))
    return parse("atv", told["id"])


async def feed(database: Database) -> list[Event]:
    """What the feed tells, the oldest first."""
    async with database.read() as connection:
        return [entry.event for entry in await events.read(connection, after=None, limit=200)]
