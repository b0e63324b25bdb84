"""An audit says whether the signatures it saw are of keys that it was told of."""

from services.standalone.auditing import UNPROVED, Verdict


def verdict(*, seals: int, signatures: str) -> Verdict:
    return Verdict(at="2020-09-14", counted={}, findings=[], seals=seals, head=None, signatures=signatures)


def test_seals_that_anybody_may_have_signed_are_not_passed_over() -> None:
    assert len(verdict(seals=1, signatures=UNPROVED).as_lines()) == 2
    assert verdict(seals=1, signatures=UNPROVED).as_json()["signatures"] == "unproved"


def test_seals_of_keys_that_are_believed_need_no_word() -> None:
    assert verdict(seals=1, signatures="believed").as_lines() == ["audit: ok"]


def test_where_nothing_is_sealed_nothing_is_unproved() -> None:
    assert verdict(seals=0, signatures=UNPROVED).as_lines() == ["audit: ok"]
