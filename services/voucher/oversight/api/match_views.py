"""Decides how a claim is shown link by link, from redemption to bank line."""

from services.chassis.models import Instant, Money, StrictModel
from services.voucher.oversight.api.evidence_views import Evidence, evidence_for
from services.voucher.oversight.api.names import ClaimId, ClaimLineId
from services.voucher.oversight.domain.chain import Compared, Link, LinkState, ReconciliationStatus
from services.voucher.oversight.operations.matching import Match, MatchedLine


class LinkView(StrictModel):
    """One link: what the one before it makes expect, what is there, and what that figure rests on."""

    link: Link
    state: LinkState
    expected: Money
    actual: Money
    evidence: list[Evidence]


class MatchedLineView(StrictModel):
    """A claim line with its links in their order. line: its number in the claim."""

    line: int
    claim_line_id: ClaimLineId
    status: ReconciliationStatus
    links: list[LinkView]


class MatchView(StrictModel):
    """A claim as of one moment, of those lines that the reader may see.

    reconciled: every line is paid and found at the bank, or ended without a debt (nothing_owed when all did); open: one
    is on its way; differs: two links of one do not say the same.
    """

    claim_id: ClaimId
    at: Instant
    reconciliation_status: ReconciliationStatus
    lines: list[MatchedLineView]


def match_view(match: Match) -> MatchView:
    """A claim as shown."""
    return MatchView(
        claim_id=match.claim_id,
        at=match.at,
        reconciliation_status=match.status,
        lines=[_line_view(line) for line in match.lines],
    )


def _line_view(matched: MatchedLine) -> MatchedLineView:
    line = matched.trail.line
    return MatchedLineView(
        line=line.number,
        claim_line_id=line.id,
        status=matched.status,
        links=[_link_view(one, matched) for one in matched.links],
    )


def _link_view(compared: Compared, matched: MatchedLine) -> LinkView:
    currency = matched.trail.line.currency
    return LinkView(
        link=compared.link,
        state=compared.state,
        expected=Money.of(compared.expected, currency),
        actual=Money.of(compared.actual, currency),
        evidence=evidence_for(compared.link, matched.trail),
    )
