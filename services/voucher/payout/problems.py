"""Decides what payout's refusals mean to a client: status, cause and remedy of each code."""

from collections.abc import Mapping

from services.chassis.problems import Problem
from services.voucher.payout.deposit_problems import PROBLEMS as DEPOSITS

_CHECK = ("Check the id.", "请检查编号。")
_REPAIR = ("Correct the named fields and send again.", "请更正所列字段后重新提交。")
_ANOTHER = ("Ask another person to decide.", "请由他人审批。")
_READ = ("Read it and act on its state.", "请查询并按其状态办理。")
_LEG = ("Leave this leg out, or settle what holds it first.", "请将该笔移出，或先处理暂缓原因。")

ACCOUNTS: Mapping[str, Problem] = {
    "account.number": Problem(
        422,
        "An account number has {shortest} to {longest} digits.",
        "账号应为 {shortest} 至 {longest} 位数字。",
        *_REPAIR,
    ),
    "account.bank_code": Problem(
        422, "This is no bank code of twelve digits that checks.", "联行号应为 12 位数字且校验位正确。", *_REPAIR
    ),
    "account.formula": Problem(
        422,
        "No name of an account or a bank begins with = + - @ or a tab.",
        "户名和行名不得以 = + - @ 或制表符开头。",
        *_REPAIR,
    ),
    "bank_account.unknown": Problem(404, "There is no such bank account.", "收款账户不存在。", *_CHECK),
    "bank_account.no_organization": Problem(
        422,
        "You act for no organisation that could be paid.",
        "当前身份未代表任何收款单位。",
        "Log in for the organisation that is paid.",
        "请以收款单位身份登录。",
    ),
    "bank_account.payee_unknown": Problem(
        409,
        "The registry has not told of your organisation.",
        "尚未收到贵单位的登记信息。",
        "Wait a moment and send again, or ask the registry.",
        "请稍后重试，或联系登记部门。",
    ),
    "bank_account.name_differs": Problem(
        422,
        "The account must be in the name {name}; the bank sends any other back.",
        "户名须为 {name}，否则银行将退款。",
        *_REPAIR,
    ),
    "bank_account.pending": Problem(
        409,
        "Another account of yours is on its way already.",
        "贵单位已有账户变更正在办理。",
        "Wait until it is active or rejected.",
        "请等待其生效或被驳回。",
    ),
    "bank_account.state": Problem(409, "This account is {state} already.", "该账户已为 {state} 状态。", *_READ),
    "bank_account.same_person": Problem(
        409,
        "Who submitted an account may not decide on it, through whatever user account.",
        "提交人不得确认本人提交的账户，无论使用哪个账号。",
        *_ANOTHER,
    ),
    "bank_account.changing": Problem(
        409,
        "The payee of {leg} is changing its account; nobody is paid meanwhile.",
        "{leg} 的收款单位正在变更账户，期间暂停付款。",
        "Wait until the new account is active or rejected.",
        "请等待新账户生效或被驳回。",
    ),
    "bank_account.missing": Problem(
        409,
        "The payee of {leg} has no active account.",
        "{leg} 的收款单位没有有效账户。",
        "Ask the payee to submit one.",
        "请收款单位提交账户。",
    ),
    "bank_account.renamed": Problem(
        409,
        "The payee of {leg} is called {name} today, its account is in another name.",
        "{leg} 的收款单位现名 {name}，与账户户名不符。",
        "Ask the payee to submit an account in its name.",
        "请收款单位以现名重新提交账户。",
    ),
    "bank_account.changed": Problem(
        409,
        "The payee of {leg} has another account than the one in this batch.",
        "{leg} 的收款账户与本批次所载不同。",
        "Cancel the batch and prepare it again.",
        "请取消本批次后重新编制。",
    ),
    "payer_account.unknown": Problem(404, "There is no such payer account.", "付款账户不存在。", *_CHECK),
    "payer_account.no_treasury": Problem(
        422,
        "You act for no treasury.",
        "当前身份未代表任何财政部门。",
        "Log in for the treasury that pays.",
        "请以付款财政部门身份登录。",
    ),
    "payer_account.exists": Problem(
        409,
        "This account of the bank is opened already.",
        "该银行账户已登记为付款账户。",
        "Use that payer account.",
        "请使用已登记的付款账户。",
    ),
    "payer_account.escrow_exists": Problem(
        409,
        "Your treasury has an account for what holders pay in already.",
        "贵财政已开立该币种的托管账户。",
        "Use that payer account.",
        "请使用已开立的托管账户。",
    ),
}

FUNDINGS: Mapping[str, Problem] = {
    "funding.unknown": Problem(404, "There is no such funding.", "拨款不存在。", *_CHECK),
    "funding.treasury": Problem(
        422, "The budget line is not of the treasury {treasury}.", "预算指标不属于财政 {treasury}。", *_REPAIR
    ),
    "funding.currency": Problem(
        422,
        "The account is in {currency}, the budget line in {line_currency}.",
        "账户币种为 {currency}，指标币种为 {line_currency}。",
        *_REPAIR,
    ),
    "funding.escrow": Problem(
        422,
        "Nothing is funded into an account of what holders pay in.",
        "托管账户只收用券单位缴款，不接受拨款。",
        "Name an account of the treasury's own money.",
        "请选择财政自有付款账户。",
    ),
    "funding.above_appropriation": Problem(
        422,
        "Of the appropriation of {appropriation} {left} is left to draw.",
        "指标 {appropriation} 尚可拨款 {left}。",
        "Ask for less, or allot more to the line.",
        "请减少金额，或增加指标。",
    ),
    "funding.state": Problem(409, "This funding is {state} already.", "该拨款已为 {state} 状态。", *_READ),
    "funding.same_person": Problem(
        409,
        "Who proposed a funding may not decide on it, through whatever account.",
        "申请人不得审批本人的拨款，无论使用哪个账号。",
        *_ANOTHER,
    ),
}

BATCHES: Mapping[str, Problem] = {
    "payout_batch.unknown": Problem(404, "There is no such payout batch.", "拨付批次不存在。", *_CHECK),
    "payout_batch.nothing_to_pay": Problem(
        409,
        "Nothing can be paid; {held} legs are held, for which {told} reasons follow.",
        "没有可拨付的款项，暂缓 {held} 笔，以下列出 {told} 项原因。",
        "See what holds them.",
        "请查看暂缓原因。",
    ),
    "payout_batch.state": Problem(
        409, "In the state {state} the batch does not take this.", "批次状态为 {state}，不可进行该操作。", *_READ
    ),
    "payout_batch.same_person": Problem(
        409,
        "Who made a batch may not approve, reject or send it, through whatever account.",
        "编制人不得审批或发送本人编制的批次，无论使用哪个账号。",
        *_ANOTHER,
    ),
    "payout_batch.took_part": Problem(
        409,
        "Who took part in one of the cases may not approve their payment.",
        "曾参与其中任一案件的人员不得审批付款。",
        *_ANOTHER,
    ),
    "payout_batch.digest_differs": Problem(
        409,
        "The batch is not what this digest was shown for.",
        "批次内容与所提交的摘要不符。",
        "Read the batch again, and approve what you see.",
        "请重新查询批次，并按所见内容审批。",
    ),
    "payout_batch.blocked": Problem(
        409,
        "The batch may not go out as it is, for {reasons} reasons.",
        "批次因 {reasons} 项原因不得付出。",
        "Wait until they are settled, or cancel the batch and prepare it again.",
        "请待原因消除，或取消本批次后重新编制。",
    ),
    "payout_batch.leg_unknown": Problem(404, "Your treasury owes no leg {leg}.", "贵财政没有应付款项 {leg}。", *_CHECK),
    "leg.not_payable": Problem(409, "{leg} is {state}.", "{leg} 的状态为 {state}。", *_LEG),
    "leg.not_released": Problem(
        409, "The claim line of {leg} is {state}, not released.", "{leg} 的兑付明细状态为 {state}，尚未放行。", *_LEG
    ),
    "leg.currency": Problem(409, "{leg} is in {currency}.", "{leg} 的币种为 {currency}。", *_LEG),
    "leg.other_account": Problem(
        409,
        "{leg} is not paid from an account of the kind {kind}.",
        "{leg} 不能从“{kind}”类账户支付。",
        "Pay what holders paid in from the escrow account, and all else from the treasury's own.",
        "用券单位缴入的款项从托管账户支付，其余从财政自有账户支付。",
    ),
    "leg.took_part": Problem(
        409,
        "You took part in the case of {leg} and may not pay it.",
        "您曾参与 {leg} 的案件，不得编制其付款。",
        "Let another maker prepare it.",
        "请由其他经办人编制。",
    ),
    "leg.stopped": Problem(409, "{leg} is stopped: {kinds}.", "{leg} 已止付：{kinds}。", *_LEG),
    "bank_file.unknown": Problem(
        404, "No bank file is written yet.", "尚未生成银行文件。", "Write it first.", "请先生成。"
    ),
    "bank_file.not_sent": Problem(
        409,
        "The batch is {state}: its file leaves once the batch is sent.",
        "批次状态为 {state}，发送后方可下载银行文件。",
        "Read name, number and sha256 at the batch; let a second person send it, then download.",
        "可在批次中查询文件名、编号和摘要；请由他人发送批次后下载。",
    ),
    "bank_file.cancelled": Problem(
        409,
        "The batch of this file was cancelled: it must not reach the bank.",
        "本文件所属批次已取消，不得提交银行。",
        "Hand in the file of the batch that took its place.",
        "请提交替代批次的文件。",
    ),
    "bank_file.unencodable": Problem(
        409,
        "The bank's encoding {encoding} has no {characters}, in the payment {payout} to {payee}.",
        "付款 {payout}（{payee}）含有编码 {encoding} 无法表示的字符 {characters}。",
        "Ask the payee for an account name that the bank can write.",
        "请收款单位提供银行可识别的户名。",
    ),
    "payout.unknown": Problem(404, "There is no such payout.", "付款不存在。", *_CHECK),
}

PROBLEMS: Mapping[str, Problem] = {**ACCOUNTS, **FUNDINGS, **BATCHES, **DEPOSITS}
