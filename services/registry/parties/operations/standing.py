"""Records what puts an organisation forward or holds it back: priority lists, related parties, sanctions."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import decisions, pages
from services.chassis.clock import business_now
from services.chassis.decisions import Decision
from services.chassis.refusals import NotFound, refuse_all
from services.registry.asked import Asked
from services.registry.catalogue.domain.dossier import Document
from services.registry.evidence import document_faults, missing
from services.registry.parties.domain.dossier import link_document, sanction_document
from services.registry.parties.domain.standing import (
    Link,
    PriorityListing,
    Sanction,
    authority_faults,
    end,
    link_faults,
    listing_faults,
    sanction_faults,
)
from services.registry.parties.store import heirs, organizations, standing
from services.registry.parties.store.holding import hold_organization
from services.registry.parties.store.publishing import tell_organizations
from services.registry.parties.store.standing import Turn


async def record_listing(asked: Asked, listing: PriorityListing) -> Document:
    """Put an organisation on a priority list; gives the organisation's document.

    NotFound ``organization.unknown``; Refusal with all faults of the listing.
    """
    async with asked.database.begin() as connection:
        organization = await hold_organization(connection, asked, listing.organization_id)
        now = await business_now(connection)
        known = await standing.listings_of(connection, [organization.id])
        faults = [*listing_faults(listing, known), *await document_faults(connection, listing.document_id)]
        refuse_all(faults)
        await standing.add_listing(connection, listing, at=now, by=asked.actor)
        told = await tell_organizations(connection, [organization.id], at=now, today=asked.day_of(now))
        return told[organization.id]


async def record_link(asked: Asked, link: Link) -> Document:
    """Record that two organisations are related parties, with its decision; both documents go into the feed.

    Refusal with all faults of the link, ``reference.unknown`` for an organisation that is not there.
    """
    async with asked.database.begin() as connection:
        held = await organizations.lock(connection, [link.a_id, link.b_id])
        now = await business_now(connection)
        refuse_all(
            [
                *missing("organization", [("/a", link.a_id in held), ("/b", link.b_id in held)]),
                *link_faults(link, await standing.links_of(connection, [link.a_id, link.b_id])),
                *await document_faults(connection, link.document_id),
            ]
        )
        await standing.add_link(connection, link, at=now, by=asked.actor)
        await _record_decision(connection, asked, link, now)
        await tell_organizations(connection, sorted(held), at=now, today=asked.day_of(now))
        return link_document(link)


async def end_link(asked: Asked, link_id: UUID, *, last_day: date, document_id: UUID) -> Document:
    """End an open link with its last day, with its decision; both documents go into the feed.

    NotFound ``related_party.unknown``; Refusal with all faults of the end.
    """
    async with asked.database.begin() as connection:
        seen = await standing.read_link(connection, link_id)
        if seen is None:
            raise NotFound("related_party.unknown")
        held = await organizations.lock(connection, [seen.a_id, seen.b_id])
        now = await business_now(connection)
        today = asked.day_of(now)
        (link,) = await standing.read_links(connection, [link_id])
        ended = end(link, last_day, today=today, also=await document_faults(connection, document_id))
        await standing.end_link(connection, ended)
        await _record_decision(connection, asked, ended, now, kind="end")
        await tell_organizations(connection, sorted(held), at=now, today=today)
        return link_document(ended)


async def record_sanction(asked: Asked, sanction: Sanction) -> Document:
    """Record that an organisation is kept out by another authority's decision.

    Refusal with all faults of the sanction, ``reference.unknown`` for an organisation that is not there.
    """
    async with asked.database.begin() as connection:
        held = await organizations.lock(connection, await heirs.after(connection, sanction.organization_id))
        now = await business_now(connection)
        today = asked.day_of(now)
        known = await standing.sanctions_of(connection, [sanction.organization_id])
        refuse_all(
            [
                *missing("organization", [("/organization", sanction.organization_id in held)]),
                *sanction_faults(sanction, known, today=today),
                *authority_faults(sanction),
                *await document_faults(connection, sanction.document_id),
            ]
        )
        written = sanction.written()
        await standing.add_sanction(connection, written, at=now, by=asked.actor)
        await _record_decision(connection, asked, written, now)
        await tell_organizations(connection, sorted(held), at=now, today=today)
        return sanction_document(written)


async def read_link(asked: Asked, link_id: UUID) -> Document:
    """Show a link to whoever may see one of its ends; NotFound ``related_party.unknown``."""
    async with asked.database.read() as connection:
        link = await standing.read_link(connection, link_id)
        if link is None:
            raise NotFound("related_party.unknown")
        ends = await organizations.read(connection, [link.a_id, link.b_id])
        asked.must_see("related_party.unknown", *ends.values())
        return link_document(link)


async def read_sanction(asked: Asked, sanction_id: UUID) -> Document:
    """Show a sanction; NotFound ``sanction.unknown``."""
    async with asked.database.read() as connection:
        sanction = await standing.read_sanction(connection, sanction_id)
        if sanction is None:
            raise NotFound("sanction.unknown")
        whose = await organizations.read(connection, [sanction.organization_id])
        asked.must_see("sanction.unknown", *whose.values())
        return sanction_document(sanction)


async def list_links(
    asked: Asked, organization: UUID | None, *, after: str | None, limit: int
) -> tuple[list[Document], str | None]:
    """Show a page of the links in sight, and its next cursor."""
    async with asked.database.read() as connection:
        turn = Turn(organization, pages.only_id(after), limit + 1)
        found = await standing.find_links(connection, asked.sight, turn)
    page, cursor = pages.cut(found, limit, lambda one: (one.id.hex,))
    return [link_document(one) for one in page], cursor


async def list_sanctions(
    asked: Asked, organization: UUID | None, *, after: str | None, limit: int
) -> tuple[list[Document], str | None]:
    """Show a page of the sanctions in sight, and its next cursor."""
    async with asked.database.read() as connection:
        turn = Turn(organization, pages.only_id(after), limit + 1)
        found = await standing.find_sanctions(connection, asked.sight, turn)
    page, cursor = pages.cut(found, limit, lambda one: (one.id.hex,))
    return [sanction_document(one) for one in page], cursor


async def _record_decision(
    connection: AsyncConnection, asked: Asked, fact: Link | Sanction, at: datetime, kind: str = "record"
) -> None:
    is_link = isinstance(fact, Link)
    decision = Decision(
        subject_kind="related_party" if is_link else "sanction",
        subject_id=fact.id,
        kind=kind,
        outcome=f"{kind}ed",
        actor=asked.actor,
        at=at,
        numbers=link_document(fact) if isinstance(fact, Link) else sanction_document(fact),
        request_id=asked.request_id,
    )
    await decisions.record(connection, [decision])
