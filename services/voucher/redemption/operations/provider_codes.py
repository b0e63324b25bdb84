"""Makes and retires the static codes of providers, and tells a holder who scanned one whom he would pay."""

import secrets
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock, events, idempotency
from services.chassis.authorisation import NOBODY, Permit
from services.chassis.database import Database
from services.chassis.events import Event
from services.chassis.idempotency import Answer, Keyed
from services.chassis.ids import new_id, show
from services.chassis.refusals import NotFound, Refusal
from services.standards import spelling
from services.standards.calendar import local_date
from services.voucher.directory.store import parties
from services.voucher.ledger.domain.journal import HOUSE_ZONE
from services.voucher.redemption.domain.provider_code import DRAWN, PREFIX, Named, ProviderCode, named, normal
from services.voucher.redemption.store import provider_codes


async def make_provider_code(database: Database, keyed: Keyed, *, permit: Permit, label: str) -> Answer:
    """A new code of the caller's organisation. Refusal ``provider.not_admitted``."""
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        now = await clock.business_now(connection)
        made = ProviderCode(
            id=new_id(),
            code=PREFIX + spelling.draw(DRAWN, secrets.choice),
            provider_id=await _provider(connection, permit),
            organization_id=permit.caller.organization or NOBODY,
            label=label,
            created_at=now,
            created_by=permit.caller.person,
        )
        await provider_codes.add(connection, made)
        await events.append(connection, [_event(made, "created")])
        return await idempotency.record(connection, keyed, made, made.id)


async def retire_provider_code(database: Database, keyed: Keyed, *, permit: Permit, code_id: UUID) -> Answer:
    """Retire a code: from now on it names nobody. NotFound ``provider_code.unknown``; ``provider_code.retired``."""
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        code = await provider_codes.lock(connection, code_id)
        permit.require("provider_code.unknown", organizations=[code.organization_id])
        retired = code.retired(at=await clock.business_now(connection), by=permit.caller.person)
        await provider_codes.retire(connection, retired)
        await events.append(connection, [_event(retired, "retired")])
        return await idempotency.record(connection, keyed, retired, code_id)


async def read_provider_code(database: Database, *, text: str) -> Named:
    """Whom a code stands for today; NotFound ``provider_code.unknown``, alike when it is retired."""
    async with database.read() as connection:
        code = (await provider_codes.live(connection, [normal(text)])).get(normal(text))
        found = await parties.by_provider(connection, [code.provider_id]) if code is not None else {}
        if code is None or code.provider_id not in found:
            raise NotFound("provider_code.unknown")
        today = local_date(await clock.business_now(connection), HOUSE_ZONE)
    return named(code, found[code.provider_id], today)


async def list_provider_codes(
    database: Database, *, permit: Permit, after: str | None, limit: int
) -> tuple[list[ProviderCode], str | None]:
    """A page of one's own codes, all for the auditor; newest first."""
    async with database.read() as connection:
        return await provider_codes.find(connection, permit.only_organization, after=after, limit=limit)


async def _provider(connection: AsyncConnection, permit: Permit) -> UUID:
    own = permit.caller.organization or NOBODY
    party = (await parties.read(connection, [own])).get(own)
    provider = party.provider if party is not None else None
    if provider is None or provider.state != "admitted":
        state = provider.state if provider is not None else "none"
        raise Refusal("provider.not_admitted", rule="provider.state", numbers={"state": state})
    return provider.id


def _event(code: ProviderCode, past: str) -> Event:
    told = {"provider_id": show("prv", code.provider_id), "label": code.label}
    at = code.retired_at or code.created_at
    return Event(f"provider_code.{past}", "provider_code", show("pcd", code.id), (code.organization_id,), told, at)
