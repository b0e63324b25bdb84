"""Says what a change in a voucher's life is decided upon, and how much more its holder may have of the scheme."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from services.standards.calendar import local_date
from services.voucher.ledger.domain.counters import Counter, CounterKey
from services.voucher.scheme.domain.caps import Cap
from services.voucher.scheme.domain.rule import Known
from services.voucher.scheme.domain.scheme import Scheme
from services.voucher.wallet.domain import allowance
from services.voucher.wallet.domain.round import Round
from services.voucher.wallet.domain.voucher import Voucher


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What is decided upon, locked as far as it may be touched. Amounts in fen.

    pool: what is left in the voucher's class of its round; counters: those of the caps that count what is issued;
    expired: what went back to the pool because the voucher had ended by its date. known: what rules may know of its
    holder; standing: what he has of the scheme now, available or held, where a cap asks. class_left: what the class of
    its application may still get, where it has a share of the budget.
    """

    voucher: Voucher
    round: Round
    scheme: Scheme
    pool: int = 0
    counters: Mapping[CounterKey, Counter] = field(default_factory=dict)
    expired: int = 0
    known: Known = field(default_factory=dict)
    standing: int = 0
    class_left: int | None = None

    @property
    def day(self) -> date:
        """The local date of issue."""
        return local_date(self.voucher.issued_at, self.scheme.zone)

    @property
    def room(self) -> int:
        """What the pool and the share of its class have for it."""
        return self.pool if self.class_left is None else min(self.pool, self.class_left)

    @property
    def takes(self) -> dict[CounterKey, Cap]:
        """The caps that count what is issued, in the period in which this voucher was: a top-up counts there too."""
        return allowance.takes(self.scheme, quota_root_id=self.voucher.quota_root_id, day=self.day, known=self.known)

    @property
    def holds(self) -> dict[CounterKey, Cap]:
        """The caps on what its holder has at one time, a top-up with it."""
        return allowance.held(self.scheme, quota_root_id=self.voucher.quota_root_id, day=self.day, known=self.known)

    @property
    def uses(self) -> list[allowance.Use]:
        """What is used of each of them."""
        return allowance.uses(self.counters, self.takes, held=self.holds, standing=self.standing)

    @property
    def standing_uses(self) -> list[allowance.Use]:
        """What is used of the caps on what its holder has at one time."""
        return allowance.uses(self.counters, {}, held=self.holds, standing=self.standing)
