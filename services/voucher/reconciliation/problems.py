"""Decides what reconciliation's refusals, and the faults of a statement, mean to a client."""

from collections.abc import Mapping

from services.chassis.problems import Problem

_CHECK = ("Check the id.", "请检查编号。")
_FILE = ("Correct the file, or ask the bank for another.", "请更正文件，或向银行索取。")
_BANK = ("Ask the bank; nothing of this statement is booked.", "请与银行核对；该对账单未入账。")
_OTHER = ("Name what it was for, or resolve it as another kind.", "请指明正确对象，或按其他类型处理。")

FILES: Mapping[str, Problem] = {
    "statement.unreadable": Problem(
        422, "The file cannot be read as {profile}: {why}.", "文件无法按 {profile} 读取：{why}。", *_FILE
    ),
    "statement.columns": Problem(
        422,
        "After the head and an empty row the columns must be {columns}.",
        "表头与空行之后的列名应为 {columns}。",
        *_FILE,
    ),
    "statement.head_unknown": Problem(
        422,
        "The row {word} above the lines is not known, stands twice or has more than one value.",
        "表头行“{word}”无法识别、重复或有多个值。",
        *_FILE,
    ),
    "statement.head_missing": Problem(
        422, "The row {word} above the lines is missing.", "缺少表头行“{word}”。", *_FILE
    ),
    "statement.account": Problem(
        422, "The file is of the account {given}.", "文件属于账户 {given}。", "Choose that account.", "请选择该账户。"
    ),
    "statement.currency": Problem(
        422, "The file is in {given}, the account in {currency}.", "文件币种为 {given}，账户币种为 {currency}。", *_FILE
    ),
    "statement.period": Problem(422, "The period ends before it begins.", "截止日期早于起始日期。", *_FILE),
    "statement.future": Problem(422, "The period ends after today, {today}.", "截止日期晚于今日 {today}。", *_FILE),
    "statement.day": Problem(422, "{given} is no date.", "“{given}”不是日期。", *_FILE),
    "statement.side": Problem(422, "{given} is neither debit nor credit.", "“{given}”不是借或贷。", *_FILE),
    "statement.outside": Problem(422, "{given} lies outside the period.", "{given} 不在对账期间内。", *_FILE),
    "statement.width": Problem(
        422, "{cells} cells stand under {columns} columns.", "{columns} 列下有 {cells} 格。", *_FILE
    ),
    "statement.too_long": Problem(422, "This cell is longer than any we keep.", "单元格内容过长。", *_FILE),
    "statement.characters": Problem(
        422, "Control, direction and private characters are not taken.", "含有不可见或改变方向的字符。", *_FILE
    ),
}

DISAGREEMENTS: Mapping[str, Problem] = {
    "statement.arithmetic": Problem(
        409,
        "Opening and lines lead to {expected}, the closing says {stated}.",
        "期初余额与各笔合计为 {expected}，期末余额为 {stated}。",
        *_BANK,
    ),
    "statement.opening": Problem(
        409,
        "What is known up to then makes {expected}, the opening says {stated}.",
        "此前已知余额为 {expected}，期初余额为 {stated}。",
        "Import the statements that lie before it, then send it again. An account is known from its first line on: one"
        " that had a balance before cannot be taken over yet.",
        "请先导入之前的对账单，再重新提交。账户须自第一笔起记录，暂不支持接管已有余额的账户。",
    ),
    "statement.closing": Problem(
        409,
        "With the lines known of this period the balance is {expected}, the closing says {stated}.",
        "计入该期间已知各笔后余额为 {expected}，期末余额为 {stated}。",
        *_BANK,
    ),
    "statement.later": Problem(
        409,
        "Its new lines move {stated} behind the closing of a later statement.",
        "其新增各笔合计 {stated}，影响之后对账单的余额。",
        *_BANK,
    ),
    "statement.line_differs": Problem(
        409,
        "Line {line} tells the movement {reference} otherwise than an earlier file did.",
        "第 {line} 笔（{reference}）与此前文件所载不符。",
        *_BANK,
    ),
    "statement.reference_twice": Problem(
        409,
        "Line {line} bears the reference {reference} a second time.",
        "第 {line} 笔的流水号 {reference} 重复。",
        *_BANK,
    ),
}

PROBLEMS: Mapping[str, Problem] = {
    "statement.unknown": Problem(404, "There is no such statement.", "对账单不存在。", *_CHECK),
    **FILES,
    **DISAGREEMENTS,
    "statement_line.unknown": Problem(404, "There is no such statement line.", "对账单明细不存在。", *_CHECK),
    "statement_line.state": Problem(
        409,
        "This line is {state}; only an exception is resolved.",
        "该笔状态为 {state}，仅异常可处理。",
        "Read it.",
        "请查看该笔。",
    ),
    "statement_line.side": Problem(
        422, "A line of this side cannot be a {as}.", "该方向的明细不能作为 {as} 处理。", *_OTHER
    ),
    "statement_line.same_person": Problem(
        409,
        "Who imported the line, or had a hand in the batch or funding that it names, may not say what it was.",
        "导入该明细的人员，或经办、复核所指批次或拨款的人员，不得认定该明细。",
        "Ask another person to resolve it.",
        "请由他人处理。",
    ),
    "statement_line.amount_differs": Problem(
        422, "The line is of {line_amount}, the other of {amount}.", "该笔为 {line_amount}，对方为 {amount}。", *_OTHER
    ),
    "statement_line.other_year": Problem(
        422,
        "This payment was booked in another fiscal year; its return is surrendered, not paid again.",
        "该笔付款属其他年度，退款应上缴，不得重付。",
        *_OTHER,
    ),
    "statement_line.names_another": Problem(
        422,
        "The line names {named}, not {reference}.",
        "该笔注明 {named}，而非 {reference}。",
        *_OTHER,
    ),
    "statement_line.names_neither": Problem(
        422,
        "The line bears neither the payment's reference nor its payee's name.",
        "该笔既无付款流水号，也非该收款人。",
        *_OTHER,
    ),
    "statement_line.other_state": Problem(
        409,
        "What is named is {state} and cannot be what this line was for.",
        "所指对象状态为 {state}，不能对应该笔。",
        *_OTHER,
    ),
}
