"""Remembers how an organisation is put together again from all that stands beside it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar, cast
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.registry.parties.domain.dossier import OrganizationDossier
from services.registry.parties.domain.founder import Founding
from services.registry.parties.store import founders, heirs, names, organizations, quotas, roles, sizes, standing

Fact = TypeVar("Fact")


async def of_organizations(connection: AsyncConnection, ids: Sequence[UUID]) -> dict[UUID, OrganizationDossier]:
    """Organisations with everything, in eleven or twelve statements, however many; unknown ids are left out."""
    found = await organizations.read(connection, ids)
    called = _by(await names.of_organizations(connection, ids), lambda name: (name.organization_id,))
    declared = _by(await sizes.of_organizations(connection, ids), lambda size: (size.facts.organization_id,))
    listings = _by(await standing.listings_of(connection, ids), lambda listing: (listing.organization_id,))
    sanctions = _by(await standing.sanctions_of(connection, ids), lambda sanction: (sanction.organization_id,))
    inherited = await heirs.sanctions_before(connection, ids)
    links = _by(await standing.links_of(connection, ids), lambda link: {link.a_id, link.b_id})
    provider = await roles.providers(connection, ids)
    run = await roles.spaces(connection, ids)
    roots = await quotas.roots_of(connection, ids)
    founded = _by(await founders.of_organizations(connection, ids), lambda one: (_founded(one),))
    return {
        one: OrganizationDossier(
            organization=found[one],
            names=called.get(one, ()),
            sizes=declared.get(one, ()),
            listings=listings.get(one, ()),
            sanctions=[*sanctions.get(one, ()), *inherited.get(one, ())],
            links=links.get(one, ()),
            provider=provider.get(one),
            spaces=run.get(one, ()),
            quota_roots=roots.get(one, ()),
            founders=founded.get(one, ()),
        )
        for one in ids
        if one in found
    }


def _founded(one: Founding) -> UUID:
    """What a founding read for organisations is of: never of a team."""
    return cast(UUID, one.organization_id)


def _by(facts: Iterable[Fact], whose: Callable[[Fact], Iterable[UUID]]) -> Mapping[UUID, Sequence[Fact]]:
    """Facts by the organisations whose they are, in the order given: an import reads a thousand at once."""
    found: dict[UUID, list[Fact]] = defaultdict(list)
    for fact in facts:
        for one in whose(fact):
            found[one].append(fact)
    return found
