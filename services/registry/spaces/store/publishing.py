"""Remembers every change of spaces and teams in the feed, whole, in the transaction that makes it."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.registry.catalogue.domain.dossier import Document
from services.registry.feed.store.publishing import tell
from services.registry.spaces.domain.dossier import space_document, team_document
from services.registry.spaces.domain.space import Space
from services.registry.spaces.domain.team import Team
from services.registry.spaces.store import dossiers, spaces, teams


async def tell_team(connection: AsyncConnection, team: Team, *, at: datetime) -> Document:
    """Write down a locked team as changed, and put its document into the feed."""
    changed = team.changed()
    await teams.save(connection, changed)
    (dossier,) = await dossiers.of_teams(connection, [changed])
    document = team_document(dossier)
    await tell(connection, "team", [document], at=at)
    return document


async def tell_space(connection: AsyncConnection, space: Space, *, at: datetime) -> Document:
    """Write down a locked space as changed, and put its document into the feed."""
    changed = space.changed()
    await spaces.save(connection, changed)
    document = space_document(changed)
    await tell(connection, "space", [document], at=at)
    return document
