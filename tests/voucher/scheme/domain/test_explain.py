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
    assert re.findall(r"[A-Za-z][A-Za-z_-]+", re.sub(r"\b[0-9A-Z]{18}\b", "", text)) == []


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
    assert "所在地区为粤东西北地区，自2020年2月26日起的，补贴45%" in told("guangdong-2019", "zh-CN")
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
                "各类别至多占预算：优先 20%。",
                "发放额可达预算的1.5倍，2020年12月1日按同一比例折算。",
                "由市、区县按3:7分担。",
                "须在发放后1个月又10天内约定服务。",
                "每家用券单位在检验检测类连续36个月内约定的次数不超过3次（计入国家援助“de-minimis”）。",
                "其中微型企业，至2020年12月31日止的，不超过5次。",
                "申请不经审核。",
            ],
        ),
        (
            "en",
            [
                "In each of the last 2 years a firm had at most: 300 heads, sales of CNY 2,000,000.00,"
                " assets of CNY 1.50.",
                "It is shared: the city and the district 3:7.",
                "It is used within 1 month and 10 days of issue.",
                "It is used at most 3 times for each holder in testing in any 36 months (state aid, de-minimis).",
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
        "regime": {"value": {"name": "de-minimis", "months": 36, "limit": "300000.00"}, "source": "x"},
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
        "计入国家援助“de-minimis”，关联企业组连续36个月内合计不超过300,000.00元。",
        "每年不超过500,000.00元。",
        "按级别各给一次。",
        "只能用于培训，20个工作日内报告使用情况。",
    ]


def test_that_one_may_apply_as_often_as_one_likes_is_passed_over() -> None:
    once = "allocation/one_live_application"
    told, passed_over = (rules(a_document({f"{once}/value": said}), "en") for said in (True, False))
    assert [one.key for one in told if one not in passed_over] == [once]
    assert [one for one in passed_over if one not in told] == []


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


def sentences_of(changes: dict[str, Any], language: str) -> list[str]:
    return [one.text for one in rules(a_document(changes), language)]


BANDED = {
    "bands": [
        {"up_to": "5000.00", "share": "1.00"},
        {"up_to": "50000.00", "share": "0.60"},
        {"share": "0.333333"},
    ]
}


def test_a_band_is_told_from_where_it_begins() -> None:
    rate = {key: value for key, value in a_document()["rate"].items() if key != "share"} | BANDED
    assert "5,000.00元以内部分100%、5,000.00元至50,000.00元部分60%、50,000.00元以上部分33.3333%" in "".join(
        sentences_of({"rate": rate}, "zh-CN")
    )
    assert "100% up to CNY 5,000.00, 60% from there to CNY 50,000.00, 33.3333% of what is above" in "".join(
        sentences_of({"rate": rate}, "en")
    )


def test_a_face_value_is_told_as_exactly_that() -> None:
    cap = {**a_document()["caps"][0], "fixed": True}
    cap["cases"] = [{"when": {"holder": ["team"]}, "limit": "10000.00", "source": "x"}]
    assert "Exactly CNY 20,000.00 may be asked for in each application." in sentences_of({"caps": [cap]}, "en")
    assert {"每份申请金额固定为20,000.00元。", "其中团队的，固定为10,000.00元。"} <= set(
        sentences_of({"caps": [cap]}, "zh-CN")
    )


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ({"years": 3, "up_to": True}, "违规的，至多3年内不得申领。"),
        ({"years": 1}, "违规的，1年内不得申领。"),
    ],
)
def test_a_ban_of_up_to_so_many_years_is_told_so(value: dict[str, Any], sentence: str) -> None:
    assert sentence in sentences_of({"sanctions": {"value": value, "source": "x"}}, "zh-CN")


def test_words_of_the_files_own_have_its_names_and_regions_those_of_the_map() -> None:
    case = {"when": {"region": ["hills"], "residency": ["provincial-incubator"]}, "share": "0.60", "source": "x"}
    said = {"rate/cases": [case], "regions": {"hills": ["331023", "999999"]}}
    assert "所在地区为天台县、999999，入驻为省级孵化器的，补贴60%。" in sentences_of(said, "zh-CN")
    said |= {"words": {"region": {"hills": {"zh": "山区", "en": "the hills"}}}}
    assert "In the case of region the hills, residency provincial incubator: 60%." in sentences_of(said, "en")


def test_a_date_that_counts_from_another_is_told_so() -> None:
    term = {"validity/issued/claim_by": {"value": {"months": 2, "after": "deliver_by"}, "source": "x"}}
    assert "须在交付期满后2个月内申报兑付。" in sentences_of(term, "zh-CN")
    assert "It is claimed within 2 months of the last day of delivery." in sentences_of(term, "en")


def test_every_category_there_is_is_called_so() -> None:
    assert "可用于：各类服务。" in sentences_of({"exclusions/categories": {"value": "all", "source": "x"}}, "zh-CN")


def test_those_with_whom_and_for_which_it_is_used_are_called_as_the_file_does() -> None:
    codes = {"provider": "11331021002687352Y", "offering": f"off_{'1' * 32}"}
    said: dict[str, Any] = {f"exclusions/{kind}s": {"value": [code], "source": "x"} for kind, code in codes.items()}
    assert f"仅可用于指定服务项目：{codes['offering']}。" in sentences_of(said, "zh-CN")
    said["words"] = {kind: {code: {"zh": f"青山{kind}", "en": f"our {kind}"}} for kind, code in codes.items()}
    assert "仅可用于指定服务机构：青山provider。" in sentences_of(said, "zh-CN")
    assert "It is used with these providers only: our provider." in sentences_of(said, "en")
    assert "It is used for these offerings only: our offering." in sentences_of(said, "en")
