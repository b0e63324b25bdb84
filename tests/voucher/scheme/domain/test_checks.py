"""What the schema cannot see in a scheme document is found, all of it at once."""

from typing import Any

import pytest

from services.voucher.scheme.domain import checks
from tests.voucher.scheme.samples import a_document, a_scheme

CAPS = a_document()["caps"]


def codes(changes: dict[str, Any]) -> list[tuple[str, str]]:
    return [(fault.code, fault.pointer) for fault in checks.faults(a_document(changes))]


def test_the_published_scheme_has_no_fault() -> None:
    assert codes({}) == []


@pytest.mark.parametrize(
    ("path", "value", "code", "pointer"),
    [
        ("rate/source", "row of-another", "scheme.source_unknown", "/rate/source"),
        ("caps/1/source", "hearsay", "scheme.source_unknown", "/caps/1/source"),
        (
            "allocation/closes/value",
            "2020-09-15 10:00",
            "scheme.dates_out_of_order",
            "/allocation/closes/value",
        ),
        (
            "allocation/allocate_until/value",
            "2020-09-14",
            "scheme.dates_out_of_order",
            "/allocation/allocate_until/value",
        ),
        (
            "allocation/allocate_until/value",
            "2020-12-01",
            "scheme.dates_out_of_order",
            "/validity/backfilled/use_by/value",
        ),
        (
            "validity/issued/deliver_by/value",
            "2020-10-14",
            "scheme.dates_out_of_order",
            "/validity/issued/deliver_by/value",
        ),
        (
            "validity/backfilled/claim_by/value",
            "2020-11-29",
            "scheme.dates_out_of_order",
            "/validity/backfilled/claim_by/value",
        ),
        (
            "validity/issued/completed_from/value",
            "2020-10-16",
            "scheme.dates_out_of_order",
            "/validity/issued/completed_until/value",
        ),
        (
            "validity/issued/use_by/value",
            "2020-09-14",
            "scheme.dates_out_of_order",
            "/validity/issued/use_by/value",
        ),
        ("caps/0/limit", "0", "amount.not_positive", "/caps/0/limit"),
        ("caps/0/limit", "9" * 30, "amount.too_large", "/caps/0/limit"),
        ("caps/0/subject", "holder", "scheme.cap_subject", "/caps/0/subject"),
        ("caps/0/year_of", "issue", "scheme.cap_year", "/caps/0/year_of"),
        ("caps/1/period", "once", "scheme.cap_year", "/caps/1/year_of"),
        ("caps/1/year_of", "contract", "scheme.cap_year", "/caps/1/year_of"),
        ("rate/share", "0.000", "scheme.share_zero", "/rate/share"),
        ("rate/as_of", "submission", "scheme.not_one_of", "/rate/as_of"),
        ("rate/as_of", "window_close", "scheme.not_one_of", "/rate/as_of"),
        ("rate/as_of", "proposal", "scheme.not_one_of", "/rate/as_of"),
        ("rate/as_of", "completion", "scheme.not_one_of", "/rate/as_of"),
        ("caps/0/as_of", "issue", "scheme.not_one_of", "/caps/0/as_of"),
        ("caps/1/as_of", "contract", "scheme.not_one_of", "/caps/1/as_of"),
        ("caps/2/as_of", "recognition", "scheme.not_one_of", "/caps/2/as_of"),
        ("caps/2/as_of", "submission", "scheme.not_one_of", "/caps/2/as_of"),
        (
            "exclusions/providers",
            {"value": [f"prv_{'0' * 32}", "11331021002687352Y", "11331021002687352X"], "source": CAPS[1]["source"]},
            "scheme.credit_code",
            "/exclusions/providers/value/2",
        ),
        ("zone", "Asia/Jiangmen", "scheme.zone_unknown", "/zone"),
        ("zone", "../etc/passwd", "scheme.zone_unknown", "/zone"),
        ("currency", "XXX", "currency.unknown", "/currency"),
    ],
)
def test_a_fault_is_named_where_it_stands(path: str, value: Any, code: str, pointer: str) -> None:
    assert codes({path: value}) == [(code, pointer)]


@pytest.mark.parametrize(
    ("place", "days"), [(0, ["submission"]), (1, ["issue"]), (2, ["issue", "contract", "authorise"])]
)
def test_a_cap_names_a_day_that_is_known_when_it_counts(place: int, days: list[str]) -> None:
    assert [codes({f"caps/{place}/as_of": day}) for day in days] == [[]] * len(days)


EACH = {**CAPS[2], "cap": "each-use", "subject": "redemption", "period": "once"}
del EACH["year_of"]


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, []),
        ({"period": "year", "year_of": "issue"}, [("scheme.cap_once", "/caps/0/period")]),
        ({"counts": "authorised_times", "limit": "1"}, [("scheme.cap_subject", "/caps/0/subject")]),
        ({"counts": "issued"}, [("scheme.cap_subject", "/caps/0/subject")]),
    ],
)
def test_each_use_of_vouchers_may_be_capped_in_money(changes: dict[str, Any], found: list[tuple[str, str]]) -> None:
    assert codes({"caps": [{**EACH, **changes}]}) == found


FACE = {"leftover/value": "paid", "rate/share": "1.00"}


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, []),
        ({"rate/share": "0.50"}, ["scheme.leftover_paid"]),
        ({"rate/tax": "excluded"}, ["scheme.leftover_paid"]),
        (
            {"rate/cases": [{"when": {"size_class": ["small"]}, "share": "0.10", "source": CAPS[1]["source"]}]},
            ["scheme.leftover_paid"],
        ),
        ({"rate/cases": [{"when": {"size_class": ["small"]}, "share": "1.00", "source": CAPS[1]["source"]}]}, []),
    ],
)
def test_a_face_is_paid_where_all_of_every_price_is(changes: dict[str, Any], found: list[str]) -> None:
    assert [code for code, _ in codes({**FACE, **changes})] == found


ONCE = {
    "cap": "once",
    "counts": "authorised_times",
    "subject": "contract",
    "period": "once",
    "limit": "1",
    "source": CAPS[1]["source"],
}


def test_a_contract_may_be_capped_in_times_a_provider_by_the_year_of_the_contract() -> None:
    per_provider = {**CAPS[2], "cap": "per-provider", "subject": "provider", "year_of": "contract"}
    assert codes({"caps": [ONCE, per_provider]}) == []
    (cap, _) = a_scheme({"caps": [ONCE, per_provider]}).caps
    assert (cap.limit, cap.subject) == (1, "contract")


@pytest.mark.parametrize(("limit", "code"), [("1.50", "amount.too_precise"), ("0", "amount.not_positive")])
def test_times_are_whole_and_not_none(limit: str, code: str) -> None:
    assert codes({"caps": [{**ONCE, "limit": limit}]}) == [(code, "/caps/0/limit")]


def test_what_is_issued_is_not_counted_by_contracts() -> None:
    by_contract = {**CAPS[1], "subject": "contract"}
    assert codes({"caps": [by_contract]}) == [("scheme.cap_subject", "/caps/0/subject")]
    by_its_year = {**CAPS[1], "year_of": "contract"}
    assert codes({"caps": [by_its_year]}) == [("scheme.cap_year", "/caps/0/year_of")]


BUCKET = {**CAPS[2], "cap": "tests", "subject": "bucket", "categories": ["testing"]}
ROLLING = {**ONCE, "cap": "group", "subject": "group", "period": "rolling", "months": 36}


def test_pairs_buckets_and_groups_may_be_capped_a_group_over_rolling_months() -> None:
    pair = {**CAPS[2], "cap": "pair", "subject": "pair"}
    assert codes({"caps": [pair, BUCKET, ROLLING]}) == []
    (_, bucket, group) = a_scheme({"caps": [pair, BUCKET, ROLLING]}).caps
    assert (bucket.categories, group.months) == (("testing",), 36)


@pytest.mark.parametrize(
    ("cap", "code", "pointer"),
    [
        ({**BUCKET, "subject": "holder"}, "scheme.cap_bucket", "/caps/0/categories"),
        ({**CAPS[2], "subject": "bucket"}, "scheme.cap_bucket", "/caps/0"),
        ({**CAPS[2], "months": 12}, "scheme.cap_months", "/caps/0/months"),
        ({**ONCE, "period": "rolling"}, "scheme.cap_months", "/caps/0"),
        ({**ROLLING, "months": 37}, "scheme.cap_group_months", "/caps/0/months"),
        ({**ROLLING, "counts": "issued", "subject": "holder", "limit": "1.00"}, "scheme.cap_months", "/caps/0/months"),
    ],
)
def test_a_bucket_names_its_categories_and_a_rolling_period_its_months(
    cap: dict[str, Any], code: str, pointer: str
) -> None:
    assert codes({"caps": [cap]}) == [(code, pointer)]


def test_a_cap_that_stands_twice_is_named_where_it_stands_again() -> None:
    assert codes({"caps": [CAPS[1], CAPS[1]]}) == [("scheme.named_twice", "/caps/1/cap")]


def test_all_faults_are_told_at_once() -> None:
    found = codes({"rate/share": "0.0", "caps/0/limit": "0.00", "backing/source": "nobody"})
    assert {code for code, _ in found} == {"scheme.share_zero", "amount.not_positive", "scheme.source_unknown"}
