"""Decides what the refusals of a contract's tax and lines mean to a client: status, cause and remedy of each."""

from collections.abc import Mapping

from services.chassis.problems import Problem

_REPAIR = ("Correct the named fields and send again.", "请更正所列字段后重新提交。")

LINES: Mapping[str, Problem] = {
    "tax.missing": Problem(
        422,
        "This scheme pays without tax; how much of the amount is tax is not said.",
        "本政策按不含税金额补助，未填写金额中的税额。",
        "Name the tax, as the invoice will show it; nothing is 0.00.",
        "请按发票所示填写税额；无税额时填写 0.00。",
    ),
    "tax.too_high": Problem(
        422, "The tax of {tax} is no part of {amount}.", "税额 {tax} 应小于金额 {amount}。", *_REPAIR
    ),
    "lines.sum": Problem(
        422, "The lines come to {lines}, the whole to {amount}.", "分项合计 {lines}，与总额 {amount} 不符。", *_REPAIR
    ),
    "lines.missing": Problem(
        422,
        "The contract has {lines} lines; which of them were delivered is not said.",
        "合同共有 {lines} 个分项，未填写本次交付的分项。",
        "Name for each line what was delivered of it.",
        "请逐项填写本次交付的金额。",
    ),
    "lines.unknown": Problem(
        422,
        "The contract has {lines} lines, each of which stands once in a delivery.",
        "合同共有 {lines} 个分项，每项在一次交付中只能填写一次。",
        *_REPAIR,
    ),
    "lines.category": Problem(
        422,
        "The contract is of {category}, but its lines are of {lines}.",
        "合同类别 {category} 不在分项类别 {lines} 之中。",
        "Name the category of one of its lines.",
        "请填写其中一个分项的类别。",
    ),
    "lines.bucketed": Problem(
        422,
        "The limit {cap} counts by category, so that all lines of a contract are of one.",
        "限额 {cap} 按类别计算，同一合同的分项应属同一类别。",
        "Redeem each category under a contract of its own.",
        "请按类别分别签订合同并用券。",
    ),
}
