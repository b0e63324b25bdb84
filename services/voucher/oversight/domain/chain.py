"""Whether redemption, delivery, invoice, own share, decision, payout and bank line of a claim line say the same."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum


class Link(StrEnum):
    """The links of the chain, from the voucher, or the award, to the bank."""

    AWARD = "award"

    REDEMPTION = "redemption"
    DELIVERY = "delivery"
    INVOICE = "invoice"
    OWN_SHARE = "own_share"
    DECISION = "decision"
    PAYOUT = "payout"
    BANK_LINE = "bank_line"


class LinkState(StrEnum):
    """ok: both figures are the same; missing: nothing is there yet; differs: something else is, or may be."""

    OK = "ok"
    MISSING = "missing"
    DIFFERS = "differs"


class ReconciliationStatus(StrEnum):
    """reconciled: paid and found at the bank; nothing_owed: it ended without a debt; open: on its way."""

    RECONCILED = "reconciled"
    NOTHING_OWED = "nothing_owed"
    OPEN = "open"
    DIFFERS = "differs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What is known of one claim line, in fen.

    stands: what stands of the capture; delivered: what the delivery says the work cost; invoiced and slips: what the
    line draws from standing invoices and bank slips; own_share: what slips have to show by the scheme's rule; approved:
    None before the decision; ended: rejected or withdrawn; owed: legs that were not dropped; sent: payouts with the
    bank or settled, not returned; at_bank: what statement lines matched to any of its payouts took from the payer's
    account, less what they brought back; paid_in: what of the legs is the holder's own money; doubted: a bank line that
    nobody has understood yet names one of them; of_award: the line stands on an award, of which stands is what it came
    to, and nothing was delivered or invoiced.
    """

    settlement: int
    claimed: int
    stands: int
    delivered: int
    invoiced: int
    own_share: int
    slips: int
    approved: int | None
    ended: bool
    owed: int
    sent: int
    at_bank: int
    paid_in: int = 0
    doubted: bool = False
    of_award: bool = False

    @property
    def still_asked(self) -> "Figures":
        """The same of a line that lives. Nothing is asked any more of one that ended, and nothing may be owed for it:
        its capture and evidence are free, or serve another line.
        """
        if not self.ended:
            return self
        ended = replace(self, settlement=0, claimed=0, approved=0, own_share=0, paid_in=0)
        return replace(ended, stands=0, delivered=0, invoiced=0, slips=0)


@dataclass(frozen=True, slots=True)
class Compared:
    """One link: what was expected of it and what is there, in fen; doubted: more may be there than that figure says."""

    link: Link
    expected: int
    actual: int
    doubted: bool = False

    @property
    def state(self) -> LinkState:
        """Both figures compared; nothing at all where something is expected is missing, not different."""
        if self.doubted:
            return LinkState.DIFFERS
        if self.actual == self.expected:
            return LinkState.OK
        return LinkState.MISSING if self.actual == 0 else LinkState.DIFFERS


def compare(figures: Figures) -> tuple[Compared, ...]:
    """Each link of the chain against the one before it."""
    asked = figures.still_asked
    due = asked.claimed if asked.approved is None else asked.approved
    earned = (
        Compared(Link.REDEMPTION, due, asked.stands),
        Compared(Link.DELIVERY, asked.settlement, asked.delivered),
        Compared(Link.INVOICE, asked.settlement, asked.invoiced),
        Compared(Link.OWN_SHARE, asked.own_share, asked.slips),
    )
    return (
        *((Compared(Link.AWARD, asked.claimed, asked.stands),) if asked.of_award else earned),
        Compared(Link.DECISION, due + asked.paid_in, asked.owed),
        Compared(Link.PAYOUT, asked.owed, asked.sent),
        Compared(Link.BANK_LINE, asked.sent, asked.at_bank, asked.doubted),
    )


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
