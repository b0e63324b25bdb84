"""Decides what the refusals of a review mean to a client, and of a payee's answer to one."""

from collections.abc import Mapping

from services.chassis.problems import Problem

_REPAIR = ("Correct the named fields and send again.", "请更正所列字段后重新提交。")
_READ = ("Read the claim and act on the state of its lines.", "请查询兑付申请并按各明细状态办理。")
_OTHER_REVIEWER = ("Let another reviewer decide.", "请由另一审核人办理。")

PROBLEMS: Mapping[str, Problem] = {
    "leg_sample.unknown": Problem(
        404, "There is no such sample.", "抽查批次不存在。", "Check the number.", "请检查编号。"
    ),
    "claim.of_award": Problem(
        409,
        "This line stands on a claim to an award.",
        "该明细属于奖补申请。",
        "Correct the claim to the award itself.",
        "请在奖补申请中补正。",
    ),
    "claim.line_unknown": Problem(
        422,
        "The claim has no line {line} that you may act on.",
        "申请中没有您可办理的第 {line} 条明细。",
        *_READ,
    ),
    "claim.line_twice": Problem(
        422,
        "Line {line} is named twice.",
        "第 {line} 条明细重复。",
        "Name each line once.",
        "每条明细只写一次。",
    ),
    "claim.state": Problem(
        409, "Line {line} is {state}; this is not possible now.", "第 {line} 条明细状态为 {state}，不可办理。", *_READ
    ),
    "claim.stage": Problem(
        403,
        "Line {line} waits for the stage {stage}, which is not yours.",
        "第 {line} 条明细待{stage}审核，非本级职责。",
        "Leave it to a reviewer of that stage.",
        "请由该级审核人办理。",
    ),
    "claim.took_part": Problem(
        409,
        "Who took part in the case of line {line} may not decide it.",
        "曾参与第 {line} 条明细的人员不得审核。",
        *_OTHER_REVIEWER,
    ),
    "claim.invoice_refused": Problem(
        409,
        "Invoice {invoice} of line {line} was refused since it was claimed.",
        "第 {line} 条明细的发票 {invoice} 已被查验退回。",
        "Return the line for another invoice, or reject it.",
        "请退回补正发票，或予以驳回。",
    ),
    "claim.amount_early": Problem(
        422,
        "The stage {stage} sets no amount; the last stage does.",
        "{stage}不核定金额，由最后一级核定。",
        "Leave the amount out; say what you found in the reason.",
        "请删去金额，并在理由中说明。",
    ),
    "claim.amount_unasked": Problem(
        422, "Only an approval sets an amount.", "仅核准时可填写金额。", "Leave the amount out.", "请删去金额。"
    ),
    "claim.approved_nothing": Problem(
        422,
        "An approval of nothing is a rejection.",
        "核准金额不得为零。",
        "Approve an amount, or reject the line.",
        "请填写核准金额，或予以驳回。",
    ),
    "claim.approved_too_much": Problem(
        422,
        "No more than the {claimed} claimed can be approved.",
        "核准金额不得超过申请金额 {claimed}。",
        *_REPAIR,
    ),
    "claim.reason_missing": Problem(
        422,
        "Rejecting, returning, or approving less than was claimed needs a reason.",
        "驳回、退回或核减须说明理由。",
        "Say why; the payee reads it.",
        "请填写理由，申请单位可见。",
    ),
    "claim.reason_unlisted": Problem(
        422,
        "The scheme refuses awards for one of these: {reasons}.",
        "该政策不予奖补的理由限于：{reasons}。",
        "Name one of them, beside your words.",
        "请选定其中一项，并说明情况。",
    ),
    "claim.reason_unasked": Problem(
        422,
        "Only the rejection of an award names a reason of the scheme's list.",
        "仅在驳回奖补申请时填写政策所列理由。",
        "Leave it out.",
        "请不要填写该项。",
    ),
    "claim.corrected_before": Problem(
        409,
        "Line {line} was corrected once; it is not returned again.",
        "第 {line} 条明细已补正一次，不得再次退回。",
        "Approve or reject it.",
        "请核准或驳回。",
    ),
}
