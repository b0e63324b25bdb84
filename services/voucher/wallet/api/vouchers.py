"""Speaks HTTP for `/v1/vouchers` and `/v1/wallet`: what a holder has, and what of it may be spent now."""

from typing import Annotated, Any, Literal

from fastapi import Query

from services.chassis.holders import HolderId
from services.chassis.http import Db, Permitted, router
from services.chassis.models import Day, Instant, Money, StrictModel
from services.chassis.pages import PAGE_DEFAULT, After, Limit, Page
from services.standards.holding import Holder
from services.voucher.wallet.api.life_views import ChangeView, change_view
from services.voucher.wallet.api.names import ApplicationId, RoundId, SchemeVersionId, VoucherId
from services.voucher.wallet.domain.voucher import VoucherState
from services.voucher.wallet.operations import numbers, vouchers
from services.voucher.wallet.operations.vouchers import Seen
from services.voucher.wallet.store.vouchers import Wanted

routes = router()
OfRound = Annotated[RoundId | None, Query(description="Only vouchers of this round.")]


OfState = Annotated[VoucherState | None, Query(description="Only vouchers that are in this state now.")]
EndsBy = Literal["use_by", "year_end", "cancelled", "leftover"]
_PLAIN = (
    "id",
    "application_id",
    "round_id",
    "scheme_version_id",
    "backfilled",
    "use_by",
    "use_by_ends",
    "deliver_by",
    "deliver_by_ends",
    "claim_by",
    "issued_at",
    "claim_by_ends",
    "ends_at",
    "ends_by",
    "activated_at",
    "suspended_at",
    "extended",
)


class VoucherView(StrictModel):
    """A voucher: always face = available + held + captured + reclaimed; state as of now.

    spendable is what may be spent now: the available value while the voucher is active, else nothing. A date includes
    its whole day; the instant beside it is the first that no longer belongs to it. ends_at: the first instant at which
    nothing more may be authorised, ends_by: what sets it. activated_at is null for a draft. up_to: what its round
    issued goes beyond its budget, so that every amount is what is paid at most until it was cut pro rata.
    """

    id: VoucherId
    number: str
    application_id: ApplicationId
    round_id: RoundId
    scheme_version_id: SchemeVersionId
    holder_id: HolderId
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
    claim_by_ends: Instant
    ends_at: Instant
    ends_by: EndsBy
    issued_at: Instant
    activated_at: Instant | None
    suspended_at: Instant | None
    extended: int
    up_to: bool


class WholeVoucherView(VoucherView):
    """A voucher with what was done to it besides redeeming, oldest first."""

    history: list[ChangeView]


class EndsNext(StrictModel):
    """The voucher that ends first of those that may be spent now."""

    voucher_id: VoucherId
    ends_at: Instant
    spendable: Money


class WalletView(StrictModel):
    """A holder's vouchers, those that end first before the others, ended ones too, with their state and why.

    spendable and held: one total per currency of all vouchers, also of those beyond the thousand that are listed.
    """

    spendable: list[Money]
    held: list[Money]
    ends_next: EndsNext | None
    vouchers: list[VoucherView]


def voucher_view(seen: Seen) -> VoucherView:
    """A voucher as shown."""
    return VoucherView(**_fields(seen))


def _fields(seen: Seen) -> dict[str, Any]:
    voucher = seen.voucher

    def money(fen: int) -> Money:
        return Money.of(fen, voucher.currency)

    return {
        **{name: getattr(voucher, name) for name in _PLAIN},
        **{name: money(getattr(voucher, name)) for name in ("face", "available", "held", "captured", "reclaimed")},
        "holder_id": Holder(voucher.holder_kind, voucher.holder_id),
        "number": numbers.shown(voucher.number),
        "state": seen.state,
        "up_to": seen.up_to,
        "spendable": money(seen.spendable),
    }


@routes.get("/v1/vouchers", tags=["vouchers"])
async def list_vouchers(
    db: Db,
    permit: Permitted,
    round_id: OfRound = None,
    state: OfState = None,
    after: After = None,
    limit: Limit = PAGE_DEFAULT,
) -> Page[VoucherView]:
    """Vouchers in whatever state, newest first: the holder's own, of the operator's bureau, all for the auditor."""
    wanted = Wanted(round_id=round_id, state=state)
    found, cursor = await vouchers.list_vouchers(db, permit=permit, wanted=wanted, after=after, limit=limit)
    return Page(items=[voucher_view(seen) for seen in found], next_cursor=cursor)


@routes.get("/v1/vouchers/{voucher_id}", tags=["vouchers"])
async def get_voucher(voucher_id: VoucherId, db: Db, permit: Permitted) -> WholeVoucherView:
    """One voucher as it stands now, with what was done to it."""
    found = await vouchers.read_voucher(db, permit=permit, voucher_id=voucher_id)
    history = [change_view(kept, found.seen.voucher.currency) for kept in found.history]
    return WholeVoucherView(**_fields(found.seen), history=history)


@routes.get("/v1/wallet", tags=["vouchers"])
async def get_wallet(db: Db, permit: Permitted) -> WalletView:
    """The vouchers of the caller's organisation, with one total per currency and what ends next."""
    found = await vouchers.read_wallet(db, permit=permit)
    return WalletView(
        spendable=[Money.of(total.spendable, total.currency) for total in found.totals],
        held=[Money.of(total.held, total.currency) for total in found.totals],
        ends_next=None if found.ends_next is None else _ends_next(found.ends_next),
        vouchers=[voucher_view(seen) for seen in found.vouchers],
    )


def _ends_next(seen: Seen) -> EndsNext:
    voucher = seen.voucher
    spendable = Money.of(seen.spendable, voucher.currency)
    return EndsNext(voucher_id=voucher.id, ends_at=voucher.ends_at, spendable=spendable)
