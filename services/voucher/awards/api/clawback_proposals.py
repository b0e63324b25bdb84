"""Speaks HTTP for `/v1/clawback-proposals`: what of awards is proposed to be asked back, with both numbers."""

from typing import Annotated

from fastapi import Depends

from services.chassis import pages
from services.chassis.http import Db, Permitted, router
from services.chassis.ids import DocumentId
from services.chassis.models import Instant, Money, StrictModel
from services.chassis.pages import After, Limit, Page
from services.voucher.awards.api.names import AwardClaimId, ClaimLineId, ClawbackProposalId
from services.voucher.awards.domain.clawback import ClawbackCase, ClawbackProposal
from services.voucher.awards.operations import reading
from services.voucher.awards.store.proposals import Wanted

routes = router()


class ClawbackProposalView(StrictModel):
    """A proposal: amount = before − after; clause: where the rule is written.

    ban_years: for how many years the scheme bans who misspent, proposed beside it, and ban_clause where it says so.
    """

    id: ClawbackProposalId
    award_claim_id: AwardClaimId
    claim_line_id: ClaimLineId
    case: ClawbackCase
    amount: Money
    before: Money
    after: Money
    reason: str
    clause: str
    document_id: DocumentId | None
    proposed_by: str
    proposed_at: Instant
    ban_years: int | None
    ban_clause: str | None


_MONEY = ("amount", "before", "after")


def proposal_view(one: ClawbackProposal) -> ClawbackProposalView:
    """A proposal as shown."""
    banned = (None, None) if one.ban is None else (one.ban.years, one.ban.clause)
    bans = dict(zip(("ban_years", "ban_clause"), banned, strict=True))
    fields = {name: getattr(one, name) for name in ClawbackProposalView.model_fields if name not in bans} | bans
    amounts = {name: Money.of(fields[name], one.currency) for name in _MONEY}
    return ClawbackProposalView(**fields | amounts)


async def _wanted(award_claim_id: AwardClaimId | None = None) -> Wanted:
    return Wanted(award_claim_id=award_claim_id)


@routes.get("/v1/clawback-proposals", tags=["awards"])
async def list_clawback_proposals(
    db: Db,
    permit: Permitted,
    wanted: Annotated[Wanted, Depends(_wanted)],
    after: After = None,
    limit: Limit = pages.PAGE_DEFAULT,
) -> Page[ClawbackProposalView]:
    """What is proposed to be asked back: of one's own organisation, of one's treasury, all for the auditor."""
    before = pages.only_id(after)
    found = await reading.list_proposals(db, permit=permit, wanted=wanted, before=before, limit=limit + 1)
    items, cursor = pages.cut(found, limit, lambda one: (str(one.id),))
    return Page(items=[proposal_view(one) for one in items], next_cursor=cursor)
