"""Decides what settlement's refusals mean to a client: status, cause and remedy of each code."""

from collections.abc import Mapping

from services.chassis.problems import Problem
from services.voucher.settlement.evidence_problems import PROBLEMS as EVIDENCE

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
    "claim.above_rate": Problem(
        422,
        "Invoices of {shown} bear a subsidy of {subsidy}, not the {claimed} captured.",
        "发票 {shown} 按政策可补贴 {subsidy}，不足已核销的 {claimed}。",
        "Add the missing invoices; a smaller claim is made by refunding the difference first.",
        "请补充发票；如需减少申请金额，请先退回差额。",
    ),
    "claim.currency": Problem(
        422,
        "The first line is in {currency}; a claim is in one currency.",
        "首行币种为 {currency}，一份申请仅限一种币种。",
        "Claim the other currency apart.",
        "请将其他币种另行申请。",
    ),
}
"""Submitting claims and reading them."""

REVIEW: Mapping[str, Problem] = {}
"""Reviewing, correcting and withdrawing claim lines."""

DISCLOSURE: Mapping[str, Problem] = {}
"""Disclosures, objections and stops."""

PROBLEMS: Mapping[str, Problem] = {**EVIDENCE, **CLAIMS, **REVIEW, **DISCLOSURE}
