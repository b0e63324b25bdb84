"""A round of the Jiangmen scheme, parties, applications and vouchers as values."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from services.chassis.ids import new_id
from services.voucher.directory.domain.party import Party, PriorityListing, Sanction, Span
from services.voucher.ledger.domain.posting import Funding
from services.voucher.scheme.domain.deadlines import voucher_dates, windows
from services.voucher.wallet.domain.application import Application
from services.voucher.wallet.domain.round import POOL_CLASS, Round
from services.voucher.wallet.domain.states import ApplicationState, RoundState
from services.voucher.wallet.domain.voucher import Voucher, VoucherState
from tests.voucher.scheme.samples import DAYS, a_scheme

HOLDER, VERSION, ROUND, LINE = (UUID(int=number) for number in range(1, 5))
FACE = 2_000_000
SCHEME = a_scheme()
BEFORE = datetime(2020, 9, 14, 1, 0, tzinfo=UTC)
OPEN = datetime(2020, 9, 15, 2, 0, tzinfo=UTC)
CLOSED = datetime(2020, 9, 15, 8, 0, tzinfo=UTC)
USE_BY_ENDS = datetime(2020, 10, 15, 16, 0, tzinfo=UTC)
FINISHED = datetime(2020, 10, 30, 16, 0, tzinfo=UTC)


def a_round(**changes: Any) -> Round:
    dates = windows(SCHEME, DAYS)
    fields: dict[str, Any] = {
        "id": ROUND,
        "name": "2020 第一批",
        "client": "per_operator",
        "client_ref": None,
        "scheme_version_id": VERSION,
        "bureau": SCHEME.bureau,
        "state": RoundState.PUBLISHED,
        "currency": "CNY",
        "budget_line_id": LINE,
        "funding_source": "江门市财政局",
        "created_by": "per_operator",
        "created_at": BEFORE,
        "published_at": BEFORE,
        **{name: getattr(dates, name) for name in dates.__dataclass_fields__},
        **changes,
    }
    return Round(**fields)


def a_party(**changes: Any) -> Party:
    return replace(Party(HOLDER, "91350100M000100Y43", "江门一号公司", "440703", "small"), **changes)


def listed(name: str, queue_class: str = "priority") -> tuple[PriorityListing, ...]:
    return (PriorityListing(name, queue_class, Span(date(2020, 1, 1))),)


def banned(since: date, until: date | None = None) -> tuple[Sanction, ...]:
    return (Sanction("snc_1", "dishonesty", Span(since, until)),)


def an_application(**changes: Any) -> Application:
    fields: dict[str, Any] = {
        "id": new_id(),
        "round_id": ROUND,
        "holder_id": HOLDER,
        "quota_root_id": HOLDER,
        "region": "440703",
        "client": "per_1",
        "client_ref": None,
        "state": ApplicationState.DRAFT,
        "amount": FACE,
        "created_by": "per_1",
        "created_at": BEFORE,
        **changes,
    }
    return Application(**fields)


def a_voucher(**changes: Any) -> Voucher:
    dates = voucher_dates(SCHEME, issued=date(2020, 9, 16), backfilled=False)
    available = changes.pop("available", FACE)
    fields: dict[str, Any] = {
        "id": new_id(),
        "number": "V",
        "application_id": new_id(),
        "round_id": ROUND,
        "pool_class": POOL_CLASS,
        "scheme_version_id": VERSION,
        "holder_id": HOLDER,
        "quota_root_id": HOLDER,
        "state": VoucherState.ACTIVE,
        "currency": "CNY",
        "face": available,
        "available": available,
        "held": 0,
        "captured": 0,
        "reclaimed": 0,
        "funding": Funding("CNY", "江门市财政局", round_id=ROUND),
        "backfilled": False,
        "issued_at": CLOSED,
        "activated_at": CLOSED,
        "moved_at": CLOSED,
        **{name: getattr(dates, name) for name in dates.__dataclass_fields__},
        **changes,
    }
    return Voucher(**fields)
