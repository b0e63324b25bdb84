"""Decides what a refusal of evidence means to a client: invoices, bank slips and what a claim line draws from them."""

from collections.abc import Mapping

from services.chassis.problems import Problem

_REPAIR = ("Correct the named fields and send again.", "请更正所列字段后重新提交。")
_CHECK = ("Check the id.", "请检查编号。")
_NEW_REF = ("Use a new one, or read that one.", "请换用新的编号，或查询原记录。")
_OTHER_INVOICE = ("Draw on another invoice.", "请使用其他发票。")
_OTHER_SLIP = ("Draw on a transfer from the holder's account to yours.", "请使用用券单位付给贵单位的回单。")

PROBLEMS: Mapping[str, Problem] = {
    "invoice.unknown": Problem(404, "There is no such invoice.", "发票不存在。", *_CHECK),
    "invoice.not_a_party": Problem(
        403,
        "Your organisation is neither this invoice's seller nor its buyer.",
        "本单位既非销售方也非购买方。",
        "Leave it to one of the two.",
        "请由购销双方之一登记。",
    ),
    "invoice.number": Problem(
        422,
        "This is not a fapiao: a digital one has a number of 20 digits and no code, an old one a number of 8 digits"
        " and a code of 10 or 12.",
        "发票号码不正确：数电票号码为 20 位且无代码；旧版发票号码 8 位、代码 10 或 12 位。",
        *_REPAIR,
    ),
    "invoice.year": Problem(
        422,
        "A digital fapiao begins with the year of its date: {digits} does not fit {issued_on}.",
        "数电票号码前两位应为开票年份：{digits} 与 {issued_on} 不符。",
        *_REPAIR,
    ),
    "invoice.issued_in_future": Problem(
        422, "It is dated {issued_on}; today is {today}.", "开票日期 {issued_on} 晚于今日 {today}。", *_REPAIR
    ),
    "invoice.uscc": Problem(422, "This is not a unified social credit code.", "统一社会信用代码不正确。", *_REPAIR),
    "invoice.party_unknown": Problem(
        422,
        "No organisation here has the code {uscc}.",
        "统一社会信用代码 {uscc} 未在本系统登记。",
        "Correct the code, or have the organisation register first.",
        "请更正代码，或请该单位先行登记。",
    ),
    "invoice.holder_unknown": Problem(
        422,
        "No team or person here has this id; an organisation is named by its code.",
        "未找到该团队或个人；单位请填写统一社会信用代码。",
        "Take holder_id from the redemption.",
        "请按核销记录填写持券人编号。",
    ),
    "invoice.name_differs": Problem(
        422,
        "The invoice prints {printed}; the organisation is registered as {registered}.",
        "发票所印名称“{printed}”与登记名称“{registered}”不符。",
        "Correct a misprint; else have the invoice issued anew.",
        "如为录入错误请更正，否则请重新开票。",
    ),
    "invoice.same_party": Problem(
        422, "Seller and buyer are one organisation.", "销售方与购买方不能为同一单位。", *_REPAIR
    ),
    "invoice.currency": Problem(422, "A fapiao is in {currency}.", "发票币种应为 {currency}。", *_REPAIR),
    "invoice.total": Problem(
        422, "{net} and {tax} tax do not make {total}.", "金额 {net} 加税额 {tax} 不等于价税合计 {total}。", *_REPAIR
    ),
    "invoice.lines_net": Problem(
        422,
        "The lines come to {lines}, the invoice says {net}.",
        "明细金额合计 {lines}，与发票金额 {net} 不符。",
        *_REPAIR,
    ),
    "invoice.lines_tax": Problem(
        422,
        "The tax of the lines comes to {lines}, the invoice says {tax}.",
        "明细税额合计 {lines}，与发票税额 {tax} 不符。",
        *_REPAIR,
    ),
    "invoice.registered": Problem(
        409,
        "This fapiao is registered already.",
        "该发票已登记。",
        "Draw on the one registered, or check the number.",
        "请使用已登记的发票，或核对号码。",
    ),
    "invoice.state": Problem(
        409, "The invoice is {state}.", "发票当前状态为 {state}。", "Read it again.", "请重新查询。"
    ),
    "invoice.same_person": Problem(
        409,
        "Who registered an invoice may not verify it, through whatever account.",
        "登记人不得核验本人登记的发票，无论使用哪个账号。",
        "Leave it to another reviewer.",
        "请由他人核验。",
    ),
    "invoice.reason_missing": Problem(
        422, "A refusal needs its reason.", "不予认可须说明理由。", "Say why.", "请填写理由。"
    ),
    "invoice.spent": Problem(
        409,
        "A claim was decided upon this invoice; refusing it now would free its number.",
        "已有兑付申请依据该发票作出决定，此时不得作不予认可处理。",
        "Stop the payment of that claim line instead.",
        "请对相应兑付明细止付。",
    ),
    "invoice.not_registrant": Problem(
        403,
        "The other side registered this invoice.",
        "该发票由对方登记。",
        "Ask the other side to void it.",
        "请由登记方作废。",
    ),
    "invoice.allocated": Problem(
        409,
        "Claims draw {allocated} from it.",
        "已有兑付申请占用 {allocated}。",
        "Withdraw those claim lines first.",
        "请先撤回相应兑付明细。",
    ),
    "bank_slip.unknown": Problem(404, "There is no such bank slip.", "银行回单不存在。", *_CHECK),
    "bank_slip.not_a_party": Problem(
        403,
        "Your organisation is neither payer nor payee of this transfer.",
        "本单位既非付款方也非收款方。",
        "Leave it to one of the two.",
        "请由收付双方之一登记。",
    ),
    "bank_slip.party_unknown": Problem(422, "There is no such organisation here.", "该单位未在本系统登记。", *_CHECK),
    "bank_slip.third_party": Problem(
        422,
        "The slip prints {printed}, not {registered}: what a third party paid or was paid proves nothing.",
        "回单所印名称“{printed}”并非“{registered}”，第三方收付不予认可。",
        "Send the slip of a transfer between the two sides' own accounts.",
        "请提供双方本单位账户之间的回单。",
    ),
    "bank_slip.same_party": Problem(
        422, "Payer and payee are one organisation.", "付款方与收款方不能为同一单位。", *_REPAIR
    ),
    "bank_slip.same_account": Problem(
        422, "The money did not leave the account.", "付款账号与收款账号相同。", *_REPAIR
    ),
    "bank_slip.serial": Problem(422, "A serial is letters A to Z and digits.", "流水号只含字母 A–Z 与数字。", *_REPAIR),
    "bank_slip.paid_in_future": Problem(
        422, "It was paid on {paid_on}; today is {today}.", "付款日期 {paid_on} 晚于今日 {today}。", *_REPAIR
    ),
    "bank_slip.registered": Problem(
        409,
        "This transfer is registered already.",
        "该回单已登记。",
        "Draw on the one registered, or check payer and serial.",
        "请使用已登记的回单，或核对付款方和流水号。",
    ),
    "bank_slip.state": Problem(
        409, "The bank slip is {state}.", "回单当前状态为 {state}。", "Read it again.", "请重新查询。"
    ),
    "bank_slip.not_registrant": Problem(
        403,
        "The other side registered this bank slip.",
        "该回单由对方登记。",
        "Ask the other side to void it.",
        "请由登记方作废。",
    ),
    "bank_slip.allocated": Problem(
        409,
        "Claims draw {allocated} from it.",
        "已有兑付申请占用该回单 {allocated}。",
        "Withdraw those claim lines first.",
        "请先撤回相应兑付明细。",
    ),
    "claim.evidence_twice": Problem(
        422,
        "The line names this twice.",
        "同一明细重复引用该凭证。",
        "Name it once, with the sum.",
        "请合并为一次引用。",
    ),
    "claim.invoice_unknown": Problem(
        422,
        "Your organisation has no such invoice.",
        "本单位没有该发票。",
        "Register the invoice first, or check the id.",
        "请先登记发票，或检查编号。",
    ),
    "claim.invoice_parties": Problem(
        422,
        "{seller} invoiced {buyer}; the redemption is between you and its holder.",
        "发票由“{seller}”开给“{buyer}”，与本次用券双方不符。",
        "Draw on an invoice that you issued to the voucher's holder.",
        "请使用贵单位开给用券单位的发票。",
    ),
    "claim.invoice_state": Problem(
        422, "The invoice is {state}.", "发票当前状态为 {state}，不可使用。", *_OTHER_INVOICE
    ),
    "claim.invoice_currency": Problem(422, "The invoice is in {currency}.", "发票币种为 {currency}。", *_OTHER_INVOICE),
    "claim.invoice_before_contract": Problem(
        422,
        "The invoice of {issued_on} is older than the contract of {signed_on}.",
        "发票日期 {issued_on} 早于合同签订日期 {signed_on}。",
        *_OTHER_INVOICE,
    ),
    "claim.invoice_line": Problem(
        422,
        "The invoice has no such line; its lines are 1 to {lines}.",
        "发票没有该行，共 {lines} 行。",
        *_REPAIR,
    ),
    "claim.invoice_left": Problem(
        422,
        "The invoice line has {left} left, {asked} is asked.",
        "该发票行余额 {left}，不足 {asked}。",
        "Draw less from it, and the rest from another line or invoice.",
        "请减少金额，其余使用其他发票行或发票。",
    ),
    "claim.invoice_short": Problem(
        422,
        "The work cost {required}; the invoices show {shown}, {missing} is missing.",
        "结算金额 {required}，发票仅 {shown}，尚缺 {missing}。",
        "Add invoices for the missing amount.",
        "请补充发票。",
    ),
    "claim.invoice_over": Problem(
        422,
        "The work cost {required}; the invoices show {shown}, {excess} too much.",
        "结算金额 {required}，发票合计 {shown}，超出 {excess}。",
        "Draw exactly what the work cost; the rest stays for other work.",
        "请按结算金额引用，余额可用于其他服务。",
    ),
    "claim.slip_unknown": Problem(
        422,
        "Your organisation has no such bank slip.",
        "本单位没有该回单。",
        "Register the bank slip first, or check the id.",
        "请先登记回单，或检查编号。",
    ),
    "claim.slip_parties": Problem(
        422,
        "{payer} paid {payee}; the holder's own part is paid by the holder to you.",
        "回单由“{payer}”付给“{payee}”，与本次用券双方不符。",
        *_OTHER_SLIP,
    ),
    "claim.slip_state": Problem(422, "The bank slip is {state}.", "回单当前状态为 {state}，不可使用。", *_OTHER_SLIP),
    "claim.slip_currency": Problem(422, "The bank slip is in {currency}.", "回单币种为 {currency}。", *_OTHER_SLIP),
    "claim.slip_before_contract": Problem(
        422,
        "The transfer of {paid_on} is older than the contract, signed on {signed_on}.",
        "付款日期 {paid_on} 早于合同签订日期 {signed_on}。",
        "Name a transfer made for this contract.",
        "请提供本合同项下的付款凭证。",
    ),
    "claim.deposit_missing": Problem(
        409,
        "The holder's own part is {required}; {paid_in} of it is paid in, {missing} is missing.",
        "自付部分应为 {required}，托管账户已收 {paid_in}，尚缺 {missing}。",
        "Ask the holder to pay the rest in, and claim then.",
        "请用券单位补足托管款后再申请兑付。",
    ),
    "claim.slip_left": Problem(
        422,
        "The bank slip has {left} left, {asked} is asked.",
        "回单余额 {left}，不足 {asked}。",
        "Draw less from it, and the rest from another bank slip.",
        "请减少金额，其余使用其他回单。",
    ),
    "claim.slip_short": Problem(
        422,
        "The holder's own part is {required}; the bank slips show {shown}, {missing} is missing.",
        "自付部分应为 {required}，回单仅 {shown}，尚缺 {missing}。",
        "Add the bank slips of the missing amount.",
        "请补充回单。",
    ),
    "claim.slip_over": Problem(
        422,
        "The holder's own part is {required}; the bank slips show {shown}, {excess} too much.",
        "自付部分应为 {required}，回单合计 {shown}，超出 {excess}。",
        "Draw exactly that part; the rest stays for other work.",
        "请按自付部分引用，余额可用于其他服务。",
    ),
}
