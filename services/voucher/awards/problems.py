"""Decides what the awards' refusals mean to a client: status, cause and remedy of each code."""

from collections.abc import Mapping

from services.chassis.problems import Problem

_CHECK = ("Check the id.", "请检查编号。")
_REPAIR = ("Correct the named fields and send again.", "请更正所列字段后重新提交。")
_LATER = ("Claim it when the time has come.", "请在规定时间申请。")

CLAIMS: Mapping[str, Problem] = {
    "award_claim.unknown": Problem(404, "There is no such claim to an award.", "奖补申请不存在。", *_CHECK),
    "award.unknown": Problem(
        422, "The scheme has no published award {award}.", "该政策没有已发布的奖补 {award}。", *_REPAIR
    ),
    "award.other_version": Problem(
        422,
        "On {on} another version of the scheme counts.",
        "{on} 适用该政策的其他版本。",
        "Name the version that was in force on that day.",
        "请填写当日有效的政策版本。",
    ),
    "award.payee_unknown": Problem(
        422,
        "Your organisation is not known to the register.",
        "登记系统中没有本单位。",
        "Register it first, then claim.",
        "请先登记单位，再申请。",
    ),
    "award.payee": Problem(
        422,
        "This award is paid to another kind of payee ({payee}), or the space is not run by your organisation.",
        "该奖补的对象类型不符（{payee}），或该众创空间不由本单位运营。",
        "Claim it for the space that you run, or as the provider that you are.",
        "请以本单位运营的空间或服务机构身份申请。",
    ),
    "award.level_unproven": Problem(
        422,
        "No space of yours that is named here is recognised at the level {level}.",
        "所填空间没有有效的{level}认定。",
        "Claim the levels at which its recognition is in force.",
        "请按有效的认定级别申请。",
    ),
    "award.space_state": Problem(
        422,
        "The space is {state}; its recognition does not count.",
        "该空间状态为 {state}，其认定不予采用。",
        "Claim it once the space is recognised.",
        "请在空间认定有效时申请。",
    ),
    "award.day_missing": Problem(
        422,
        "It is not said on which day it was completed.",
        "缺少完成日期。",
        "Name the day, and the document that shows it.",
        "请填写完成日期并附证明材料。",
    ),
    "award.other_day": Problem(
        422,
        "The day of this award is {on}, as its rule names it ({as_of}).",
        "按规则（{as_of}），该奖补的日期为 {on}。",
        "Leave the day out, or name this one.",
        "请不要填写日期，或按此日期填写。",
    ),
    "award.year": Problem(
        422, "The year is not one in four digits, such as 2020.", "年度应为四位数字，例如 2020。", *_REPAIR
    ),
    "award.unproven": Problem(
        422,
        "No document shows what the claim says.",
        "申请内容缺少证明材料。",
        "Name at least one document of yours.",
        "请至少附一份本单位的证明材料。",
    ),
    "award.rests_on_nothing": Problem(
        422, "This award rests on no other award.", "该奖补不以其他奖补为依据。", "Leave it out.", "请不要填写该项。"
    ),
    "award.rests_on_less": Problem(
        422,
        "Of the award that it rests on {owed} stands.",
        "所依据的奖补现为 {owed}。",
        "Name no more than that.",
        "请填写不超过该数的金额。",
    ),
    "award.rests_on_taken": Problem(
        409,
        "Another claim to this award rests on the same award already.",
        "已有申请以同一奖补为依据。",
        "Leave it; each award is matched once.",
        "同一奖补仅配套一次，请勿重复申请。",
    ),
    "award.fact_missing": Problem(422, "It is not said which {fact} it is for.", "缺少 {fact}。", *_REPAIR),
    "award.year_not_over": Problem(422, "The year {year} is not over yet.", "{year} 年度尚未结束。", *_LATER),
    "award.not_yet": Problem(422, "The day {on} has not come yet.", "日期 {on} 尚未到来。", *_REPAIR),
    "award.window": Problem(
        422, "Claims are taken from {opens} until {closes}.", "申请受理时间为 {opens} 至 {closes}。", *_LATER
    ),
    "award.currency": Problem(422, "Figures here are in {currency}.", "此处币种为 {currency}。", *_REPAIR),
    "award.report_overdue": Problem(
        409,
        "The report on an earlier award was due on {due_on} ({report}) and is not there yet.",
        "先前奖补的使用情况报告（{report}）应于 {due_on} 前提交，至今未交。",
        "Hand that report in, then claim again.",
        "请先提交该报告，再申请。",
    ),
    "award.given": Problem(
        409,
        "This was given, or claimed, before: {given_for}.",
        "该项奖补已申请或已发放：{given_for}。",
        "Leave it; it is given once.",
        "同一事项仅奖补一次，请勿重复申请。",
    ),
    "award.nothing_left": Problem(
        422,
        "Nothing is left to give under its ceiling and limits.",
        "按比例、上限和限额计算，已无可奖补金额。",
        "Look at the figures, and at what was given before.",
        "请核对金额及已奖补情况。",
    ),
    "award.not_funded": Problem(
        409,
        "No budget line bears the part {part} of this award yet.",
        "该奖补的 {part} 部分尚未落实预算。",
        "Ask the bureau to name one.",
        "请联系主管部门落实预算。",
    ),
}

AGAIN: Mapping[str, Problem] = {
    "award.recompute_state": Problem(
        409,
        "Its line is {state}: nothing is owed yet or any more, or it is on display just now.",
        "该明细状态为 {state}，尚无应付金额、已终止或正在公示，不能重新核算。",
        "Decide the review, or wait until the disclosure is over.",
        "请先完成审核，或待公示结束后再核算。",
    ),
    "award.stopped": Problem(
        409,
        "A stop lives on what is owed of it.",
        "该明细的应付款项处于止付状态。",
        "Lift the stop first, then compute it again.",
        "请先解除止付，再重新核算。",
    ),
    "award.not_shrunk": Problem(
        422,
        "By these figures it comes to as much as before.",
        "按所填金额核算，奖补金额不变。",
        "Name the figures that are less by now.",
        "请填写已减少的金额。",
    ),
    "award.took_part": Problem(
        403,
        "Whoever took part in the case does not compute it again.",
        "已参与该事项的人员不得重新核算。",
        "Ask another reviewer of the region.",
        "请由本地区其他审核人员办理。",
    ),
}

APPEALS: Mapping[str, Problem] = {
    "award_appeal.overtaken": Problem(
        409,
        "Others took meanwhile what this claim would use ({period}); {left} is left.",
        "该申请所需额度（{period}）已被占用，现余 {left}。",
        "Decide on the other claim first, or dismiss the appeal and say so.",
        "请先处理其他申请，或驳回申诉并说明情况。",
    ),
}

REPORTS: Mapping[str, Problem] = {
    "spending_report.unknown": Problem(404, "There is no such report on spending.", "使用情况报告不存在。", *_CHECK),
    "spending_report.state": Problem(
        409,
        "The report is {state}.",
        "该报告状态为 {state}。",
        "Read it again; a report is handed in once and decided once.",
        "请重新查看；报告仅提交一次、审定一次。",
    ),
    "spending_report.same_person": Problem(
        403,
        "Whoever handed the report in does not decide it.",
        "提交人不得审定该报告。",
        "Ask another person.",
        "请由其他人员审定。",
    ),
    "spending_report.unpaid": Problem(
        409,
        "The award is not paid yet, so nothing of it can be asked back.",
        "该奖补尚未全部拨付，暂不能审定使用情况。",
        "Decide the report once the award is paid.",
        "请在拨付完成后审定。",
    ),
    "spending.told_before": Problem(
        422,
        "Another report told this already: the same document, day and sum.",
        "该支出（凭证、日期、金额相同）已在其他报告中列报。",
        "Leave it out; what was bought once counts once.",
        "同一支出仅列报一次，请勿重复。",
    ),
    "spending_report.item_unknown": Problem(
        422, "The report has no item {item}.", "报告中没有第 {item} 项。", *_REPAIR
    ),
    "spending_report.reason_missing": Problem(
        422,
        "Say why items do not count.",
        "不认可的项目须说明理由。",
        "Add a reason and send again.",
        "请补充理由后重新提交。",
    ),
    "spending.day": Problem(
        422,
        "It was spent before {since} or after {today}.",
        "支出日期须在 {since} 至 {today} 之间。",
        "Correct the day of the payment.",
        "请更正支出日期。",
    ),
}

FUNDINGS: Mapping[str, Problem] = {
    "award_funding.unknown": Problem(404, "There is no such funding of an award.", "奖补预算安排不存在。", *_CHECK),
    "award_funding.part": Problem(422, "The award is split into: {parts}.", "该奖补的分担方为：{parts}。", *_REPAIR),
    "award_funding.region": Problem(
        422,
        "The scheme is for {regions}; nobody there is of this region.",
        "该政策适用地区为 {regions}，与所填地区不符。",
        *_REPAIR,
    ),
    "award_funding.other_year": Problem(
        422,
        "What is claimed from {year} on is borne by a budget line of that year or of the next one.",
        "自 {year} 年起申请的奖补应由当年或次年的预算指标安排。",
        *_REPAIR,
    ),
    "award_funding.currency": Problem(
        422,
        "The budget line is in {line_currency}, the award in {currency}.",
        "预算指标币种为 {line_currency}，奖补币种为 {currency}。",
        *_REPAIR,
    ),
    "award_funding.economic_class": Problem(
        422,
        "The award is a {mode}; the economic class {economic_class} of the budget line is none for that.",
        "该奖补方式为 {mode}，与预算指标的经济分类 {economic_class} 不符。",
        "Name a line for goods and services for a purchase, and another one for grants and awards.",
        "购买服务请选用商品和服务支出指标，资助和奖励请选用其他指标。",
    ),
    "award_funding.state": Problem(
        409,
        "It is {state} already.",
        "该安排状态为 {state}。",
        "Read it again; propose another one if it is still needed.",
        "请重新查看；如仍需要请另行提出。",
    ),
    "award_funding.same_person": Problem(
        403,
        "Whoever proposed it does not decide it.",
        "提出人不得自行审批。",
        "Ask another person of the bureau.",
        "请由主管部门其他人员审批。",
    ),
}

PROBLEMS: Mapping[str, Problem] = {**CLAIMS, **AGAIN, **APPEALS, **REPORTS, **FUNDINGS}
