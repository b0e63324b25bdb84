"""Decides what refusals of deposits and their refunds mean to a client: status, cause and remedy of each code."""

from collections.abc import Mapping

from services.chassis.problems import Problem

_CHECK = ("Check the id.", "请检查编号。")
_ANOTHER = ("Ask another person to decide.", "请由他人审批。")
_READ = ("Read it and act on its state.", "请查询并按其状态办理。")

PROBLEMS: Mapping[str, Problem] = {
    "deposit.unknown": Problem(404, "There is no such deposit.", "托管款不存在。", *_CHECK),
    "deposit.not_escrow": Problem(
        422,
        "Nothing is paid in under this scheme; its way of paying is {model}.",
        "本方案不收托管款，兑付方式为“{model}”。",
        "Pay the provider your part yourself.",
        "请自行向服务机构支付自付部分。",
    ),
    "deposit.nothing_due": Problem(
        409,
        "Nothing is missing of the holder's own part.",
        "自付部分没有欠缴。",
        "Wait until both sides have agreed, or read what was paid in.",
        "请待双方确认后办理，或查询已缴托管款。",
    ),
    "deposit.announced": Problem(
        409,
        "Another deposit of this redemption is announced and has not come in.",
        "本次用券已有托管款登记，尚未到账。",
        "Transfer that one, or withdraw it first.",
        "请按该登记转账，或先撤回。",
    ),
    "deposit.no_account": Problem(
        409,
        "The treasury {treasury} has opened no account to pay in to.",
        "财政 {treasury} 尚未开立托管账户。",
        "Ask the treasury to open one.",
        "请财政部门开立托管账户。",
    ),
    "deposit.state": Problem(409, "This deposit is {state} already.", "该托管款已为 {state} 状态。", *_READ),
    "deposit_refund.unknown": Problem(404, "There is no such refund.", "托管退款不存在。", *_CHECK),
    "deposit_refund.nothing": Problem(
        409,
        "All that was paid in is still needed.",
        "已缴托管款均有用途，没有可退余额。",
        "Wait until the redemption is over.",
        "请待用券办结后办理。",
    ),
    "deposit_refund.no_account": Problem(
        409,
        "The bank did not tell from which account the deposit came, and the holder has none that is active.",
        "银行流水未列明托管款的付款账户，持券人也没有有效收款账户。",
        "Ask the holder to submit one.",
        "请持券人提交收款账户。",
    ),
    "deposit_refund.proposed": Problem(
        409,
        "Another refund of this redemption waits for its decision.",
        "本次用券已有退款待审批。",
        "Decide that one first.",
        "请先审批该笔退款。",
    ),
    "deposit_refund.state": Problem(409, "This refund is {state} already.", "该退款已为 {state} 状态。", *_READ),
    "deposit_refund.same_person": Problem(
        409,
        "Who proposed a refund may not decide on it, through whatever account.",
        "申请人不得审批本人的退款，无论使用哪个账号。",
        *_ANOTHER,
    ),
    "deposit_refund.above_surplus": Problem(
        409,
        "Of the {amount} only {surplus} may still go back.",
        "退款 {amount}，现可退余额仅 {surplus}。",
        "Reject it and propose what may go back.",
        "请驳回后按可退余额重新申请。",
    ),
    "deposit_refund.account_changed": Problem(
        409,
        "The holder's account is not the one that this refund goes to.",
        "用券单位的收款账户已变更。",
        "Reject it and propose it again.",
        "请驳回后重新申请。",
    ),
}
