"""For each scheme: one number changed in its file, and nothing else, changes the answer as the rule says."""

from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from services.voucher.scheme.operations import reading
from tests.voucher.scheme.asking import file_of, quoted
from tests.voucher.scheme.samples import SCHEMES

TEAM = {"holder": "team", "region": "310104", "members": 3, "residency": "municipal-incubator", "fee": "300000.00"}
TABLE: dict[str, tuple[str, str | int, Mapping[str, Any], str, Any, Any]] = {
    "jiangmen-service-2020": ("rate/share", "0.40", {"invoice": "12345.67"}, "subsidy", "6172.83", "4938.26"),
    "jiangmen-topup-2021": (
        *("awards/0/split/cases/0/parts/0/weight", 3),
        {"deal": "100000.00", "provincial": "30000.00", "district": "台山"},
        "split",
        {"city": "7500.00", "district": "7500.00"},
        {"city": "11250.00", "district": "3750.00"},
    ),
    "jiangmen-loan-interest-2026": (
        *("awards/0/share", "0.50"),
        {"interest_due": "12000.00", "interest_repaid": "9000.00"},
        *("subsidy", None, "4500.00"),
    ),
    "guangdong-2019": (
        *("rate/cases/0/share", "0.46"),
        {"fee": "100000.00", "region": "rest", "contract_date": "2020-02-26"},
        *("subsidy", "45000.00", "46000.00"),
    ),
    "zhongshan-service-2020": ("caps/2/limit", "15000.00", {"invoice": "50000.00"}, "subsidy", "20000.00", "15000.00"),
    "guangzhou": ("rate/share", "0.20", {"fee": "10000.00"}, "subsidy", "3000.00", "2000.00"),
    "shanghai": ("caps/1/cases/0/limit", "80000.00", TEAM, "subsidy", "100000.00", "80000.00"),
    "yuhuan-2023": ("rate/bands/0/up_to", "20000.00", {"fee": "30000.00"}, "subsidy", "20000.00", "25000.00"),
    "beijing-capital-2026": (
        *("caps/1/cases/0/limit", "400000.00"),
        {"fee": "1600000.00", "residency": "provincial-incubator", "used_this_year": "200000.00"},
        *("subsidy", "300000.00", "200000.00"),
    ),
    "beijing-service-2026": ("rate/share", "0.25", {"fee": "10000.00"}, "subsidy", "3000.00", "2500.00"),
    "chongqing-2022": ("rate/share", "0.60", {"fee": "10000.00"}, "subsidy", "5000.00", "6000.00"),
    "hainan-2024": ("caps/1/limit", "400000.00", {"fee": "2000000.00"}, "subsidy", "500000.00", "400000.00"),
    "shaanxi-service": (
        *("rate/cases/0/share", "0.45"),
        {"invoice": "10000.00", "category": "testing"},
        *("subsidy", "5000.00", "4500.00"),
    ),
    "ningde-2019": (
        *("caps/0/limit", "2"),
        {"fee": "1000.00", "counted": {"once-per-contract": 1}},
        *("subsidy", "0.00", "600.00"),
    ),
    "shandong-2015": (
        *("awards/0/limit/value", "200000.00"),
        {"provider_services": "3000000.00", "reward_rate": "0.10"},
        *("reward", "300000.00", "200000.00"),
    ),
    "guangdong-service": (
        *("under_use/value", "0.60"),
        {"used": "13999.00", "issued": "20000.00"},
        *("suspended_next_year", True, False),
    ),
    "ireland-standard": ("caps/2/limit", "4000.00", {"invoice": "6000.00"}, "subsidy", "5000.00", "4000.00"),
    "ireland-cofunded": ("rate/share", "0.40", {"fee": "10000.00"}, "subsidy", "5000.00", "4000.00"),
    "uk-htg-digital": (
        *("validity/issued/use_by/value/days", 20),
        {"issued_on": "2026-03-01"},
        *("use_by", "2026-03-31", "2026-03-21"),
    ),
    "singapore-counter": ("caps/0/limit", "5.00", {"asked": "10.00", "holder": "person"}, "granted", "10.00", "0.00"),
    "tongzhou-space-award-2018": (
        *("awards/0/cases/0/amount", "600000.00"),
        {"recognised": ["municipal", "national"]},
        *("awards", ["300000.00", "500000.00"], ["300000.00", "600000.00"]),
    ),
    "jiaxing-match-2015": ("awards/0/share", "0.80", {"upper_award": "300000.00"}, "subsidy", "300000.00", "240000.00"),
}
named = pytest.mark.parametrize("scheme", TABLE)


def changed(file: Path, path: str, value: str | int) -> str:
    """The text of a file with the one value at a path changed."""
    yaml = YAML(typ="rt")
    document = yaml.load(file.read_text(encoding="utf-8"))
    *way, last = [int(step) if step.isdigit() else step for step in path.split("/")]
    node = document
    for step in way:
        node = node[step]
    node[last] = value
    yaml.dump(document, out := StringIO())
    return out.getvalue()


def test_every_scheme_has_its_number() -> None:
    assert set(TABLE) == {file.stem for file in SCHEMES.glob("*.yaml")}


@named
def test_one_number_changes_the_answer_as_the_rule_says(scheme: str, tmp_path: Path) -> None:
    path, value, case, word, before, after = TABLE[scheme]
    file = tmp_path / f"{scheme}.yaml"
    file.write_text(changed(file_of(scheme), path, value), encoding="utf-8")
    assert (quoted(file_of(scheme), case).get(word), quoted(file, case).get(word)) == (before, after)


def test_one_name_changes_the_answer_as_the_rule_says(tmp_path: Path) -> None:
    """Of vouchers that are used with a provider that the file names; no published scheme says so."""
    text = file_of("jiangmen-service-2020").read_text(encoding="utf-8")
    section = 'exclusions:\n  providers: {value: ["11331021002687352Y"], source: row jiangmen-service-2020}\n'
    file, other = tmp_path / "named.yaml", tmp_path / "other.yaml"
    file.write_text(text.replace("exclusions:\n", section), encoding="utf-8")
    other.write_text(changed(file, "exclusions/providers/value/0", f"prv_{'1' * 32}"), encoding="utf-8")
    case = {"invoice": "12345.67", "provider": "11331021002687352Y"}
    assert [quoted(one, case)["subsidy"] for one in (file, other)] == ["6172.83", "0.00"]


@named
def test_only_that_number_differs(scheme: str) -> None:
    path, value, *_ = TABLE[scheme]
    old = reading.read(file_of(scheme).read_text(encoding="utf-8"))
    new = reading.read(changed(file_of(scheme), path, value))
    assert not new.faults
    assert sum(old.document[key] != new.document[key] for key in old.document) == 1
