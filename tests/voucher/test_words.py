"""In a Chinese sentence no state, side or order keeps its English name."""

from enum import StrEnum

import pytest

from services.chassis.problems import Problem, message
from services.chassis.refusals import Reason
from services.voucher.problems import PROBLEMS
from services.voucher.redemption.domain.orders import Verb
from services.voucher.redemption.domain.redemption import Side, State
from services.voucher.scheme.domain.case_words import Form
from services.voucher.settlement.domain.claim import LegState
from services.voucher.wallet.domain.change_request import RequestKind, RequestState
from services.voucher.wallet.domain.voucher import VoucherState
from services.voucher.words import CHINESE

SAID: list[tuple[str, type[StrEnum]]] = [
    ("state", State),
    ("state", VoucherState),
    ("state", RequestState),
    ("state", LegState),
    ("side", Side),
    ("order", Verb),
    ("kind", RequestKind),
    ("form", Form),
]


@pytest.mark.parametrize(("name", "value"), [(name, one) for name, kind in SAID for one in kind])
def test_whatever_a_sentence_may_tell_has_a_word(name: str, value: StrEnum) -> None:
    assert not CHINESE[name][value].isascii()


def test_a_refusal_is_one_sentence_in_each_language() -> None:
    reason = Reason("redemption.state", numbers={"order": Verb.VOID, "state": State.REFUNDED})
    problem = PROBLEMS["redemption.state"]
    assert message(problem, reason, "zh-CN") == "用券单状态为“已退回”，不可撤销。"
    assert message(problem, reason, "en") == "In the state refunded it takes no void."


def test_what_is_not_called_anything_stands_as_it_is() -> None:
    told = Problem(422, "", "{state} {at_most}", "", "", words=CHINESE)
    assert message(told, Reason("x", numbers={"state": "fizzing", "at_most": 3}), "zh-CN") == "fizzing 3"


def test_each_of_a_list_is_called_by_its_word() -> None:
    reason = Reason("application.size_class", numbers={"size_class": "large", "size_classes": "micro, small"})
    assert message(PROBLEMS[reason.code], reason, "zh-CN") == "单位规模 大型 不在 微型、小型 之列。"
