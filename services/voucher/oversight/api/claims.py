"""Speaks HTTP for `/v1/claims/{claim_id}/match` and `/timeline`: one claim through every wing."""

from services.chassis.http import Db, Permitted, router
from services.voucher.oversight.api.match_views import MatchView, match_view
from services.voucher.oversight.api.names import ClaimId
from services.voucher.oversight.api.timeline_views import TimelineView, timeline_view
from services.voucher.oversight.operations.matching import match_claim
from services.voucher.oversight.operations.timelines import read_timeline

routes = router()


@routes.get("/v1/claims/{claim_id}/match", tags=["claims"])
async def get_claim_match(claim_id: ClaimId, db: Db, permit: Permitted) -> MatchView:
    """Whether redemption, delivery, invoice, own share, decision, payout and bank line of each line say the same."""
    return match_view(await match_claim(db, permit=permit, claim_id=claim_id))


@routes.get("/v1/claims/{claim_id}/timeline", tags=["claims"])
async def get_claim_timeline(claim_id: ClaimId, db: Db, permit: Permitted) -> TimelineView:
    """Where each line has been and for how long, what is due when, and by when its payment is expected."""
    return timeline_view(await read_timeline(db, permit=permit, claim_id=claim_id))
