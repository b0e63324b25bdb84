"""An upheld appeal brings an application back where it was refused: to its stage, into the queue, or into line."""

from typing import Any

import pytest

from services.chassis.ids import new_id
from services.voucher.scheme.domain import document
from services.voucher.scheme.domain.scheme import Scheme
from services.voucher.wallet.domain import appeal
from services.voucher.wallet.domain.appeal import Ground
from services.voucher.wallet.domain.reviewing import Said
from services.voucher.wallet.domain.states import ApplicationState, RoundState
from tests.voucher.scheme.samples import a_document
from tests.voucher.wallet.domain.test_reviewing import REFUSE, said
from tests.voucher.wallet.reviewing import a_reviewing_scheme, applications
from tests.voucher.wallet.samples import CLOSED, OPEN, an_application

State = ApplicationState
REVIEWED: tuple[Said, ...] = (said(REFUSE, "per_2", stage="district"),)


def a_scheme_by(method: str, *, waiting_list: bool = True) -> Scheme:
    changes = {"allocation/method/value": method, "allocation/waiting_list/value": waiting_list}
    return document.read({**a_document(changes), "applications": applications()})


def ground(**changes: Any) -> Ground:
    fields: dict[str, Any] = {
        "scheme": a_reviewing_scheme(),
        "round_state": RoundState.PUBLISHED,
        "said": (),
        "serving": False,
        "review_due": CLOSED,
        "at": CLOSED,
        **changes,
    }
    return Ground(**fields)


def refused(**changes: Any) -> Any:
    fields = {"state": State.REJECTED, "number": 7, "submitted_at": OPEN, "decided_at": OPEN, "id": new_id(), **changes}
    return an_application(**fields)


@pytest.mark.parametrize(
    ("rank", "found", "back"),
    [
        (None, {"said": REVIEWED}, (State.IN_REVIEW, "district", None)),
        (None, {}, (State.REVIEWED, None, None)),
        (3, {"said": REVIEWED, "serving": True}, (State.APPROVED, None, 3)),
        (3, {"said": REVIEWED}, (State.WAITLISTED, None, 3)),
        (3, {"scheme": a_scheme_by("queue", waiting_list=False)}, (State.APPROVED, None, 3)),
        (3, {"scheme": a_scheme_by("first_come"), "said": REVIEWED}, (State.REVIEWED, None, None)),
        (3, {"round_state": RoundState.FINISHED}, (State.UNSERVED, None, 3)),
        (None, {"round_state": RoundState.FINISHED, "said": REVIEWED}, (State.UNSERVED, None, None)),
    ],
)
def test_an_upheld_appeal_brings_it_back(rank: int | None, found: dict[str, Any], back: Any) -> None:
    after = appeal.reinstated(refused(rank=rank), ground(**found))
    assert (after.state, after.stage, after.rank) == back
    assert (after.number, after.reasons) == (7, ())
