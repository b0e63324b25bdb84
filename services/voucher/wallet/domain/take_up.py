"""How much holders used of what a scheme issued to them in a year, and who is suspended for it in the next."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from services.chassis.refusals import Reason
from services.standards.holding import Kind
from services.standards.money import format_amount
from services.voucher.scheme.domain import under_use
from services.voucher.scheme.domain.scheme import Scheme


@dataclass(frozen=True, slots=True)
class TakeUp:
    """What was issued under a quota root in one year and may no longer be used, what of it was used, and what providers
    let lapse. Fen.

    used: what stands captured, and what was taken back of it by no doing of the holder: cut to the round's budget, or
    not claimed in time by the provider. lost: holds that ended without any delivery, given up by the provider alone or
    past `deliver_by`.
    """

    quota_root_id: UUID
    issued: int
    used: int
    lost: int
    root_kind: Kind = Kind.ORGANIZATION

    @property
    def excused(self) -> int:
        """What does not count as issued: lost, as far as it was not used after all."""
        return min(self.lost, self.issued - self.used)

    def reasons(self, scheme: Scheme) -> Iterator[Reason]:
        """What speaks against a holder the year after."""
        if self.suspends(scheme):
            amounts = {"issued": self.issued, "used": self.used, "lost_by_provider": self.lost}
            numbers = {name: format_amount(fen, scheme.currency) for name, fen in amounts.items()}
            code = "application.suspended_for_under_use"
            yield Reason(code, "under_use", "/holder", {**numbers}, scheme.under_use.source)

    def suspends(self, scheme: Scheme) -> bool:
        """Whether so little was used that the scheme suspends for the year after."""
        return under_use.suspended(scheme.under_use, self.used, self.issued, self.excused)
