"""A space in anybody's hands, on real rows: whatever is refused leaves no trace, and the history has no gap."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from itertools import count, pairwise
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.chassis.database import Database
from services.chassis.refusals import Refusal
from services.registry.catalogue.domain.dossier import Document
from services.registry.spaces.domain.recognition import Level, Track
from services.registry.spaces.operations.recognitions import decline_space, give_up_recognition, list_history
from services.registry.spaces.operations.spaces import amend_space, close_space, read_space
from tests.registry.samples import CITY, asked, organization, space
from tests.registry.spaces.samples import filed, ground, recognised, revoked

OPERATORS = count(1)


async def declined(database: Database, place: UUID) -> Document:
    reviewer = asked(database, "decline_space", "reviewer", region=CITY)
    return await decline_space(reviewer, place, ground=await ground(database))


async def raised(database: Database, place: UUID) -> Document:
    return await recognised(database, place, level=Level.NATIONAL)


async def given_up(database: Database, place: UUID) -> Document:
    request = asked(database, "give_up_recognition")
    return await give_up_recognition(request, place, Track.SCIENCE, ground=await ground(database))


async def closed(database: Database, place: UUID) -> Document:
    return await close_space(asked(database, "close_space"), place, reason="停业")


async def opened(database: Database, place: UUID) -> Document:
    version = (await read_space(asked(database, "get_space"), place))["version"]
    return await amend_space(asked(database, "update_space"), place, version=version, changes={"status": "active"})


ACTS: list[Callable[[Database, UUID], Awaitable[Document]]] = [
    *(filed, declined, recognised, raised, revoked, given_up, closed, opened)
]


def back_from_revoked(verbs: list[str]) -> list[list[str]]:
    """What was done between each revocation and the recognition that came next."""
    ways: list[list[str]] = []
    since: list[str] | None = None
    for verb in verbs:
        if verb == "recognise" and since is not None:
            ways, since = [*ways, since], None
        since = [] if verb == "revoke" else (None if since is None else [*since, verb])
    return ways


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(st.sampled_from(ACTS), min_size=4, max_size=14))
async def test_no_way_leads_back_from_revoked_but_a_filing_and_a_recognition(
    registry: Database, acts: list[Callable[[Database, UUID], Awaitable[Document]]]
) -> None:
    place = await space(registry, await organization(registry, next(OPERATORS)))
    for act in acts:
        with suppress(Refusal):
            await act(registry, place)
    steps, _ = await list_history(asked(registry, "list_space_history"), place, after=None, limit=200)
    told = await read_space(asked(registry, "get_space"), place)
    assert [step["number"] for step in steps] == list(range(1, len(steps) + 1))
    assert all(before["to"] == after["from"] for before, after in pairwise(steps))
    assert all("file" in between for between in back_from_revoked([step["verb"] for step in steps]))
    assert told["state"] == steps[-1]["to"]
    in_force = [one for one in told["recognitions"] if one["ended_on"] is None]
    assert (told["state"] == "recognised") == bool(in_force)
    assert len({one["track"] for one in in_force}) == len(in_force)
