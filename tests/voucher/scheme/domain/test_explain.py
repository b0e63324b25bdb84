"""A file is told in plain sentences, each rule once, with where it is written; and what changes, for whom."""

import re
from pathlib import Path
from typing import Any

import pytest

from services.voucher.scheme.domain.checking.sources import each_source
from services.voucher.scheme.domain.explaining.explain import Difference, differences, paragraphs, rules
from services.voucher.scheme.operations import reading
from tests.voucher.scheme.samples import SCHEMES, a_document

FILES = sorted(SCHEMES.glob("*.yaml"))
named = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
LANGUAGES = ("zh-CN", "en")


def document_of(path: Path) -> dict[str, Any]:
    return reading.read(path.read_text(encoding="utf-8")).document


def told(name: str, language: str) -> str:
    return "\n".join(
        f"{one.heading}: {one.text}" for one in paragraphs(document_of(SCHEMES / f"{name}.yaml"), language)
    )


@named
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_of_every_scheme_is_told_with_where_it_is_written(path: Path, language: str) -> None:
    document = document_of(path)
    sources = [pointer for pointer, _ in each_source("", document)]
    told_elsewhere = re.compile("/effective|/awards/./(mode|payee|report_within)")
    asking = [one for one in sources if not told_elsewhere.match(one)]
    without_questions = document.get("applications", {"form": {"value": [1]}})["form"]["value"] == []
    assert len(rules(document, language)) == len(asking) - without_questions


@named
def test_the_chinese_has_no_words_of_the_format_and_no_gap(path: Path) -> None:
    text = "\n".join(one.text for one in rules(document_of(path), "zh-CN"))
    assert not re.search(r"[{}|]|None|True|False", text)
    assert not re.search(r"\b(holder|provider|queue|stays|invoice|working_days|first_come)\b", text)


def test_jiangmens_rate_and_its_clause_are_read_aloud() -> None:
    chinese, english = told("jiangmen-service-2020", "zh-CN"), told("jiangmen-service-2020", "en")
    assert "补贴发票金额（含税）的50%，以合同签订日为准[2]。" in chinese
    assert "每家用券单位每年（按发放日计年）发放的金额不超过20,000.00元[2]。" in chinese
    assert (
        "[1] 政策 jiangmen-2016-draft（七）；[2] 已公布要点 jiangmen-service-2020；[*] 未见公布，系统自定。" in chinese
    )
    assert "50% of the invoice's amount, tax included, as of the day the contract was signed[2]." in english
    assert "（草案，尚未施行）" in chinese
    assert "(a draft, not in force)" in english


def test_bands_cases_splits_and_ceilings_are_told() -> None:
    assert "10,000.00元以内部分100%、10,000.00元以上部分50%" in told("yuhuan-2023", "zh-CN")
    assert "100% up to CNY 10,000.00, 50% of what is above" in told("yuhuan-2023", "en")
    assert "所在地区为rest，自2020年2月26日起的，补贴45%" in told("guangdong-2019", "zh-CN")
    top_up = told("jiangmen-topup-2021", "zh-CN")
    assert "合计不超过实际交易金额的50%减去上级补助金额" in top_up
    assert "由市、区县按3:7分担" in top_up
    assert "比例尚未公布" in told("jiangmen-loan-interest-2026", "zh-CN")


RICH = {
    "who/ceilings": {
        "value": {"years": 2, "staff": 300, "sales": "2000000.00", "assets": "1.5"},
        "source": "row jiangmen-service-2020",
    },
    "allocation/class_shares": {"value": [{"class": "priority", "at_most": "0.20"}], "source": "x"},
    "backing": {"value": {"factor": "1.5", "prorata_on": "2020-12-01"}, "source": "x"},
    "settlement/split": {"parts": [{"part": "city", "weight": 3}, {"part": "district", "weight": 7}], "source": "x"},
    "validity/issued/use_by": {"value": {"months": 1, "days": 10}, "source": "x"},
    "caps": [
        {
            "cap": "group",
            "counts": "authorised_times",
            "subject": "bucket",
            "categories": ["testing"],
            "period": "rolling",
            "months": 36,
            "regime": "de-minimis",
            "limit": "3",
            "source": "x",
            "cases": [{"when": {"size_class": ["micro"], "until": "2020-12-31"}, "limit": "5", "source": "x"}],
        }
    ],
    "applications": {
        "form": {"value": [], "source": "x"},
        "review": {"value": [], "source": "x"},
        "review_within": {"value": {"working_days": 1}, "source": "x"},
        "correction_within": {"value": {"working_days": 1}, "source": "x"},
        "refusal_reasons": {"value": ["not_eligible"], "source": "x"},
        "appeal_within": {"value": {"working_days": 1}, "source": "x"},
    },
}


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        (
            "zh-CN",
            [
                "近2年每年均不得超过：从业人员300人、营业收入2,000,000.00元、资产总额1.50元。",
                "各类别至多占预算：priority 20%。",
                "发放额可达预算的1.5倍，2020年12月1日按同一比例折算。",
                "由市、区县按3:7分担。",
                "须在发放后1个月又10天内约定服务。",
                "每家用券单位在检验检测类连续36个月内约定的次数不超过3次（计入国家援助 de-minimis）。",
                "其中微型企业，至2020年12月31日止的，不超过5次。",
                "申请不经审核。",
            ],
        ),
        (
            "en",
            [
                "In each of the last 2 years it had at most: 300 heads, sales of CNY 2,000,000.00, assets of CNY 1.50.",
                "It is shared: the city and the district 3:7.",
                "It is used within 1 month and 10 days of issue.",
                "How often it is used for each holder in testing in any 36 months: at most 3 times"
                " (state aid, de-minimis).",
                "In the case of micro firms, until 31 December 2020: at most 5 times.",
            ],
        ),
    ],
)
def test_what_other_schemes_say_is_told_too(language: str, sentences: list[str]) -> None:
    found = [one.text for one in rules(a_document(RICH), language)]
    assert [one for one in sentences if one not in found] == []


def test_awards_are_told_with_their_bounds() -> None:
    award = {
        "award": "rent",
        "title": {"zh": "场地奖补", "en": "Rent"},
        "mode": {"value": "grant", "source": "x"},
        "payee": {"value": "space", "source": "x"},
        "base": "added_area",
        "amount": "100.00",
        "cases": [{"when": {"level": ["national"]}, "amount": "200.00", "source": "x"}],
        "ceiling": {"value": {"share": "0.50", "of": "running_costs"}, "source": "x"},
        "limit": {"value": "500000.00", "source": "x"},
        "period": "year",
        "once_per": {"value": ["level"], "source": "x"},
        "spend_on": {"value": ["training"], "source": "x"},
        "report_within": {"value": {"working_days": 20}, "source": "x"},
        "source": "x",
    }
    found = [one.text for one in rules(a_document({"awards": [award]}), "zh-CN") if one.section == "awards"]
    assert found == [
        "场地奖补付给孵化载体：新增面积（每平方米）100.00元。",
        "其中级别为国家级的：新增面积（每平方米）200.00元。",
        "合计不超过运营费用的50%。",
        "每年不超过500,000.00元。",
        "每一级别只给一次。",
        "只能用于培训，20个工作日内报告使用情况。",
    ]


def changed(changes: dict[str, Any], language: str = "en") -> list[Difference]:
    return differences(a_document(), a_document(changes), language)


def test_what_changes_is_told_with_old_and_new_clause_and_for_whom() -> None:
    (found,) = changed({"rate/share": "0.40", "rate/source": "policy jiangmen-2016-draft（七）"}, "zh-CN")
    assert found == Difference(
        "补贴比例",
        "用券单位与服务机构",
        "补贴发票金额（含税）的50%，以合同签订日为准。（已公布要点 jiangmen-service-2020）",
        "补贴发票金额（含税）的40%，以合同签订日为准。（政策 jiangmen-2016-draft（七））",
    )


def test_a_new_case_is_told_for_those_it_is_about() -> None:
    case = {"when": {"size_class": ["micro"]}, "share": "0.60", "source": "row jiangmen-service-2020"}
    (found,) = changed({"rate/cases": [case]})
    assert (found.whom, found.before) == ("holders and providers: micro firms", "")
    assert found.after == "In the case of micro firms: 60%. (published summary jiangmen-service-2020)"


def test_a_rule_that_is_gone_is_told_too() -> None:
    (found,) = changed({"caps": a_document()["caps"][:2]})
    assert found.after == ""


def test_two_files_that_say_the_same_differ_in_nothing() -> None:
    assert changed({}) == []
