"""Who may call what is decided by role and relation."""

from dataclasses import replace
from uuid import UUID

import pytest

from services.chassis.authorisation import NO_TREASURY, NOBODY, Grant, Permit, grants, permit
from services.chassis.refusals import NotFound, Refusal
from services.chassis.tokens import Caller

MINE, OTHERS = UUID(int=1), UUID(int=2)
TABLE = {"get_thing": grants("own", "holder") + grants("region", "reviewer") + grants("any", "auditor")}


def caller(
    *roles: str,
    organization: UUID | None = MINE,
    region: str | None = None,
    bureau: str | None = None,
    treasury: str | None = None,
) -> Caller:
    made = Caller("per_1", "per_1", organization, frozenset(roles), "test", "s", "t", 0)
    return replace(made, region=region, bureau=bureau, treasury=treasury)


def test_a_role_without_a_grant_is_forbidden() -> None:
    with pytest.raises(Refusal, match=r"auth\.forbidden"):
        permit(TABLE, "get_thing", caller("provider"))


def test_a_holder_is_covered_for_his_own_organisation_only() -> None:
    mine = permit(TABLE, "get_thing", caller("holder"))
    assert mine.covers(organizations=[OTHERS, MINE])
    assert not mine.covers(organizations=[OTHERS])
    assert not permit(TABLE, "get_thing", caller("holder", organization=None)).covers(organizations=[None])


@pytest.mark.parametrize(
    ("bound", "region", "covered"),
    [
        ("440703", "440703", True),
        ("440703", "440704", False),
        ("440700", "440704", True),
        ("440000", "440704", True),
        ("440703", None, False),
    ],
)
def test_a_reviewer_is_covered_within_his_region(bound: str, region: str | None, covered: bool) -> None:
    assert permit(TABLE, "get_thing", caller("reviewer", region=bound)).covers(region=region) is covered


def test_the_auditor_is_covered_everywhere() -> None:
    everywhere = permit(TABLE, "get_thing", caller("auditor", organization=None))
    assert everywhere.everything
    assert everywhere.covers()


def test_what_must_not_be_known_is_not_found() -> None:
    with pytest.raises(NotFound, match=r"thing\.unknown"):
        permit(TABLE, "get_thing", caller("holder")).require("thing.unknown", organizations=[OTHERS])


def test_a_list_is_narrowed_by_what_was_granted() -> None:
    assert permit(TABLE, "get_thing", caller("holder")).bound("own") == MINE
    assert permit(TABLE, "get_thing", caller("holder")).bound("region") is None
    bureau = Permit(caller("operator", bureau="sme"), (Grant("operator", "bureau"),))
    assert bureau.bound("bureau") == "sme"
    assert bureau.covers(bureau="sme")
    assert not bureau.covers(bureau="science")


def test_a_list_is_narrowed_to_ones_own_or_to_nobodys() -> None:
    table = {"list_things": grants("own", "holder") + grants("treasury", "finance_maker") + grants("any", "auditor")}
    holder, finance = (permit(table, "list_things", caller(role, treasury="j")) for role in ("holder", "finance_maker"))
    assert (holder.only_organization, holder.only_treasury) == (MINE, NO_TREASURY)
    assert (finance.only_organization, finance.only_treasury) == (NOBODY, "j")
    unbound = permit(table, "list_things", caller("holder", organization=None))
    assert unbound.only_organization == NOBODY
    auditor = permit(table, "list_things", caller("auditor", treasury="j"))
    assert (auditor.only_organization, auditor.only_treasury) == (None, None)
