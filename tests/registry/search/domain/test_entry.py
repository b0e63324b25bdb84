"""What of a thing in the feed is found, and what of it everybody may see."""

from typing import Any
from uuid import UUID

import pytest

from services.registry.search.domain.entry import Entry, Trees, entries_of

ID, OTHER = UUID(int=1), UUID(int=2)
TREES = Trees({"testing": None, "inspection": "testing"}, {"440703": "440700", "zone": "440703", "440700": None})
FIRM: dict[str, Any] = {
    "id": f"org_{ID.hex}",
    "uscc": "914407030000000001",
    "name": "江门检测",
    "names": [{"name": "旧名"}, {"name": "江门检测"}],
    "region": "440703",
    "status": "active",
    "version": 3,
    "sanctions": [],
    "provider": None,
}
ADMISSION: dict[str, Any] = {"category": "inspection", "from": "2020-09-14", "until": None, "schemes": []}
PROVIDER = {"id": f"prv_{OTHER.hex}", "state": "admitted", "admissions": [ADMISSION]}
SPACE: dict[str, Any] = {
    "id": f"spc_{ID.hex}",
    "name": "珠西创谷",
    "kind": "professional_service",
    "form": "maker_space",
    "operator": f"org_{OTHER.hex}",
    "region": "zone",
    "status": "active",
    "version": 1,
}
OFFERING: dict[str, Any] = {
    "id": f"off_{ID.hex}",
    "provider": f"prv_{OTHER.hex}",
    "category": "inspection",
    "name": "金属检测",
    "description": None,
    "price": {"amount": "1200.00", "currency": "CNY"},
    "unit": "批次",
    "state": "published",
    "version": 2,
}


def entry(kind: str, document: dict[str, Any], **changes: Any) -> Entry:
    return entries_of(kind, {**document, **changes}, TREES)[-1]


def test_an_organisation_is_found_by_every_name_it_had_and_shown_to_nobody_by_itself() -> None:
    firm = entry("organization", FIRM)
    assert (firm.name, firm.former_names, firm.owner_id, firm.is_open) == ("江门检测", ["旧名"], ID, False)
    assert firm.row["names"] == "|江门检测|旧名|"


def test_a_document_of_the_time_before_names_had_a_history_is_read_as_well() -> None:
    old = {name: value for name, value in FIRM.items() if name != "names"}
    assert entries_of("organization", old, TREES)[0].former_names == []


@pytest.mark.parametrize(
    ("bound", "places"),
    [
        ("zone", ["zone"]),
        ("440703", ["440703", "zone"]),
        ("440700", ["440703", "zone", "440700"]),
        ("440000", ["440703", "zone", "440700"]),
        ("110000", []),
    ],
)
def test_regions_lie_in_others_by_the_list_and_by_their_codes(bound: str, places: list[str]) -> None:
    assert TREES.within(bound) == places


def test_around_a_region_lie_the_others_of_each_that_it_lies_in() -> None:
    trees = Trees({}, {"440703": "440700", "440704": "440700", "440700": None, "110000": None})
    assert trees.around("440703") == [["440703"], ["440704", "440700"]]


def test_a_provider_is_found_beside_its_organisation_by_what_it_is_admitted_for() -> None:
    firm, provider = entries_of("organization", {**FIRM, "provider": PROVIDER}, TREES)
    assert (provider.kind, provider.id, provider.owner_id, provider.name) == ("provider", OTHER, firm.id, firm.name)
    assert (provider.categories, provider.is_open) == (["inspection", "testing"], True)
    assert provider.terms == [
        {
            "category": "inspection",
            "within": ["inspection", "testing"],
            "from_on": "2020-09-14",
            "until_on": None,
            "schemes": None,
        }
    ]


def test_an_admission_for_some_schemes_names_them() -> None:
    named = {**PROVIDER, "admissions": [{**ADMISSION, "schemes": ["jiangmen"]}]}
    terms = entry("organization", FIRM, provider=named).terms
    assert terms is not None
    assert [one["schemes"] for one in terms] == [["jiangmen"]]


@pytest.mark.parametrize("state", ["applied", "suspended", "expired", "removed", "withdrawn"])
def test_a_provider_in_any_other_state_is_not_open(state: str) -> None:
    assert not entry("organization", FIRM, provider={**PROVIDER, "state": state}).is_open


@pytest.mark.parametrize(
    ("changes", "state", "is_open"),
    [
        ({}, "active", False),
        ({"state": "filed"}, "filed", False),
        ({"state": "recognised"}, "recognised", True),
        ({"state": "revoked"}, "revoked", False),
        ({"state": "recognised", "status": "closed"}, "closed", False),
    ],
)
def test_a_space_is_open_while_it_is_recognised(changes: dict[str, str], state: str, is_open: bool) -> None:
    space = entry("space", SPACE, **changes)
    assert (space.state, space.is_open) == (state, is_open)


def test_a_space_has_the_levels_of_the_recognitions_that_have_not_ended() -> None:
    recognitions = [{"level": "city", "ended_on": "2020-01-01"}, {"level": "province", "ended_on": None}]
    assert entry("space", SPACE, recognitions=recognitions).levels == ["province"]


def test_of_what_is_listed_price_and_unit_are_shown_and_the_rest_is_the_providers() -> None:
    offering = entry("offering", OFFERING)
    assert (offering.provider_id, offering.owner_id, offering.region) == (OTHER, None, None)
    assert offering.shown == {"price": {"amount": "1200.00", "currency": "CNY"}, "unit": "批次"}
    assert (offering.is_open, offering.row["is_public"]) == (True, False)


def test_an_instrument_stands_where_it_says_itself() -> None:
    assert entry("instrument", OFFERING, region="440703").region == "440703"


@pytest.mark.parametrize("kind", ["team", "region", "category", "calendar", "policy"])
def test_nobody_looks_for_anything_else(kind: str) -> None:
    assert entries_of(kind, {}, TREES) == []


def test_no_document_gives_away_more_than_is_shown() -> None:
    assert "secret" not in str(entry("space", SPACE, secret="secret").row)
