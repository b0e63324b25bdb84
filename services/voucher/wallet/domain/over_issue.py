"""Decides how much a round may issue beyond its budget, and what of that goes when nobody was issued it."""

from dataclasses import dataclass, replace

from services.voucher.ledger.domain import posting as postings
from services.voucher.ledger.domain.posting import Posting
from services.voucher.scheme.domain.allocation import Backing
from services.voucher.wallet.domain.round import POOL_CLASS, Round


@dataclass(frozen=True, slots=True)
class Beyond:
    """A round with what it may issue beyond its budget, and the posting to book, None where nothing moves."""

    round: Round
    posting: Posting | None = None


def allowed(of: Round, backing: Backing, *, given: int) -> Beyond:
    """What a round may issue beyond the budget that lines have given it (fen): by the factor, floored once. Row 3.

    Source: the scheme's `backing`. Money that goes back to its line takes its part of the over-issue with it.
    """
    ceiling = given * backing.factor.numerator // backing.factor.denominator - given
    more = ceiling - of.over_issued
    if more == 0:
        return Beyond(of)
    after = replace(of, over_issued=ceiling)
    if more > 0:
        return Beyond(after, postings.over_issue(pool_class=POOL_CLASS, amount=more, funding=of.funding))
    return Beyond(after, postings.void_over_issue(pool_class=POOL_CLASS, amount=-more, funding=of.funding))


def voided(of: Round, pool: int) -> Beyond:
    """What nobody was issued of it goes first when a round's pool (fen) is emptied; only the rest is its line's."""
    amount = min(pool, of.over_issued)
    if amount == 0:
        return Beyond(of)
    posting = postings.void_over_issue(pool_class=POOL_CLASS, amount=amount, funding=of.funding)
    return Beyond(replace(of, over_issued=of.over_issued - amount), posting)
