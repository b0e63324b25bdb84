"""Remembers that a space was revoked 取消资格, in the transaction of whoever decides it: by hand, or by assessment."""

from sqlalchemy.ext.asyncio import AsyncConnection

from services.registry.catalogue.domain.dossier import Document
from services.registry.spaces.domain import recognition
from services.registry.spaces.domain.act import Act
from services.registry.spaces.domain.space import Space
from services.registry.spaces.store.recognitions import standing
from services.registry.spaces.store.settling import settle


async def revoke(connection: AsyncConnection, space: Space, act: Act) -> Document:
    """Revoke a space that the caller holds with its operator (`hold_space`), from the act's day on; its document.

    All its recognitions end that day; residencies and running vouchers are left alone, nobody new moves in. The act
    names reason, clause and document; its verb is ``revoke``. Refusal ``space.state`` unless recognised.
    """
    before = await standing(connection, space)
    after = recognition.revoke(before, reason=act.reason or "", on=act.today)
    return await settle(connection, before, after, act)
