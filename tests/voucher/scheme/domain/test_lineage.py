"""A scheme follows one of its own bureau that was published, alone, and as it said when it was first published."""

import pytest

from services.voucher.scheme.domain.lineage import Known, Predecessor, Succession, faults, follows, follows_of

BEFORE = Predecessor("voucher-2027", "science", "voucher-2026")
FOLLOWING = {
    "scheme": "voucher-2028",
    "bureau": "science",
    "follows": {"value": "voucher-2027", "source": "row voucher-2028"},
}
ALONE = {"scheme": "voucher-2028", "bureau": "science"}
OWN = Succession("voucher-2028", "voucher-2027", "voucher-2026")
OTHER = Succession("another-2028", "voucher-2027", "voucher-2026")


def known(
    predecessor: Predecessor | None = BEFORE,
    follower: Succession | None = None,
    own: Succession | None = None,
    *,
    published: bool = False,
) -> Known:
    return Known(predecessor, follower, own, published)


@pytest.mark.parametrize("of", [known(), known(follower=OWN, own=OWN, published=True)])
def test_it_follows_what_was_published_by_its_bureau(of: Known) -> None:
    assert list(faults(FOLLOWING, of)) == []


@pytest.mark.parametrize("published", [True, False])
def test_it_may_follow_nothing(published: bool) -> None:
    assert list(faults(ALONE, known(None, published=published))) == []
    assert follows_of(ALONE) is None


@pytest.mark.parametrize(
    ("of", "code"),
    [
        (known(None), "scheme.follows_unknown"),
        (known(Predecessor("voucher-2027", "another", "voucher-2027")), "scheme.follows_foreign"),
        (known(follower=OTHER), "scheme.follows_taken"),
        (known(published=True), "scheme.follows_settled"),
        (
            known(own=Succession("voucher-2028", "voucher-2020", "voucher-2020"), published=True),
            "scheme.follows_settled",
        ),
    ],
)
def test_it_follows_nothing_else(of: Known, code: str) -> None:
    assert [(one.pointer, one.code) for one in faults(FOLLOWING, of)] == [("/follows/value", code)]


def test_once_it_follows_it_says_so_in_every_version() -> None:
    (fault,) = faults(ALONE, known(None, own=OWN, published=True))
    assert (fault.pointer, fault.code) == ("/scheme", "scheme.follows_settled")


def test_it_does_not_follow_itself() -> None:
    assert [one.code for one in follows({**FOLLOWING, "scheme": "voucher-2027"})] == ["scheme.follows_itself"]
    assert [*follows(FOLLOWING), *follows(ALONE)] == []
