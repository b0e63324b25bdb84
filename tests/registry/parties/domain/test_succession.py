"""An organisation ends once, and who takes it up is active: no chain of successors leads back."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.refusals import Refusal
from services.registry.parties.domain.organization import (
    Organization,
    OrganizationStatus,
    Succession,
    SuccessionHow,
    amend,
)
from services.registry.parties.domain.succession import succeed
from tests.registry.samples import TODAY, facts, places

PAPER = UUID(int=99)
SINCE = date(2018, 3, 15)
FIRMS = {UUID(int=n): Organization(UUID(int=n), facts(n, registered_on=SINCE)) for n in range(1, 6)}
ONE, TWO, *_ = FIRMS.values()
MERGED = Succession(SuccessionHow.MERGER, date(2020, 8, 31), PAPER, TWO.id)


@given(st.lists(st.tuples(st.sampled_from(list(FIRMS)), st.sampled_from(list(FIRMS)))))
def test_no_chain_of_successors_leads_back(pairs: list[tuple[UUID, UUID]]) -> None:
    firms = dict(FIRMS)
    for ending, taker in pairs:
        try:
            firms[ending] = succeed(firms[ending], replace(MERGED, successor_id=taker), firms[taker], today=TODAY)
        except Refusal:
            continue
    for firm in firms.values():
        walked, at = [firm.id], firm
        while at.succession is not None and at.succession.successor_id is not None:
            at = firms[at.succession.successor_id]
            assert at.id not in walked
            walked.append(at.id)
        assert at.status is OrganizationStatus.ACTIVE


def test_what_is_merged_is_deregistered_and_names_who_took_it_up() -> None:
    ended = succeed(ONE, MERGED, TWO, today=TODAY)
    assert (ended.status, ended.succession) == (OrganizationStatus.DEREGISTERED, MERGED)


def test_one_that_was_deregistered_before_may_still_get_its_succession() -> None:
    gone = replace(ONE, status=OrganizationStatus.DEREGISTERED)
    bankrupt = Succession(SuccessionHow.BANKRUPTCY, TODAY, PAPER)
    assert succeed(gone, bankrupt, None, today=TODAY).succession == bankrupt


@pytest.mark.parametrize(
    ("firm", "succession", "successor", "wanted"),
    [
        (replace(ONE, succession=MERGED), MERGED, TWO, {None: "succession.recorded"}),
        (ONE, replace(MERGED, successor_id=None), None, {"/successor": "succession.successor"}),
        (ONE, replace(MERGED, successor_id=ONE.id), ONE, {"/successor": "succession.itself"}),
        (
            ONE,
            MERGED,
            succeed(TWO, replace(MERGED, successor_id=ONE.id), ONE, today=TODAY),
            {"/successor": "succession.not_active"},
        ),
        (ONE, replace(MERGED, on=date(2020, 9, 15)), TWO, {"/on": "date.future"}),
        (ONE, replace(MERGED, on=date(2018, 3, 14)), replace(TWO, facts=facts(2)), {"/on": "succession.before"}),
        (replace(ONE, facts=facts(1)), replace(MERGED, on=date(2018, 3, 14)), TWO, {"/on": "succession.before"}),
    ],
)
def test_all_that_is_wrong_with_a_succession_is_told(
    firm: Organization, succession: Succession, successor: Organization | None, wanted: dict[str | None, str]
) -> None:
    with pytest.raises(Refusal) as refused:
        succeed(firm, succession, successor, today=TODAY)
    assert places(refused.value) == wanted


def test_a_successor_that_nobody_knows_is_told_by_who_looked_for_it() -> None:
    assert succeed(ONE, MERGED, None, today=TODAY).succession == MERGED


def test_what_was_taken_up_is_not_made_active_again() -> None:
    ended = succeed(ONE, MERGED, TWO, today=TODAY)
    with pytest.raises(Refusal, match=r"organization\.succeeded"):
        amend(ended, {"status": "active"}, by_itself=False, regions={"440703"}, today=TODAY)
    assert amend(ended, {"legal_form": "x"}, by_itself=False, regions={"440703"}, today=TODAY).succession == MERGED
