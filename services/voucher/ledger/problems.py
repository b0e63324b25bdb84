"""Decides what the ledger's refusals mean to a client: status, cause and remedy of each code."""

from collections.abc import Mapping

from services.chassis.problems import Problem

PROBLEMS: Mapping[str, Problem] = {
    "budget_line.unknown": Problem(
        404, "There is no such budget line.", "预算指标不存在。", "Check the id.", "请检查编号。"
    ),
    "budget_line.exists": Problem(
        409,
        "A budget line with this classification and allotment document exists.",
        "相同分类和文号的预算指标已存在。",
        "Use that line, or name the other allotment document.",
        "请使用已有指标，或填写另一文号。",
    ),
    "budget_line.insufficient": Problem(
        409,
        "The budget line has {free} free; {missing} is missing.",
        "该预算指标可用额 {free}，尚缺 {missing}。",
        "Ask for less, or allot to the line first.",
        "请减少金额，或先追加指标。",
    ),
    "budget_line.not_given": Problem(
        409,
        "The round would return {missing} more than this line gave it.",
        "批次退回的金额比该指标拨入的多 {missing}。",
        "Return it to the line that gave it.",
        "请退回原拨入的指标。",
    ),
    "budget_line.too_large": Problem(
        422,
        "The line would hold more than {largest}.",
        "预算指标将超过上限 {largest}。",
        "Use several lines.",
        "请分列多个指标。",
    ),
    "budget_line.funded": Problem(
        409,
        "Fundings of {funded} are approved; the line may not be cut to {appropriation}.",
        "已批准拨款 {funded}，指标不得减至 {appropriation}。",
        "Cut less.",
        "请减少调减金额。",
    ),
    "budget_line.currency": Problem(
        422,
        "The line is in {line_currency}, the amount in {currency}.",
        "指标币种为 {line_currency}，金额币种为 {currency}。",
        "Use the line's currency.",
        "请使用指标的币种。",
    ),
    "budget_change.unknown": Problem(
        404, "There is no such budget change.", "预算调整不存在。", "Check the id.", "请检查编号。"
    ),
    "budget_change.state": Problem(
        409,
        "This change has already been {state}.",
        "该调整已有结论：{state}。",
        "Read it; propose a new change if one is needed.",
        "请查看结果；如有需要请另行申请。",
    ),
    "budget_change.same_person": Problem(
        409,
        "Who proposed a change may not decide it, through whatever account.",
        "申请人不得审批本人的申请，无论使用哪个账号。",
        "Ask another person to decide.",
        "请由他人审批。",
    ),
    "seal.unknown": Problem(404, "There is no such seal.", "封印不存在。", "Check the number.", "请检查编号。"),
    "budget_change.of_round": Problem(
        409,
        "This change also moves the pool of round {round_id} and is approved there.",
        "该调整涉及批次 {round_id} 的额度池，须在该批次审批。",
        "Approve it at its round.",
        "请到相应批次审批。",
    ),
}
