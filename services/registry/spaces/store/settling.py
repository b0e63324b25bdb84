"""Remembers what an act made of a space: its state, its recognitions, its history, the decision, and the feed."""

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import decisions
from services.chassis.decisions import Decision
from services.chassis.ids import show
from services.registry.catalogue.domain.dossier import Document
from services.registry.parties.store.publishing import tell_organizations
from services.registry.spaces.domain.act import Act
from services.registry.spaces.domain.recognition import Standing
from services.registry.spaces.domain.space import SpaceState
from services.registry.spaces.store import history, recognitions
from services.registry.spaces.store.publishing import tell_space


async def settle(connection: AsyncConnection, before: Standing, after: Standing, act: Act) -> Document:
    """Write down what an act made of a space that is held with its operator; its document, as the feed has it.

    The operator's document is told as well: what he may be paid for can hang on a recognition of his space.
    """
    known = {one.id: one for one in before.recognitions}
    ended = [(one.id, one.end) for one in after.recognitions if one.id in known and one.end != known[one.id].end]
    await recognitions.end(connection, [(one, end) for one, end in ended if end is not None])
    for one in after.recognitions:
        if one.id not in known:
            await recognitions.add(connection, one, at=act.at, by=act.by)
    await write_down(connection, after, act, before=before.space.state)
    await tell_organizations(connection, [after.space.facts.operator_id], at=act.at, today=act.today)
    return await tell_space(connection, after.space, at=act.at)


async def write_down(connection: AsyncConnection, after: Standing, act: Act, *, before: SpaceState | None) -> None:
    """Keep the step in the space's history and the decision with its grounds."""
    await history.write(connection, after.space, act, before=before)
    numbers = {
        "from": None if before is None else before.value,
        "to": after.space.state.value,
        "reason": act.reason,
        "document": None if act.document_id is None else show("doc", act.document_id),
        "changed": {one.name: [one.before, one.after] for one in act.changed},
        "recognitions": [
            {"track": one.track.value, "level": one.level.value, "number": one.document_number} for one in after.open
        ],
    }
    decision = Decision(
        subject_kind="space",
        subject_id=after.space.id,
        kind=act.verb,
        outcome=after.space.state.value,
        actor=act.by,
        at=act.at,
        rule="the life cycle of a space",
        clause=act.clause,
        numbers=numbers,
        request_id=act.request_id,
    )
    await decisions.record(connection, [decision])
