"""Remembers every change of spaces and teams in the feed, whole, in the transaction that makes it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.registry.catalogue.domain.dossier import Document
from services.registry.feed.store.publishing import tell
from services.registry.spaces.domain.dossier import space_document, team_document
from services.registry.spaces.domain.space import Space
from services.registry.spaces.domain.team import Team
from services.registry.spaces.store import dossiers, recognitions, spaces, teams


async def tell_team(connection: AsyncConnection, team: Team, *, at: datetime) -> Document:
    """Write down a locked team as changed, and put its document into the feed."""
    (document,) = await tell_teams(connection, [team], at=at)
    return document


async def tell_teams(connection: AsyncConnection, changing: Sequence[Team], *, at: datetime) -> list[Document]:
    """Write down locked teams as changed, and put their documents into the feed."""
    changed = [team.changed() for team in changing]
    for team in changed:
        await teams.save(connection, team)
    documents = [team_document(dossier) for dossier in await dossiers.of_teams(connection, changed)]
    await tell(connection, "team", documents, at=at)
    return documents


async def tell_space(connection: AsyncConnection, space: Space, *, at: datetime) -> Document:
    """Write down a locked space as changed, and put its document into the feed."""
    changed = space.changed()
    await spaces.save(connection, changed)
    document = space_document(await recognitions.standing(connection, changed))
    await tell(connection, "space", [document], at=at)
    return document
