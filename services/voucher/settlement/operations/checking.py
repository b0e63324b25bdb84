"""Gathers what a claim is checked upon, and checks one without keeping anything of it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock
from services.chassis.authorisation import Permit
from services.chassis.database import Database
from services.voucher.directory.store import parties
from services.voucher.ledger.store import lines
from services.voucher.redemption.domain.redemption import Redemption
from services.voucher.redemption.domain.tariff import agreed
from services.voucher.redemption.store import captures, redemptions
from services.voucher.redemption.store.standing import rated
from services.voucher.scheme.store import versions
from services.voucher.settlement.domain.checking import Asked, Checked, Claimable, Desk, Payer, check
from services.voucher.settlement.domain.escrow import Escrow
from services.voucher.settlement.domain.evidence import Shown
from services.voucher.settlement.store import escrows, invoices, slips
from services.voucher.wallet.domain.voucher import Voucher
from services.voucher.wallet.store import rounds, vouchers


async def check_claim(database: Database, *, permit: Permit, asked: Sequence[Asked]) -> list[Checked]:
    """Every line with all that is wrong with it, by the same rules as submitting; nothing is locked or kept."""
    async with database.read() as connection:
        named = await captures.redemptions_of(connection, _captures(asked), payee_id=permit.caller.organization)
        standing = await redemptions.read(connection, set(named.values()))
        found = await vouchers.read_all(connection, {one.terms.voucher_id for one in standing.values()})
        invoice_ids, slip_ids = sources(asked)
        shown = Shown(await invoices.read(connection, invoice_ids), await slips.read(connection, slip_ids))
        paid_in = await escrows.read(connection, standing)
        now = await clock.business_now(connection)
        return check(asked, await lay_out(connection, Standing(standing, found, paid_in), shown, now))


async def lock_claim(connection: AsyncConnection, asked: Sequence[Asked], *, payee_id: UUID | None) -> Desk:
    """The same, locked in the house's order until the transaction ends: vouchers, redemptions, escrows, invoices,
    slips.

    The vouchers are not changed: a line refers to one, and whoever refunds has locked it before the redemption.
    """
    named = await captures.redemptions_of(connection, _captures(asked), payee_id=payee_id)
    seen = await redemptions.read(connection, set(named.values()))
    found = await vouchers.lock(connection, {one.terms.voucher_id for one in seen.values()})
    standing = await redemptions.lock(connection, set(named.values()))
    paid_in = await escrows.lock(connection, standing)
    invoice_ids, slip_ids = sources(asked)
    shown = Shown(await invoices.lock(connection, invoice_ids), await slips.lock(connection, slip_ids))
    now = await clock.business_now(connection)
    return await lay_out(connection, Standing(standing, found, paid_in), shown, now)


@dataclass(frozen=True, slots=True)
class Standing:
    """The redemptions whose captures are claimed, their vouchers, and what holders paid in for them."""

    redemptions: Mapping[UUID, Redemption]
    vouchers: Mapping[UUID, Voucher]
    escrows: Mapping[UUID, Escrow]


async def lay_out(connection: AsyncConnection, standing: Standing, shown: Shown, now: datetime) -> Desk:
    """Every capture of these redemptions with its rules and its payer, and the evidence beside it."""
    found = standing.vouchers
    schemes = await versions.rules(connection, rated(found, standing.redemptions))
    payers = await _payers(connection, {one.round_id for one in found.values()})
    claimable = {}
    for redemption in standing.redemptions.values():
        voucher = found[redemption.terms.voucher_id]
        scheme, payer = schemes[voucher.scheme_version_id], payers[voucher.round_id]
        for capture in redemption.captures:
            claimable[capture.id] = Claimable(redemption, capture, voucher, scheme, agreed(schemes, redemption), payer)
    calendar = await parties.working_days(connection)
    return Desk(now=now, captures=claimable, shown=shown, calendar=calendar, escrows=standing.escrows)


def sources(asked: Sequence[Asked]) -> tuple[set[UUID], set[UUID]]:
    """The invoices and the bank slips that these lines name."""
    invoice_ids = {one.evidence_id for line in asked for one in line.drawn.invoices}
    return invoice_ids, {one.evidence_id for line in asked for one in line.drawn.slips}


def _captures(asked: Sequence[Asked]) -> set[UUID]:
    return {line.capture_id for line in asked}


async def _payers(connection: AsyncConnection, round_ids: Collection[UUID]) -> dict[UUID, Payer]:
    """Who pays for each round's vouchers. A round that issued one was funded; ValueError else."""
    funded: dict[UUID, UUID] = {}
    for one in (await rounds.read_all(connection, round_ids)).values():
        if one.budget_line_id is None:
            raise ValueError(f"round {one.id} issued vouchers without a budget line")
        funded[one.id] = one.budget_line_id
    of = await lines.treasuries(connection, set(funded.values()))
    return {round_id: Payer(line_id, of[line_id]) for round_id, line_id in funded.items()}
