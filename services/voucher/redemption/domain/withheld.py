"""Why a holder is given no code for a voucher: every reason at once, for he may know all of them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from services.chassis.refusals import Reason
from services.standards.money import format_amount
from services.voucher.redemption.domain.checks import usable
from services.voucher.redemption.domain.payment import not_offered
from services.voucher.scheme.domain.scheme import Scheme
from services.voucher.wallet.domain.voucher import Voucher, VoucherState


@dataclass(frozen=True, slots=True)
class CodeAsked:
    """The code a holder asks for. ceiling: fen of subsidy in currency; provider_id: whom alone it shall let act."""

    voucher_id: UUID
    ceiling: int
    currency: str
    provider_id: UUID | None = None
    pin: str | None = field(default=None, repr=False)


def unusable(voucher: Voucher, scheme: Scheme, *, at: datetime) -> Iterator[Reason]:
    """Why nothing of a voucher can be redeemed at the counter at an instant: its scheme, its state, its balance."""
    yield from not_offered(scheme, pointer="/voucher_id")
    yield from usable(voucher, scheme, at=at)
    if voucher.state_at(at) is VoucherState.EXHAUSTED:
        yield Reason("voucher.exhausted", "voucher.available", "/voucher_id")


def withheld(asked: CodeAsked, voucher: Voucher, scheme: Scheme, *, at: datetime) -> list[Reason]:
    """Why this code is not made at an instant; none when it is, once a PIN that is given has been proved."""
    reasons = list(unusable(voucher, scheme, at=at))
    if asked.currency != voucher.currency:
        reasons.append(Reason("voucher.currency", "scheme.currency", "/ceiling", {"currency": voucher.currency}))
    rule = scheme.evidence.instant
    if rule.value is not None and asked.ceiling > rule.value.pin_above and asked.pin is None:
        numbers = {"pin_above": format_amount(rule.value.pin_above, voucher.currency)}
        reasons.append(Reason("pin.required", "evidence.instant", "/pin", numbers, rule.source))
    return reasons
