"""What a client is shown of the life of a voucher."""

from services.chassis.models import Day, Instant, Money, StrictModel
from services.voucher.wallet.api.names import ChangeRequestId
from services.voucher.wallet.domain.lives import LifeKind
from services.voucher.wallet.domain.voucher import VoucherState
from services.voucher.wallet.store.changes import Kept


class DateMoved(StrictModel):
    """A date before and after an extension; each includes its whole local day."""

    name: str
    before: Day
    after: Day


class ChangeView(StrictModel):
    """One thing that was done to a voucher; amount: what moved between it and its round's pool."""

    kind: LifeKind
    from_state: VoucherState
    to_state: VoucherState
    reason: str
    document: str | None
    made_by: str
    at: Instant
    amount: Money
    ends_before: Instant
    ends_after: Instant
    dates: list[DateMoved]
    change_request_id: ChangeRequestId | None


def change_view(kept: Kept, currency: str) -> ChangeView:
    """A change as shown."""
    return ChangeView(
        kind=kept.kind,
        from_state=VoucherState(kept.from_state),
        to_state=VoucherState(kept.to_state),
        reason=kept.reason,
        document=kept.document,
        made_by=kept.made_by,
        at=kept.at,
        amount=Money.of(kept.amount, currency),
        ends_before=kept.ends_before,
        ends_after=kept.ends_after,
        dates=[
            DateMoved.model_validate({"name": name, "before": before, "after": after})
            for name, (before, after) in sorted((kept.dates or {}).items())
        ],
        change_request_id=kept.change_request_id,
    )
