"""Has the registry heard anew from the beginning, because a person says that its history may be believed again."""

from dataclasses import dataclass

from services.chassis import decisions
from services.chassis.clock import business_now
from services.chassis.database import Database
from services.chassis.decisions import Decision
from services.chassis.ids import new_id
from services.voucher.directory.store import replay
from services.voucher.directory.store.replay import FeedState


@dataclass(frozen=True, slots=True)
class Asked:
    """Who (`per_…`) has everything heard anew, and why."""

    person: str
    reason: str
    request_id: str


async def ask_replay(database: Database, asked: Asked) -> FeedState:
    """Begin to hear everything anew, with its decision; a replay under way begins again. The worker carries it out."""
    async with database.begin() as connection:
        await replay.lock_place(connection)
        now = await business_now(connection)
        before = await replay.state(connection)
        await replay.ask(connection)
        decision = Decision(
            subject_kind="registry_feed",
            subject_id=new_id(),
            kind="replay",
            outcome="asked",
            actor=asked.person,
            at=now,
            rule="directory.trust",
            numbers={"why": before.distrusted_why, "reason": asked.reason, "known": before.known},
            request_id=asked.request_id,
        )
        await decisions.record(connection, [decision])
        return await replay.state(connection)


async def read_state(database: Database) -> FeedState:
    """How the directory stands to the registry."""
    async with database.read() as connection:
        return await replay.state(connection)
