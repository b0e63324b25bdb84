"""No malformed scheme can be published: a catalogue of spoilt files, each refused where its author has to look.

In what stands in place of the old text, » marks where the fault is told to be.
"""

import re

import pytest

from services.chassis.problems import CHASSIS_PROBLEMS, message
from services.voucher.problems import PROBLEMS
from services.voucher.scheme.operations import reading
from tests.voucher.scheme.samples import SCHEMES
from tests.voucher.scheme.spoilt import (
    AID,
    BEIJING,
    DEFAULT,
    GUANGDONG,
    JIANGMEN,
    OF_FORM,
    PER_APPLICATION,
    SHAANXI,
    SHANDONG,
    SHANGHAI,
    TONGZHOU,
    TOP_UP,
    YUHUAN,
    Spoilt,
    an_award,
    cap,
)

CATALOGUE = {
    **OF_FORM,
    # what stands together
    "the same basis twice": Spoilt(
        JIANGMEN,
        "  - row: jiangmen-service-2020",
        "  - row: jiangmen-service-2020\n  - »row: jiangmen-service-2020",
        "scheme.named_twice",
    ),
    "a source nobody knows": Spoilt(
        JIANGMEN,
        "leftover: {value: stays, source: row jiangmen-service-2020}",
        "leftover: {value: stays, source: »hearsay}",
        "scheme.source_unknown",
    ),
    "a zone that is none": Spoilt(JIANGMEN, "zone: Asia/Shanghai", "zone: »Asia/Jiangmen", "scheme.zone_unknown"),
    "a currency that is none": Spoilt(JIANGMEN, "currency: CNY", "currency: »XXX", "currency.unknown"),
    "a region without a code": Spoilt(
        JIANGMEN, 'registered_in: {value: ["440700"]', "registered_in: {value: [»江门]", "scheme.region_unknown"
    ),
    "a case on a region without a code": Spoilt(
        GUANGDONG, "    - when: {region: [rest]}", "    - when: {region: [»elsewhere]}", "scheme.region_unknown"
    ),
    "a code that names others": Spoilt(
        GUANGDONG, "  pearl-river-delta: [", '  "440700": »["440700"]\n  pearl-river-delta: [', "scheme.region_is_code"
    ),
    "a case under one that is wider": Spoilt(
        GUANGDONG,
        "    - when: {region: [rest], from: 2020-02-26}\n",
        '    - when: {region: [rest]}\n      share: "0.35"\n      source: row guangdong-2019\n'
        "    - when: »{region: [rest], from: 2020-02-26}\n",
        "scheme.case_unreachable",
    ),
    "a case that ends before it begins": Spoilt(
        GUANGDONG,
        "{region: [rest], from: 2020-02-26}",
        "{region: [rest], from: 2020-02-26, until: »2020-02-25}",
        "scheme.dates_out_of_order",
    ),
    "a case on what nobody knows": Spoilt(
        GUANGDONG, "{region: [rest], from: 2020-02-26}", "{region: [rest], level: »[national]}", "scheme.when_unknown"
    ),
    "a team's rule without teams": Spoilt(
        SHANGHAI, "holders: {value: [organization, team]", "holders: {value: [organization]", "scheme.team_not_holder"
    ),
    "what counts as local nowhere": Spoilt(
        JIANGMEN,
        f'  registered_in: {{value: ["440700"], as_of: submission, {DEFAULT}}}',
        f"  off_site: »{{value: centres, as_of: submission, {DEFAULT}}}",
        "scheme.off_site_nowhere",
    ),
    "a ceiling of nothing": Spoilt(
        JIANGMEN,
        "  good_standing:",
        f'  ceilings: {{value: {{years: 2, sales: »"0.00"}}, {DEFAULT}}}\n  good_standing:',
        "amount.not_positive",
    ),
    # the way to the voucher
    "a window that closes first": Spoilt(
        JIANGMEN, "closes: {value: 2020-09-15 16:00", "closes: {value: »2020-09-15 09:00", "scheme.dates_out_of_order"
    ),
    "given out before it closes": Spoilt(
        JIANGMEN,
        "allocate_until: {value: 2020-10-30",
        "allocate_until: {value: »2020-09-14",
        "scheme.dates_out_of_order",
    ),
    "a batch that nobody reviews": Spoilt(
        JIANGMEN, "method: {value: queue", "method: {value: »batch_review", "scheme.review_missing"
    ),
    "a share of a class that is none": Spoilt(
        JIANGMEN,
        "  last_place:",
        f'  class_shares: {{value: [{{class: »third, at_most: "0.20"}}], {DEFAULT}}}\n  last_place:',
        "scheme.class_unknown",
    ),
    "a class that gets nothing": Spoilt(
        JIANGMEN,
        "  last_place:",
        f'  class_shares: {{value: [{{class: priority, at_most: »"0.00"}}], {DEFAULT}}}\n  last_place:',
        "scheme.share_zero",
    ),
    "cut before all is issued": Spoilt(
        JIANGMEN,
        "backing: {value: full",
        'backing: {value: {factor: "1.5", prorata_on: »2020-10-29}',
        "scheme.dates_out_of_order",
    ),
    # awards
    "an award under a regime of nothing": Spoilt(
        TOP_UP,
        "    as_of: completion\n",
        '    as_of: completion\n    regime: {value: {name: aid, months: 36, limit: »"0.00"}, ' + DEFAULT + "}\n",
        "amount.not_positive",
    ),
    # caps
    "a cap of nothing": Spoilt(JIANGMEN, PER_APPLICATION, cap(limit='»"0.00"'), "amount.not_positive"),
    "a cap twice": Spoilt(JIANGMEN, "cap: issued-per-year", "cap: »per-application", "scheme.named_twice"),
    "a cap of an application by holder": Spoilt(
        JIANGMEN, PER_APPLICATION, cap(subject="»holder"), "scheme.cap_subject"
    ),
    "a cap of an application by year": Spoilt(
        JIANGMEN, PER_APPLICATION, cap(period="»year", year_of="issue"), "scheme.cap_once"
    ),
    "a year without its date": Spoilt(
        JIANGMEN,
        PER_APPLICATION,
        cap(mark="»", counts="authorised", subject="holder", period="year"),
        "scheme.cap_year",
    ),
    "half a time": Spoilt(
        JIANGMEN, PER_APPLICATION, cap(counts="applications", subject="holder", limit='»"1.50"'), "amount.too_precise"
    ),
    "a bucket of nothing": Spoilt(
        JIANGMEN,
        PER_APPLICATION,
        cap(mark="»", counts="authorised", subject="bucket"),
        "scheme.cap_bucket",
    ),
    "months that do not roll": Spoilt(
        JIANGMEN, PER_APPLICATION, cap(counts="authorised", subject="holder", months="»12"), "scheme.cap_months"
    ),
    "a group over four years": Spoilt(
        JIANGMEN,
        PER_APPLICATION,
        cap(counts="authorised", subject="group", period="rolling", months="»48"),
        "scheme.cap_group_months",
    ),
    "a cap on what is issued by category": Spoilt(
        JIANGMEN,
        '    limit: "20000.00"\n    source: row jiangmen-service-2020\n  - cap: authorised',
        '    limit: "20000.00"\n    cases: [{when: {category: »[testing]}, limit: "1.00", '
        "source: row jiangmen-service-2020}]\n    source: row jiangmen-service-2020\n  - cap: authorised",
        "scheme.when_unknown",
    ),
    "a rolling cap without months": Spoilt(
        JIANGMEN,
        PER_APPLICATION,
        cap(mark="»", counts="authorised", subject="holder", period="rolling"),
        "scheme.cap_months",
    ),
    "state aid of one holder": Spoilt(
        JIANGMEN, PER_APPLICATION, cap(counts="authorised", subject="holder", regime="»de-minimis"), "scheme.cap_regime"
    ),
    "state aid counted twice": Spoilt(
        JIANGMEN,
        PER_APPLICATION,
        f"{AID}    {DEFAULT}\n{AID.replace('regime: ', 'regime: »')}",
        "scheme.cap_regime_twice",
    ),
    "a cap between two days of nothing": Spoilt(
        JIANGMEN,
        PER_APPLICATION,
        cap(cases='[{when: »{from: 2020-10-01}, limit: "1.00", source: row jiangmen-service-2020}]'),
        "scheme.when_undated",
    ),
    # the rate
    "a share of nothing": Spoilt(JIANGMEN, 'share: "0.50"', 'share: »"0.00"', "scheme.share_zero"),
    "bands of nothing": Spoilt(
        YUHUAN,
        '  bands:\n    - {up_to: "10000.00", share: "1.00"}\n    - {share: "0.50"}',
        '  bands:\n    »- {up_to: "10000.00", share: "0.00"}\n    - {share: "0.000"}',
        "scheme.share_zero",
    ),
    "a band without an end": Spoilt(
        YUHUAN, '- {up_to: "10000.00", share: "1.00"}', '- »{share: "1.00"}', "scheme.band_without_end"
    ),
    "a last band with one": Spoilt(
        YUHUAN, '- {share: "0.50"}', '- {share: "0.50", up_to: »"20000.00"}', "scheme.last_band_ends"
    ),
    "bands that go down": Spoilt(
        YUHUAN,
        '    - {share: "0.50"}',
        '    - {up_to: »"5000.00", share: "0.60"}\n    - {share: "0.50"}',
        "scheme.bands_not_ascending",
    ),
    "a band up to nothing": Spoilt(YUHUAN, '{up_to: "10000.00"', '{up_to: »"0.00"', "amount.not_positive"),
    "a rate of the day of payment": Spoilt(
        JIANGMEN, "  as_of: contract\n  source: row", "  as_of: »release\n  source: row", "scheme.not_one_of"
    ),
    # the voucher's dates
    "delivered before it is used": Spoilt(
        JIANGMEN, "deliver_by: {value: 2020-10-15", "deliver_by: {value: »2020-10-14", "scheme.dates_out_of_order"
    ),
    "claimed a month after a use of three": Spoilt(
        JIANGMEN,
        f"use_by: {{value: 2020-11-30, {DEFAULT}}}\n    deliver_by: {{value: 2020-11-30, {DEFAULT}}}\n"
        f"    claim_by: {{value: 2020-12-15",
        f"use_by: {{value: {{months: 3}}, {DEFAULT}}}\n    deliver_by: {{value: {{months: 3}}, {DEFAULT}}}\n"
        f"    claim_by: {{value: »{{months: 1}}",
        "scheme.dates_out_of_order",
    ),
    "used up before it is issued": Spoilt(
        JIANGMEN, "use_by: {value: 2020-11-30", "use_by: {value: »2020-10-29", "scheme.dates_out_of_order"
    ),
    "completed before it began": Spoilt(
        JIANGMEN,
        "completed_from: {value: 2019-10-02, source: row jiangmen-service-2020}\n"
        "    completed_until: {value: 2020-10-15",
        "completed_from: {value: 2020-10-16, source: row jiangmen-service-2020}\n"
        "    completed_until: {value: »2020-10-15",
        "scheme.dates_out_of_order",
    ),
    # forms
    "a second review of what nobody reviews": Spoilt(
        BEIJING,
        "  review: {value: [expert], as_of: submission, source: row beijing-capital-2026}",
        f'  review: {{value: [], as_of: submission, {DEFAULT}}}\n  second_review: »{{value: "0.10", {DEFAULT}}}',
        "scheme.second_without_first",
    ),
    "a question twice": Spoilt(BEIJING, "- field: contract", "- field: »compute-need", "scheme.named_twice"),
    "a choice without choices": Spoilt(
        BEIJING,
        "      - field: compute-need\n        kind: text",
        "      - »field: compute-need\n        kind: choice",
        "scheme.field_choices",
    ),
    "choices without a choice": Spoilt(
        BEIJING,
        "        kind: text\n",
        "        kind: text\n        choices: »[much, little]\n",
        "scheme.field_choices",
    ),
    # the way of the money
    "the holder paid by the provider's model": Spoilt(
        JIANGMEN, "payee: {value: provider", "payee: {value: »holder", "scheme.payee_of_model"
    ),
    "two invoices of what the holder paid": Spoilt(
        SHANDONG, "invoice: {value: full", "invoice: {value: »net_and_voucher", "scheme.two_invoices"
    ),
    "a slip out of escrow": Spoilt(
        GUANGDONG, "bank_slip: {value: none", "bank_slip: {value: »self_paid_part", "scheme.slip_of_model"
    ),
    "claims that are taken once all has lapsed": Spoilt(
        "chongqing-2022",
        "claims: {value: {opens: 2022-06-15 09:00, closes: 2022-06-30 18:00}",
        "claims: {value: {opens: »2032-06-15 09:00, closes: 2032-06-30 18:00}",
        "scheme.dates_out_of_order",
    ),
    "a PIN that is never asked": Spoilt(
        JIANGMEN, 'pin_above: "500.00"', 'pin_above: »"2000.01"', "scheme.pin_above_limit"
    ),
    "a counter for those who pay first": Spoilt(
        SHANDONG,
        "instant: {value: null",
        'instant: {value: »{up_to: "2000.00", pin_above: "500.00"}',
        "scheme.instant_reimbursed",
    ),
    "an inspection of nothing": Spoilt(
        JIANGMEN,
        "  cadence: {value: on_claim",
        f'  audit_sample: {{value: »"0.00", {DEFAULT}}}\n  cadence: {{value: on_claim',
        "scheme.share_zero",
    ),
    "a service centre whose code does not add up": Spoilt(
        SHAANXI, "value: 11320000MB151840XJ", "value: »11320000MB151840XK", "scheme.service_centre_code"
    ),
    "a service centre in small letters": Spoilt(
        SHAANXI, "value: 11320000MB151840XJ", "value: »11320000mb151840xj", "scheme.service_centre_code"
    ),
    "a face value at half the price": Spoilt(
        JIANGMEN, "leftover: {value: stays", "leftover: {value: »paid", "scheme.leftover_paid"
    ),
    "a top-up of nothing": Spoilt(
        JIANGMEN, "model: {value: provider_paid", "model: {value: »top_up", "scheme.top_up_without_award"
    ),
    "claims that close first": Spoilt(
        TOP_UP, "closes: 2022-03-31 18:00", "closes: »2022-02-28 18:00", "scheme.dates_out_of_order"
    ),
    "a treasury twice": Spoilt(
        TOP_UP,
        "parts: [{part: city, weight: 3}, {part: district",
        "parts: [{part: city, weight: 3}, {part: »city",
        "scheme.named_twice",
    ),
    # awards
    "a fixed award without an amount": Spoilt(
        TONGZHOU,
        '    amount: "300000.00"\n    cases:\n      - when: {level: [national]}\n        amount: "500000.00"\n'
        "        source: policy tongzhou-2018-5三(一)\n",
        "",
        "scheme.award_amount_missing",
    ),
    "a share of what is fixed": Spoilt(
        TONGZHOU, '    amount: "300000.00"', '    share: »"0.30"', "scheme.award_paid_by"
    ),
    "an amount of a figure": Spoilt(TOP_UP, '    share: "0.50"\n', '    amount: »"100.00"\n', "scheme.award_paid_by"),
    "an award twice": Spoilt(
        SHANDONG,
        "  - award: provider-reward\n",
        f"  - award: provider-reward\n    title: {{zh: 一, en: one}}\n    mode: {{value: grant, {DEFAULT}}}\n"
        f"    payee: {{value: provider, {DEFAULT}}}\n    base: services\n    as_of: completion\n    {DEFAULT}\n"
        "  - award: »provider-reward\n",
        "scheme.named_twice",
    ),
    "a limit without a period": Spoilt(
        SHANDONG, "    period: year\n    as_of: completion\n", "    as_of: completion\n", "scheme.award_pair"
    ),
    "a report on nothing": Spoilt(
        TOP_UP, *an_award(report_within=f"»{{value: {{working_days: 10}}, {DEFAULT}}}"), "scheme.award_pair"
    ),
    "a ceiling on itself": Spoilt(TOP_UP, "less: [upper_award]", "less: »[deal]", "scheme.ceiling_of_itself"),
    "an award of a day that nobody can show": Spoilt(
        TOP_UP, "    as_of: completion\n", "    as_of: »recognition\n", "scheme.award_day"
    ),
    "an award by a word on contracts": Spoilt(
        TOP_UP, "when: {from: 2019-01-01,", "when: {category: »[testing], from: 2019-01-01,", "scheme.when_unknown"
    ),
    "services that no voucher paid": Spoilt(TOP_UP, "base: upper_award", "base: »services", "scheme.award_services"),
    "an award in escrow": Spoilt(TOP_UP, "model: {value: top_up", "model: {value: »escrow", "scheme.award_model"),
    "a payee of no award": Spoilt(
        TOP_UP, "settlement:\n  payee: {value: holder", "settlement:\n  payee: {value: »space", "scheme.award_payee"
    ),
    "an award to a team that has no account": Spoilt(
        SHANGHAI,
        "\nwho:\n",
        f"\nawards:\n  - award: team-reward\n    title: {{zh: 一, en: one}}\n    mode: {{value: grant, {DEFAULT}}}\n"
        f"    payee: {{value: »holder, {DEFAULT}}}\n    base: event_cost\n    share: '0.10'\n    as_of: completion\n"
        f"    {DEFAULT}\nwho:\n",
        "scheme.award_holders",
    ),
    "a second way of review": Spoilt(
        TOP_UP, "  review: {value: [district, city]", "  review: {value: »[city]", "scheme.award_reviewed_twice"
    ),
    "a sample of claims to awards": Spoilt(
        TOP_UP,
        "  cadence: {value: yearly",
        f'  audit_sample: »{{value: "0.05", {DEFAULT}}}\n  cadence: {{value: yearly',
        "scheme.not_in_awards",
    ),
    "a sample of applications for awards": Spoilt(
        TOP_UP,
        "disclosure: {value",
        f'  audit_sample: »{{value: "0.05", {DEFAULT}}}\ndisclosure: {{value',
        "scheme.not_in_awards",
    ),
}


@pytest.mark.parametrize("spoilt", CATALOGUE.values(), ids=CATALOGUE.keys())
def test_a_spoilt_file_is_refused_where_its_author_has_to_look(spoilt: Spoilt) -> None:
    text = (SCHEMES / f"{spoilt.file}.yaml").read_text(encoding="utf-8")
    assert text.count(spoilt.old) >= 1
    marked = text.replace(spoilt.old, spoilt.new, 1)
    read = reading.read(marked.replace("»", ""))
    told = [(one.code, one.numbers["line"], one.numbers["column"]) for one in read.reasons(read.faults)]
    assert spoilt.code in [code for code, _, _ in told]
    if "»" in marked:
        before = marked[: marked.index("»")]
        assert (spoilt.code, before.count("\n") + 1, len(before) - before.rfind("\n")) in told


@pytest.mark.parametrize("spoilt", CATALOGUE.values(), ids=CATALOGUE.keys())
def test_what_is_wrong_is_told_whole_in_both_languages(spoilt: Spoilt) -> None:
    text = (SCHEMES / f"{spoilt.file}.yaml").read_text(encoding="utf-8")
    read = reading.read(text.replace(spoilt.old, spoilt.new.replace("»", ""), 1))
    for reason in read.reasons(read.faults):
        problem = PROBLEMS.get(reason.code) or CHASSIS_PROBLEMS[reason.code]
        told = message(problem, reason, "en") + message(problem, reason, "zh-CN")
        assert not re.search(r"–|\{[a-z_]+\}", told)
