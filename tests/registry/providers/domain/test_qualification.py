"""How a certificate is judged and on which days it counts."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from services.chassis.ids import new_id
from services.chassis.refusals import Refusal
from services.registry.catalogue.domain.period import Period
from services.registry.providers.domain.qualification import (
    Qualification,
    QualificationState,
    confirm,
    end,
    qualification_faults,
    reject,
)
from tests.registry.samples import TODAY, codes

NOW = datetime(2020, 9, 14, 2, tzinfo=UTC)
SENT = Qualification(new_id(), new_id(), "CMA", "2019", "省局", Period(TODAY, date(2021, 9, 13)), new_id(), "per_1")
CONFIRMED = confirm(SENT, by="per_2", at=NOW)


def test_a_certificate_tells_all_its_faults() -> None:
    wrong = replace(SENT, kind="", number="a" * 81, issuer="\x00", period=Period(TODAY, date(2020, 9, 13)))
    found = {(fault.code, fault.pointer) for fault in qualification_faults(wrong, [], today=TODAY)}
    assert found == {
        ("name.empty", "/kind"),
        ("name.too_long", "/number"),
        ("name.character", "/issuer"),
        ("period.reversed", "/until"),
        ("qualification.over", "/until"),
    }


def test_the_same_certificate_is_sent_once_while_it_lives() -> None:
    again = replace(SENT, id=new_id())
    (fault,) = qualification_faults(again, [SENT], today=TODAY)
    assert (fault.code, fault.numbers) == ("qualification.overlap", {"id": f"qua_{SENT.id.hex}"})
    rejected = reject(SENT, by="per_2", at=NOW, reason="不符")
    assert qualification_faults(again, [rejected, replace(SENT, number="other")], today=TODAY) == []


def test_a_renewed_certificate_of_the_same_number_follows_the_first() -> None:
    renewed = replace(SENT, id=new_id(), period=Period(date(2021, 9, 14)))
    assert qualification_faults(renewed, [SENT], today=TODAY) == []


def test_another_person_confirms_or_rejects_with_a_reason() -> None:
    assert (CONFIRMED.state, CONFIRMED.decided_by, CONFIRMED.decided_at) == (
        QualificationState.CONFIRMED,
        "per_2",
        NOW,
    )
    assert reject(SENT, by="per_2", at=NOW, reason="不符").reason == "不符"
    with pytest.raises(Refusal) as refused:
        confirm(SENT, by="per_1", at=NOW)
    assert codes(refused.value) == {"qualification.same_person"}
    with pytest.raises(Refusal) as refused:
        reject(SENT, by="per_2", at=NOW, reason="")
    assert codes(refused.value) == {"reason.empty"}


def test_it_is_decided_once() -> None:
    with pytest.raises(Refusal) as refused:
        reject(CONFIRMED, by="per_3", at=NOW, reason="不符")
    assert refused.value.reasons[0].numbers == {"state": "confirmed", "verb": "reject"}


def test_it_carries_on_its_days_once_confirmed() -> None:
    assert CONFIRMED.carries(TODAY)
    assert not SENT.carries(TODAY)
    assert not CONFIRMED.carries(TODAY - timedelta(days=1))


def test_it_ends_early_with_a_reason_and_once() -> None:
    ended = end(CONFIRMED, today=TODAY, reason="被注销")
    assert (ended.state, ended.ended_on, ended.reason) == (QualificationState.ENDED, TODAY, "被注销")
    with pytest.raises(Refusal) as refused:
        end(ended, today=TODAY, reason="")
    assert codes(refused.value) == {"reason.empty", "qualification.state"}
