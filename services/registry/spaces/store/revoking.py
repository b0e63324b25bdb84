"""Remembers that a space was revoked 取消资格, in the transaction of whoever decides it: by hand, or by assessment."""

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import tasks
from services.registry.catalogue.domain.dossier import Document
from services.registry.spaces.domain import recognition
from services.registry.spaces.domain.act import Act
from services.registry.spaces.domain.revocation import RevocationState, Verdict
from services.registry.spaces.domain.space import Space
from services.registry.spaces.store import revocations
from services.registry.spaces.store.recognitions import standing
from services.registry.spaces.store.settling import settle


async def revoke(connection: AsyncConnection, space: Space, act: Act) -> Document:
    """Revoke a space that the caller holds with its operator (`hold_space`), from the act's day on; its document.

    All its recognitions end that day; residencies and running vouchers are left alone, nobody new moves in. The act
    names reason, clause and document; its verb is ``revoke``. A case that runs against the space is over with it,
    unless whoever acts proposed it himself: then another person drops it. A space that has given up or closed before
    it came to this is barred in the same way, and its filing is over.
    """
    before = await standing(connection, space)
    if before.open:
        after = recognition.revoke(before, reason=act.reason or "", on=act.today)
    else:
        after = recognition.bar(before, on=act.today)
        await tasks.close_tasks(connection, [space.id], at=act.at)
    running = await revocations.running(connection, space.id)
    if running is not None and running.proposed_by != act.by:
        verdict = Verdict(act.by, act.at, act.reason or "")
        await revocations.save(connection, replace(running, state=RevocationState.REVOKED, verdict=verdict))
        await tasks.close_tasks(connection, [running.id], at=act.at)
    return await settle(connection, before, after, act)
