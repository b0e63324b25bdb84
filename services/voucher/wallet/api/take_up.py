"""Speaks HTTP for `/v1/reports/under-use`: how much of what was issued was used, and who is suspended for it."""

from typing import Annotated

from fastapi import Query

from services.chassis.holders import HolderId
from services.chassis.http import Db, Permitted, router
from services.chassis.models import Money, StrictModel
from services.chassis.pages import PAGE_DEFAULT, After, Limit, Page
from services.standards.holding import Holder
from services.voucher.wallet.operations import take_up
from services.voucher.wallet.operations.take_up import Taken

routes = router()


class UseView(StrictModel):
    """What was issued to a holder in a year, what of it stands captured, and what its providers let lapse.

    holder_id: by whom caps are counted, a firm or the team that it was. suspended: for the next year, by `clause`.
    """

    holder_id: HolderId
    issued: Money
    used: Money
    lost_by_provider: Money
    suspended: bool
    clause: str


@routes.get("/v1/reports/under-use", tags=["reports"])
async def list_under_use(
    db: Db,
    permit: Permitted,
    scheme: Annotated[str, Query(max_length=64, description="The scheme's name in its file.")],
    year: Annotated[int, Query(ge=2000, le=2100, description="The year of issue.")],
    after: After = None,
    limit: Limit = PAGE_DEFAULT,
) -> Page[UseView]:
    """How much each holder used of what a scheme issued to it in a year, and whether it is suspended for it."""
    found, cursor = await take_up.list_take_up(db, permit=permit, scheme=scheme, year=year, after=after, limit=limit)
    return Page(items=[_view(one) for one in found], next_cursor=cursor)


def _view(one: Taken) -> UseView:
    amounts = {"issued": one.take_up.issued, "used": one.take_up.used, "lost_by_provider": one.take_up.lost}
    return UseView(
        holder_id=Holder(one.take_up.root_kind, one.take_up.quota_root_id),
        suspended=one.suspended,
        clause=one.clause,
        **{name: Money.of(fen, one.currency) for name, fen in amounts.items()},
    )
