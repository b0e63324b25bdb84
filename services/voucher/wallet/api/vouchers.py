"""Speaks HTTP for `/v1/vouchers` and `/v1/wallet`: what a holder has, and what of it may be spent now."""

from typing import Annotated

from fastapi import Query

from services.chassis.http import Db, Permitted, router
from services.chassis.ids import OrganizationId
from services.chassis.models import Day, Instant, Money, StrictModel
from services.chassis.pages import PAGE_DEFAULT, After, Limit, Page
from services.voucher.wallet.api.names import ApplicationId, RoundId, SchemeVersionId, VoucherId
from services.voucher.wallet.domain.voucher import VoucherState
from services.voucher.wallet.operations import numbers, vouchers
from services.voucher.wallet.operations.vouchers import Seen

routes = router()
OfRound = Annotated[RoundId | None, Query(description="Only vouchers of this round.")]


class VoucherView(StrictModel):
    """A voucher: always face = available + held + captured + reclaimed; state as of now.

    spendable is what may be spent now: the available value, or nothing once the voucher is expired. A date includes
    its whole day; the instant beside it is the first that no longer belongs to it.
    """

    id: VoucherId
    number: str
    application_id: ApplicationId
    round_id: RoundId
    scheme_version_id: SchemeVersionId
    holder_id: OrganizationId
    state: VoucherState
    face: Money
    available: Money
    held: Money
    captured: Money
    reclaimed: Money
    spendable: Money
    backfilled: bool
    use_by: Day
    use_by_ends: Instant
    deliver_by: Day
    deliver_by_ends: Instant
    claim_by: Day
    issued_at: Instant


class WalletView(StrictModel):
    """A holder's vouchers, those that end first before the others, and one total of what may be spent now."""

    spendable: list[Money]
    vouchers: list[VoucherView]


def voucher_view(seen: Seen) -> VoucherView:
    """A voucher as shown."""
    voucher = seen.voucher

    def money(fen: int) -> Money:
        return Money.of(fen, voucher.currency)

    return VoucherView(
        id=voucher.id,
        number=numbers.shown(voucher.number),
        application_id=voucher.application_id,
        round_id=voucher.round_id,
        scheme_version_id=voucher.scheme_version_id,
        holder_id=voucher.holder_id,
        state=seen.state,
        face=money(voucher.face),
        available=money(voucher.available),
        held=money(voucher.held),
        captured=money(voucher.captured),
        reclaimed=money(voucher.reclaimed),
        spendable=money(seen.spendable),
        backfilled=voucher.backfilled,
        use_by=voucher.use_by,
        use_by_ends=voucher.use_by_ends,
        deliver_by=voucher.deliver_by,
        deliver_by_ends=voucher.deliver_by_ends,
        claim_by=voucher.claim_by,
        issued_at=voucher.issued_at,
    )


@routes.get("/v1/vouchers", tags=["vouchers"])
async def list_vouchers(
    db: Db, permit: Permitted, round_id: OfRound = None, after: After = None, limit: Limit = PAGE_DEFAULT
) -> Page[VoucherView]:
    """Vouchers, newest first: the holder's own, of the operator's bureau, all for the auditor."""
    found, cursor = await vouchers.list_vouchers(db, permit=permit, round_id=round_id, after=after, limit=limit)
    return Page(items=[voucher_view(seen) for seen in found], next_cursor=cursor)


@routes.get("/v1/vouchers/{voucher_id}", tags=["vouchers"])
async def get_voucher(voucher_id: VoucherId, db: Db, permit: Permitted) -> VoucherView:
    """One voucher as it stands now."""
    return voucher_view(await vouchers.read_voucher(db, permit=permit, voucher_id=voucher_id))


@routes.get("/v1/wallet", tags=["vouchers"])
async def get_wallet(db: Db, permit: Permitted) -> WalletView:
    """The vouchers of the caller's organisation, with one total per currency."""
    found = await vouchers.read_wallet(db, permit=permit)
    totals: dict[str, int] = {}
    for seen in found:
        totals[seen.voucher.currency] = totals.get(seen.voucher.currency, 0) + seen.spendable
    return WalletView(
        spendable=[Money.of(fen, currency) for currency, fen in sorted(totals.items())],
        vouchers=[voucher_view(seen) for seen in found],
    )
