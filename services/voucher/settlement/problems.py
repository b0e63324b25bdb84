"""Decides what settlement's refusals mean to a client: status, cause and remedy of each code."""

from collections.abc import Mapping

from services.chassis.problems import Problem
from services.voucher.settlement.evidence_problems import PROBLEMS as EVIDENCE
from services.voucher.settlement.review_problems import PROBLEMS as REVIEW

_REPAIR = ("Correct the named fields and send again.", "请更正所列字段后重新提交。")
_CHECK = ("Check the id.", "请检查编号。")

CLAIMS: Mapping[str, Problem] = {
    "claim.unknown": Problem(404, "There is no such claim.", "兑付申请不存在。", *_CHECK),
    "claim.capture_unknown": Problem(
        422,
        "Your organisation has no such capture.",
        "本单位没有该核销记录。",
        "Take the id from your list of what may be claimed.",
        "请使用可申请兑付列表中的编号。",
    ),
    "claim.capture_twice": Problem(
        422,
        "Line {line} claims the same capture.",
        "第 {line} 行已申请同一核销。",
        "Leave one of the two lines out.",
        "请删去其中一行。",
    ),
    "claim.capture_claimed": Problem(
        409,
        "This capture stands on another claim line already.",
        "该核销已在另一兑付明细中。",
        "Leave it out, or withdraw that line first.",
        "请删去本行，或先撤回该明细。",
    ),
    "claim.nothing_stands": Problem(
        422,
        "All of this capture was refunded; nothing is left to claim.",
        "该核销已全额退回，无可兑付金额。",
        "Leave it out.",
        "请删去本行。",
    ),
    "claim.too_late": Problem(
        422,
        "It could be claimed until {claim_by}.",
        "兑付申请期限为 {claim_by}。",
        "Leave it out; ask the scheme's bureau if the delay was not yours.",
        "请删去本行；如非本单位原因延误，请咨询主管部门。",
    ),
    "claim.outside_window": Problem(
        422,
        "The scheme takes claims from {opens} until {closes}.",
        "本政策受理兑付申请的时间为 {opens} 至 {closes}。",
        "Leave it out, and claim it within that time.",
        "请删去本行，并在受理时间内申请。",
    ),
    "claim.above_rate": Problem(
        422,
        "Invoices of {shown} bear a subsidy of {subsidy}, not the {claimed} captured.",
        "发票 {shown} 按政策可补贴 {subsidy}，不足已核销的 {claimed}。",
        "Add the missing invoices; a smaller claim is made by refunding the difference first.",
        "请补充发票；如需减少申请金额，请先退回差额。",
    ),
    "claim.currency": Problem(
        422,
        "Amounts here are in {currency}; a claim is in one currency.",
        "此处币种为 {currency}，一份申请仅限一种币种。",
        "Use that currency; claim what is in another one apart.",
        "请使用该币种；其他币种请另行申请。",
    ),
}
"""Submitting claims and reading them."""

_LIST_ANEW = ("Prepare the disclosure again and read it.", "请重新编制公示并核对。")
_READ_AGAIN = ("Read it again and act on its state.", "请重新查询并按其状态办理。")
_ANOTHER_LINE = ("Leave it out.", "请删去该行。")

DISCLOSURE: Mapping[str, Problem] = {
    "disclosure.unknown": Problem(404, "There is no such disclosure.", "公示不存在。", *_CHECK),
    "disclosure.nothing": Problem(
        409,
        "No approved line of this treasury waits to be disclosed.",
        "本财政没有待公示的已核准明细。",
        "Wait until a claim line is approved.",
        "请待兑付明细核准后再办理。",
    ),
    "disclosure.line_unknown": Problem(
        422, "Your treasury has no such claim line.", "本财政没有该兑付明细。", *_ANOTHER_LINE
    ),
    "disclosure.line_twice": Problem(422, "This line is named twice.", "该明细重复列出。", *_ANOTHER_LINE),
    "disclosure.line_state": Problem(
        409,
        "Only an approved line is disclosed; this one is {state}.",
        "仅可公示已核准的明细；该明细为 {state}。",
        *_ANOTHER_LINE,
    ),
    "disclosure.state": Problem(
        409,
        "It is {state}; only a prepared disclosure is published.",
        "公示状态为 {state}，仅可发布编制中的公示。",
        *_READ_AGAIN,
    ),
    "disclosure.digest_differs": Problem(
        422,
        "This is not the digest of the list as it was prepared.",
        "摘要与所编制的公示内容不符。",
        "Read the prepared list and send back its digest.",
        "请核对公示内容后提交其摘要。",
    ),
    "disclosure.stale": Problem(
        409,
        "Line {position} is no longer approved with the amount shown; it is {state}.",
        "第 {position} 行已不是所列金额的核准状态，现为 {state}。",
        *_LIST_ANEW,
    ),
    "disclosure.closed": Problem(
        409,
        "Objections were taken until {closes_on}.",
        "异议期已于 {closes_on} 截止。",
        "Report it to the scheme's bureau.",
        "请向主管部门反映。",
    ),
    "objection.unknown": Problem(404, "There is no such objection.", "异议不存在。", *_CHECK),
    "objection.line_unknown": Problem(
        422,
        "The disclosure names no such line.",
        "该公示中没有此明细。",
        "Take the line's id from the disclosure.",
        "请使用公示中的明细编号。",
    ),
    "objection.line_state": Problem(
        409,
        "The line is {state}; there is nothing left to object to.",
        "该明细已为 {state}，无须再提异议。",
        *_READ_AGAIN,
    ),
    "objection.filed_before": Problem(
        409,
        "You have an objection against this line already that is not decided.",
        "您已就该明细提出异议，尚未裁决。",
        "Wait for the decision; somebody else may object or note his own.",
        "请等待裁决；他人可另行提出。",
    ),
    "objection.state": Problem(
        409,
        "Only a live objection is decided; this one is {state}.",
        "仅可裁决待处理的异议；该异议为 {state}。",
        *_READ_AGAIN,
    ),
    "objection.took_part": Problem(
        409,
        "Who took part in the case may not decide it.",
        "曾参与本案的人员不得裁决。",
        "Let another reviewer decide.",
        "请由另一审核人裁决。",
    ),
    "objection.fault_unasked": Problem(
        422,
        "Fault is told of an upheld objection only.",
        "仅在异议成立时说明责任。",
        "Leave it out, or uphold the objection.",
        "请删去该字段，或裁定异议成立。",
    ),
    "leg.unknown": Problem(404, "There is no such leg.", "支付份额不存在。", *_CHECK),
    "stop.unknown": Problem(404, "There is no such stop.", "止付不存在。", *_CHECK),
    "stop.too_late": Problem(
        409,
        "The payment was sent to the bank already.",
        "款项已发送银行，无法止付。",
        "Ask the payee for the money back.",
        "请改为向收款方追回。",
    ),
    "stop.leg_dropped": Problem(
        409,
        "Nothing is owed on this leg any more.",
        "该份额已无应付款项。",
        "Nothing has to be stopped.",
        "无需止付。",
    ),
    "stop.expected_end": Problem(
        422,
        "It would have ended on {expected_end}, before today, {today}.",
        "预计结束日 {expected_end} 早于今日 {today}。",
        *_REPAIR,
    ),
    "stop.state": Problem(409, "The stop is {state} already.", "该止付已为 {state}。", *_READ_AGAIN),
    "stop.of_objection": Problem(
        409,
        "An objection set this stop, and only a decision on it ends it.",
        "该止付由异议产生，仅可通过裁决异议解除。",
        "Decide the objection.",
        "请裁决相应异议。",
    ),
}
"""Disclosures, objections and stops."""

PROBLEMS: Mapping[str, Problem] = {**EVIDENCE, **CLAIMS, **REVIEW, **DISCLOSURE}
