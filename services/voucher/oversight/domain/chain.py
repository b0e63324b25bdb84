"""Whether redemption, delivery, invoice, own share, decision, payout and bank line of a claim line say the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Link(StrEnum):
    """The links of the chain, from the voucher to the bank."""

    REDEMPTION = "redemption"
    DELIVERY = "delivery"
    INVOICE = "invoice"
    OWN_SHARE = "own_share"
    DECISION = "decision"
    PAYOUT = "payout"
    BANK_LINE = "bank_line"


class LinkState(StrEnum):
    """ok: both figures are the same; missing: there is nothing yet; differs: there is something else."""

    OK = "ok"
    MISSING = "missing"
    DIFFERS = "differs"


class ReconciliationStatus(StrEnum):
    """reconciled: paid and found at the bank; nothing_owed: it ended without a debt; open: on its way."""

    RECONCILED = "reconciled"
    NOTHING_OWED = "nothing_owed"
    OPEN = "open"
    DIFFERS = "differs"


@dataclass(frozen=True, slots=True)
class Figures:
    """What is known of one claim line, in fen.

    stands: what stands captured by the redemption; delivered: what the delivery says the work cost; invoiced and
    slips: what the line draws from invoices and bank slips; approved: None before the decision; ended: rejected or
    withdrawn; owed: legs that are owed or paid; sent: payouts with the bank or settled, not returned; at_bank: what
    statement lines matched to them took from the payer's account, less what they brought back.
    """

    settlement: int
    claimed: int
    stands: int
    delivered: int
    invoiced: int
    slips: int
    approved: int | None
    ended: bool
    owed: int
    sent: int
    at_bank: int


@dataclass(frozen=True, slots=True)
class Compared:
    """One link: what was expected of it and what is there, in fen."""

    link: Link
    expected: int
    actual: int

    @property
    def state(self) -> LinkState:
        """Both figures compared; nothing at all where something is expected is missing, not different."""
        if self.actual == self.expected:
            return LinkState.OK
        return LinkState.MISSING if self.actual == 0 else LinkState.DIFFERS


def compare(figures: Figures) -> tuple[Compared, ...]:
    """Each link of the chain against the one before it."""
    due = figures.claimed if figures.approved is None else figures.approved
    return (
        Compared(Link.REDEMPTION, 0 if figures.ended else due, 0 if figures.ended else figures.stands),
        Compared(Link.DELIVERY, figures.settlement, figures.delivered),
        Compared(Link.INVOICE, 0 if figures.ended else figures.settlement, 0 if figures.ended else figures.invoiced),
        _own_share(figures),
        Compared(Link.DECISION, 0 if figures.ended else due, figures.approved or 0),
        Compared(Link.PAYOUT, figures.owed, figures.sent),
        Compared(Link.BANK_LINE, figures.sent, figures.at_bank),
    )


def _own_share(figures: Figures) -> Compared:
    """Slips may show more than the holder had to pay himself; they then show at least that."""
    required = 0 if figures.ended else figures.settlement - figures.claimed
    return Compared(Link.OWN_SHARE, required, min(figures.slips, required))


def status(figures: Figures, links: Sequence[Compared]) -> ReconciliationStatus:
    """What the links of one line come to."""
    if any(one.state is LinkState.DIFFERS for one in links):
        return ReconciliationStatus.DIFFERS
    if figures.ended:
        return ReconciliationStatus.NOTHING_OWED
    whole = all(one.state is LinkState.OK for one in links)
    return ReconciliationStatus.RECONCILED if whole and figures.sent > 0 else ReconciliationStatus.OPEN


_WORST = (ReconciliationStatus.DIFFERS, ReconciliationStatus.OPEN, ReconciliationStatus.RECONCILED)


def overall(lines: Sequence[ReconciliationStatus]) -> ReconciliationStatus:
    """What the lines of a claim come to: what differs is told first, then what is open."""
    return next((one for one in _WORST if one in lines), ReconciliationStatus.NOTHING_OWED)
