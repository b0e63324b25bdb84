"""One claim line under review by the Jiangmen scheme, and who decides it."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from services.standards.calendar import WorkingDays
from services.voucher.ledger.domain.posting import Funding
from services.voucher.redemption.domain.orders import Actor
from services.voucher.settlement.domain.claim import ClaimLine, LineState
from services.voucher.settlement.domain.line_case import LineCase
from tests.voucher.redemption.samples import HOLDER, PAYEE, VERSION, VOUCHER, YUAN, jiangmen

LINE, CLAIM, CAPTURE, REDEMPTION, BUDGET_LINE, ROUND = (UUID(int=number) for number in range(21, 27))
SUBMITTED = datetime(2020, 9, 21, 2, 0, tzinfo=UTC)
NOW = datetime(2020, 9, 22, 2, 0, tzinfo=UTC)
CLAIMED = 15_000 * YUAN
QUOTA = Funding("CNY", "江门市财政局", round_id=ROUND)

payee = Actor("per_payee", "cli_payee", PAYEE, frozenset({"provider"}), request_id="req_11")
district = Actor("per_district", "per_district", None, frozenset({"reviewer"}), region="440703", request_id="req_12")
city = Actor("per_city", "per_city", None, frozenset({"reviewer"}), region="440700", request_id="req_13")


def a_line(**changes: Any) -> ClaimLine:
    """Submitted yesterday, and waiting for the district."""
    line = ClaimLine(
        id=LINE,
        claim_id=CLAIM,
        number=1,
        capture_id=CAPTURE,
        redemption_id=REDEMPTION,
        voucher_id=VOUCHER,
        holder_id=HOLDER,
        payee_id=PAYEE,
        scheme_version_id=VERSION,
        budget_line_id=BUDGET_LINE,
        treasury="440700",
        region="440703",
        category="testing",
        currency="CNY",
        settlement=30_000 * YUAN,
        claimed=CLAIMED,
        approved=None,
        state=LineState.IN_REVIEW,
        stage="district",
        submitted_at=SUBMITTED,
        entered_at=SUBMITTED,
        due_on=date(2020, 10, 5),
        due_at=datetime(2020, 10, 5, 16, 0, tzinfo=UTC),
        corrections=0,
        acted=("per_payee",),
        steps=1,
    )
    return replace(line, **changes)


def a_case(by: Actor = district, *, at: datetime = NOW, **changes: Any) -> LineCase:
    """A line, changed so, under somebody's hands in a year without holidays."""
    calendar = WorkingDays(frozenset(), frozenset(), frozenset({2020}))
    return LineCase(line=a_line(**changes), scheme=jiangmen(), calendar=calendar, by=by, at=at)


def at_city(**changes: Any) -> LineCase:
    """A line that the district has passed on."""
    return a_case(city, **{"stage": "city", "acted": ("per_payee", "per_district"), "steps": 2, **changes})


def returned(by: Actor = payee, *, at: datetime = NOW, **changes: Any) -> LineCase:
    """A line that the district has returned on the day it came; the answer is due in two weeks."""
    return a_case(by, at=at, **{"state": LineState.RETURNED, "steps": 2, **changes})
