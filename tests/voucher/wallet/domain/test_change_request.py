"""What one person asks for another decides, once, and every request and voucher that is not at its end waits for it."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from services.chassis.ids import new_id
from services.chassis.refusals import Refusal
from services.voucher.wallet.domain.change_request import ChangeRequest, RequestKind, RequestState
from services.voucher.wallet.domain.lives import LifeKind
from services.voucher.wallet.domain.voucher import VOUCHER_AWAITS, VoucherState
from services.voucher.wallet.operations.expiry import ExpiryTimer
from tests.voucher.wallet.domain.test_lives import ROOMY, a_ground, said
from tests.voucher.wallet.samples import CLOSED


def a_request(kind: RequestKind = RequestKind.CANCEL, **changes: Any) -> ChangeRequest:
    request = ChangeRequest(
        id=new_id(),
        voucher_id=new_id(),
        kind=kind,
        amount=None,
        currency=None,
        reason="because",
        document="江工信〔2020〕7号",
        client="per_asks",
        client_ref=None,
        asked_by="per_asks",
        asked_at=CLOSED,
    )
    return replace(request, **changes)


@pytest.mark.parametrize("state", [RequestState.GRANTED, RequestState.REFUSED])
def test_another_person_decides_and_once(state: RequestState) -> None:
    later = CLOSED + timedelta(days=1)
    decided = a_request().decided(state, by="per_decides", at=later, note="why")
    assert (decided.state, decided.moved_by, decided.moved_at, decided.note) == (state, "per_decides", later, "why")
    with pytest.raises(Refusal, match=r"change_request\.state"):
        decided.decided(RequestState.GRANTED, by="per_third", at=later, note=None)


def test_who_asked_does_not_decide() -> None:
    request = a_request()
    assert (request.moved_by, request.moved_at) == ("per_asks", CLOSED)
    with pytest.raises(Refusal, match=r"change_request\.same_person"):
        request.decided(RequestState.GRANTED, by="per_asks", at=CLOSED, note=None)


def test_who_asked_takes_it_back_and_nobody_else() -> None:
    request = a_request()
    later = CLOSED + timedelta(days=1)
    withdrawn = request.withdrawn(by="per_asks", at=later)
    assert (withdrawn.state, withdrawn.moved_by, withdrawn.moved_at) == (RequestState.WITHDRAWN, "per_asks", later)
    with pytest.raises(Refusal, match=r"change_request\.state"):
        withdrawn.withdrawn(by="per_asks", at=later)
    with pytest.raises(Refusal, match=r"change_request\.other_person"):
        request.withdrawn(by="per_third", at=later)


def test_a_top_up_of_no_amount_is_no_request() -> None:
    with pytest.raises(ValueError, match="names no amount"):
        a_request(RequestKind.TOP_UP).play(a_ground(), said())


@pytest.mark.parametrize(
    ("kind", "changes", "done"),
    [
        (RequestKind.CANCEL, {}, LifeKind.CANCELLED),
        (RequestKind.EXTEND, {}, LifeKind.EXTENDED),
        (RequestKind.TOP_UP, {"amount": 5, "currency": "CNY"}, LifeKind.TOPPED_UP),
    ],
)
def test_granting_does_what_was_asked(kind: RequestKind, changes: dict[str, Any], done: LifeKind) -> None:
    life = a_request(kind, **changes).play(a_ground(scheme=ROOMY, pool=5), said())
    assert life.kind is done


def test_it_is_overdue_after_a_week() -> None:
    assert a_request().decide_by == CLOSED + timedelta(days=7)


def test_every_state_of_a_voucher_is_final_or_awaited() -> None:
    final = {VoucherState.EXHAUSTED, VoucherState.EXPIRED, VoucherState.CANCELLED}
    assert set(VoucherState) - VOUCHER_AWAITS.keys() == final
    assert {re.findall(r"timer ([\w.]+)", said)[0] for said in VOUCHER_AWAITS.values()} == {ExpiryTimer.name}
