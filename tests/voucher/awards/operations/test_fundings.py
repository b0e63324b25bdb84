"""Two persons of a bureau name which of its budget lines bears a part of an award, each once."""

from uuid import UUID

import pytest

from services.chassis.ids import new_id
from services.voucher.awards.operations import fundings
from tests.voucher.awards.steps import Office, allotted, caller, keyed, refused


async def test_the_same_key_proposes_and_decides_once(office: Office) -> None:
    who = caller("per_1", "operator", "propose_award_funding", bureau=office.bureau)
    asked = fundings.Asked(office.version.id, "top-up", "city", "440703", office.budget["city"].id, "江财教〔2022〕9号")
    requests = [keyed(who, "propose_award_funding", "k-1") for _ in range(2)]
    first, again = [await fundings.propose(office.database, one, permit=who, asked=asked) for one in requests]
    assert first.body == again.body
    other = caller("per_2", "operator", "approve_award_funding", bureau=office.bureau)
    for _ in range(2):
        request = keyed(other, "approve_award_funding", "k-2")
        funding_id = UUID(first.body["id"])
        answer = await fundings.approve(office.database, request, permit=other, funding_id=funding_id)
    assert answer.body == first.body


@pytest.mark.parametrize("economic_class", ["30227", "50205"])
async def test_a_grant_is_not_borne_by_a_line_for_what_an_office_buys(office: Office, economic_class: str) -> None:
    bought = await allotted(office.database, office.bureau, "jiangmen", economic_class=economic_class)
    who = caller("per_1", "operator", "propose_award_funding", bureau=office.bureau)
    asked = fundings.Asked(office.version.id, "top-up", "city", "440703", bought.id, "江财教〔2022〕9号")
    proposed = fundings.propose(office.database, keyed(who, "propose_award_funding"), permit=who, asked=asked)
    assert await refused(proposed) == ["award_funding.economic_class"]


@pytest.mark.parametrize("bureau", ["elsewhere"])
async def test_a_line_of_another_bureau_and_a_line_that_is_not_there_bear_nothing(office: Office, bureau: str) -> None:
    foreign = await allotted(office.database, bureau, "jiangmen")
    who = caller("per_1", "operator", "propose_award_funding", bureau=office.bureau)
    for line_id in (foreign.id, new_id()):
        asked = fundings.Asked(office.version.id, "top-up", "city", "440703", line_id, "江财教〔2022〕9号")
        proposed = fundings.propose(office.database, keyed(who, "propose_award_funding"), permit=who, asked=asked)
        assert await refused(proposed) == ["budget_line.unknown"]


@pytest.mark.parametrize(("region", "code"), [("999999", "region"), ("440703", None), ("440000", None)])
async def test_an_award_is_funded_where_its_scheme_counts(office: Office, region: str, code: str | None) -> None:
    who = caller("per_1", "operator", "propose_award_funding", bureau=office.bureau)
    asked = fundings.Asked(office.version.id, "top-up", "city", region, office.budget["city"].id, "江财教〔2022〕9号")
    proposed = fundings.propose(office.database, keyed(who, "propose_award_funding"), permit=who, asked=asked)
    assert await refused(proposed) == ([] if code is None else [f"award_funding.{code}"])


async def test_an_award_is_funded_from_a_line_of_the_year(office: Office) -> None:
    earlier = await allotted(office.database, office.bureau, "jiangmen", fiscal_year=2021)
    who = caller("per_1", "operator", "propose_award_funding", bureau=office.bureau)
    asked = fundings.Asked(office.version.id, "top-up", "city", "999999", earlier.id, "江财教〔2022〕9号")
    proposed = fundings.propose(office.database, keyed(who, "propose_award_funding"), permit=who, asked=asked)
    assert await refused(proposed) == ["award_funding.region", "award_funding.other_year"]
