"""Decides what redemption's refusals mean to a client: status, cause and remedy of each code."""

from collections.abc import Mapping

from services.chassis.problems import Problem
from services.voucher.redemption.consent_problems import CONSENT
from services.voucher.redemption.line_problems import LINES

_REPAIR = ("Correct the named fields and send again.", "请更正所列字段后重新提交。")
_OTHER_PROVIDER = ("Choose another provider or category.", "请选择其他服务机构或类别。")
_ANEW = (
    "Correct the date, or void this redemption and propose the contract anew with its true date.",
    "请更正日期，或作废本用券单后按实际完成日重新提出。",
)
_READ = ("Read the redemption and act on its state.", "请查询用券单并按其状态办理。")

PROBLEMS: Mapping[str, Problem] = {
    **CONSENT,
    **LINES,
    "redemption.unknown": Problem(
        404, "There is no such redemption.", "用券单不存在。", "Check the id.", "请检查编号。"
    ),
    "batch.refused": Problem(
        422,
        "Of these {of} orders, {refused} are refused, so none was carried out.",
        "{of} 项指令中有 {refused} 项被拒绝，整批均未执行。",
        "Correct or leave out the named items and send all again.",
        "请更正或去除所列各项后重新提交整批。",
    ),
    "batch.key_twice": Problem(
        422, "The key {key} stands more than once in this call.", "键 {key} 在本次请求中重复。", *_REPAIR
    ),
    "redemption.state": Problem(
        409, "In the state {state} it takes no {order}.", "用券单状态为“{state}”，不可{order}。", *_READ
    ),
    "redemption.side": Problem(
        403,
        "The {side} may not {order} it.",
        "{side}一方无权{order}。",
        "Ask the other side; at the counter show your own code to it, or scan its code.",
        "请由另一方办理；在柜台请向对方出示己方券码，或扫描对方的码。",
    ),
    "redemption.own_proposal": Problem(
        409,
        "One's own proposal is confirmed or declined by the other side.",
        "己方提出的用券须由对方确认或拒绝。",
        "Wait for the other side, or withdraw.",
        "请等待对方，或撤回。",
    ),
    "redemption.not_proposer": Problem(
        409,
        "Only the proposer withdraws; the other side declines.",
        "仅提出方可撤回；对方可拒绝。",
        "Decline it.",
        "请改为拒绝。",
    ),
    "redemption.same_person": Problem(
        409,
        "The person who proposed may not confirm for the other side.",
        "提出人不得代表对方确认。",
        "Let another person confirm.",
        "请由另一人确认。",
    ),
    "redemption.took_part": Problem(
        409,
        "Who took part in the case may not decide it.",
        "曾参与本案的人员不得裁决。",
        "Let another reviewer decide.",
        "请由另一审核人裁决。",
    ),
    "voucher.expired": Problem(
        422, "The voucher could be used until {use_by}.", "券的使用期限为 {use_by}。", "Use another.", "请使用其他券。"
    ),
    "voucher.cancelled": Problem(422, "The voucher was cancelled.", "该券已作废。", "Use another.", "请使用其他券。"),
    "voucher.no_change": Problem(
        422,
        "The voucher gives no change: what was left of it went back.",
        "该券不找零，余额已收回。",
        "Use another.",
        "请使用其他券。",
    ),
    "service.excluded": Problem(
        422,
        "The scheme does not pay for {service}.",
        "本政策不支持该类服务：{service}。",
        "Take it out of the contract, or contract it without a voucher.",
        "请从合同中去除该项服务，或不使用券另行签约。",
    ),
    "provider.not_named": Problem(
        422,
        "The scheme lets its vouchers be used with these providers only: {named}.",
        "本政策仅限指定服务机构：{named}。",
        "Choose one of them, or contract it without a voucher.",
        "请选择指定的服务机构，或不使用券另行签约。",
    ),
    "offering.not_named": Problem(
        422,
        "The scheme lets its vouchers be used for these offerings of the catalogue only: {named}.",
        "本政策仅限目录中的指定服务项目：{named}。",
        "Choose one of them, or contract it without a voucher.",
        "请选择指定的服务项目，或不使用券另行签约。",
    ),
    "work.funded_elsewhere": Problem(
        422,
        "The work is paid for by {funded} already.",
        "该项工作已获 {funded} 资助。",
        "Contract only what nothing else pays for.",
        "请仅就未获其他资助的工作签约。",
    ),
    "work.subcontracted": Problem(
        422,
        "The scheme does not pay for work that the provider hands on.",
        "本政策不支持转包的工作。",
        "Contract with whoever does the work.",
        "请直接与实际承担工作的机构签约。",
    ),
    "voucher.draft": Problem(
        422,
        "The voucher is not activated yet.",
        "该券尚未启用。",
        "Wait until its issuer activates it.",
        "请等待发放机构启用。",
    ),
    "voucher.suspended": Problem(
        422,
        "The voucher is suspended.",
        "该券已暂停使用。",
        "Ask its issuer why, or use another.",
        "请向发放机构了解原因，或使用其他券。",
    ),
    "voucher.currency": Problem(422, "The voucher is in {currency}.", "券的币种为 {currency}。", *_REPAIR),
    "voucher.insufficient": Problem(
        422,
        "Less than {asked} is available on the voucher.",
        "券可用余额不足 {asked}。",
        "Ask for less.",
        "请减少金额。",
    ),
    "voucher.too_little_left": Problem(
        422,
        "Too little is available on the voucher.",
        "券可用余额不足。",
        "Agree with the holder on a smaller amount.",
        "请与用券单位商定较小金额。",
    ),
    "cap.too_little_left": Problem(
        422,
        "A cap of the scheme leaves too little.",
        "政策上限余量不足。",
        "Agree with the holder on a smaller amount, or wait for the next period.",
        "请与用券单位商定较小金额，或待下一期间。",
    ),
    "price.exceeded": Problem(
        422, "The scheme's rate gives {subsidy}, not {asked}.", "按政策比例可补贴 {subsidy}，不足 {asked}。", *_REPAIR
    ),
    "cap.reached": Problem(
        422,
        "The cap {cap} leaves {left} of {limit} in {period}.",
        "上限 {cap}（{period}）{limit}，尚余 {left}。",
        "Ask for less, or wait for the next period.",
        "请减少金额，或待下一期间。",
    ),
    "group.too_large": Problem(
        422,
        "More than {at_most} undertakings are linked to the holder; so many are not counted as one.",
        "与用券单位关联的企业超过 {at_most} 家，无法合并计算上限。",
        "Have the registry correct the links.",
        "请联系登记部门核正关联关系。",
    ),
    "category.unlisted": Problem(422, "There is no category {category}.", "服务类别 {category} 不存在。", *_REPAIR),
    "category.excluded": Problem(
        422,
        "The scheme pays for {eligible}, not for {category}.",
        "{category} 不在补贴范围（{eligible}）内。",
        *_REPAIR,
    ),
    "offering.not_listed": Problem(
        404,
        "The provider has no such offering, or has withdrawn it.",
        "该机构无此服务产品或已下架。",
        "Choose one of its published offerings.",
        "请选择其已发布的服务产品。",
    ),
    "offering.category_differs": Problem(
        422, "The offering is of the category {category}.", "该服务产品的类别为 {category}。", *_REPAIR
    ),
    "offering.amount_differs": Problem(
        422,
        "By its price and quantity the offering costs {amount} {currency}.",
        "按单价和数量，该服务产品应为 {amount} {currency}。",
        "Leave the amount out, or correct price or quantity.",
        "请省略金额，或更正金额、数量。",
    ),
    "offering.without_price": Problem(
        422, "The offering lists no price, so the contract names one.", "该服务产品未标价，须填写合同金额。", *_REPAIR
    ),
    "undertaking.unknown": Problem(
        404, "There is no such undertaking.", "企业不存在。", "Check the id.", "请检查编号。"
    ),
    "provider.unknown": Problem(404, "There is no such provider.", "服务机构不存在。", "Check the id.", "请检查编号。"),
    "provider.not_admitted": Problem(
        422, "The provider takes no new orders; it is {state}.", "服务机构状态为 {state}，不接新单。", *_OTHER_PROVIDER
    ),
    "provider.category": Problem(
        422,
        "The provider is not admitted for {category} under this scheme.",
        "服务机构未获本政策 {category} 类准入。",
        *_OTHER_PROVIDER,
    ),
    "party.related": Problem(
        422,
        "Holder and provider are related parties ({link}).",
        "用券单位与服务机构为关联方（{link}）。",
        *_OTHER_PROVIDER,
    ),
    "party.sanctioned": Problem(
        422,
        "The {who} is banned ({ban}) until {until}.",
        "{who}在禁入期内（{ban}，至 {until}）。",
        "Wait until the ban ends, or choose another.",
        "请待禁入期满，或另行选择。",
    ),
    "party.deregistered": Problem(422, "The {who} is deregistered.", "{who}已注销。", *_OTHER_PROVIDER),
    "contract.dates": Problem(
        422,
        "Completed on {completed_on}, before it was signed on {signed_on}.",
        "完成日 {completed_on} 早于签订日 {signed_on}。",
        *_REPAIR,
    ),
    "contract.date_ahead": Problem(
        422, "The date {date} lies ahead; today is {today}.", "日期 {date} 晚于今日 {today}。", *_REPAIR
    ),
    "contract.signed_too_early": Problem(
        422,
        "Signed on {signed_on}; no scheme pays for a contract from before {from}.",
        "签订日 {signed_on} 早于 {from}，不在任何政策范围内。",
        *_REPAIR,
    ),
    "contract.completed_outside": Problem(
        422,
        "Completed on {completed_on}; the scheme pays for {from} to {until}.",
        "完成日 {completed_on} 不在 {from} 至 {until} 之间。",
        *_REPAIR,
    ),
    "contract.predates_voucher": Problem(
        422,
        "Signed on {signed_on}, before the voucher was issued on {issued_on}.",
        "签订日 {signed_on} 早于发券日 {issued_on}。",
        "Use a contract signed since.",
        "请使用发券后签订的合同。",
    ),
    "contract.already_redeemed": Problem(
        422,
        "The receipt or contract {number} is redeemed by {redemption} already; each is paid for once.",
        "小票或合同 {number} 已由 {redemption} 用券，同一凭据仅可用券一次。",
        "Check the number, or have that redemption voided or wholly refunded first.",
        "请核对编号，或先将该用券单作废或全额退回。",
    ),
    "directory.too_old": Problem(
        503,
        "The registry was not heard of for {hours} hours; nothing new is frozen.",
        "已 {hours} 小时未收到名录更新，暂不冻结新额度。",
        "Wait as long as Retry-After says and send again.",
        "请按 Retry-After 等待后重试。",
        retryable=True,
    ),
    "directory.distrusted": Problem(
        503,
        "What the registry says cannot be true ({why}); nothing new is frozen until it was heard anew.",
        "名录数据异常，重新核对前暂不冻结新额度。",
        "Wait as long as Retry-After says and send again.",
        "请按 Retry-After 等待后重试。",
        retryable=True,
    ),
    "directory.party_unknown": Problem(
        503,
        "The registry has not told of this organisation yet.",
        "名录尚未收到该单位信息。",
        "Wait as long as Retry-After says and send again.",
        "请按 Retry-After 等待后重试。",
        retryable=True,
    ),
    "calendar.not_loaded": Problem(
        409,
        "The working days of {year} are not loaded.",
        "{year} 年工作日历尚未加载。",
        "Ask the operator to load the year.",
        "请运营人员加载该年日历。",
    ),
    "delivery.after_agreed": Problem(
        422,
        "Completed on {completed_on}, later than {agreed} as the contract was agreed.",
        "完成日 {completed_on} 晚于约定用券时所列完成日 {agreed}。",
        *_ANEW,
    ),
    "delivery.other_period": Problem(
        422,
        "Completed on {completed_on}, but counted under the cap {cap} in {period}.",
        "完成日 {completed_on} 与上限 {cap} 的计入期间 {period} 不符。",
        *_ANEW,
    ),
    "delivery.earns_nothing": Problem(
        422, "A settlement of {settlement} earns nothing more.", "结算额 {settlement} 不再产生补贴。", *_REPAIR
    ),
    "rating.missing": Problem(422, "This scheme asks for a rating.", "本政策要求评价。", *_REPAIR),
    "rework.too_late": Problem(
        409,
        "The time to deliver ended with {deliver_by}; nothing can be done again.",
        "交付期限 {deliver_by} 已过，不可返工。",
        "Accept or dispute it.",
        "请接受或提出异议。",
    ),
    "capture.too_much": Problem(
        422, "The delivery earned {earned}, not {asked}.", "本次交付可核销 {earned}，不足 {asked}。", *_REPAIR
    ),
    "capture.unknown": Problem(404, "There is no such capture.", "核销记录不存在。", "Check the id.", "请检查编号。"),
    "refund.too_much": Problem(
        422, "Of {asked}, only {refundable} can be refunded.", "可退 {refundable}，不足 {asked}。", *_REPAIR
    ),
    "refund.on_claim": Problem(
        409,
        "Only {refundable} can be refunded; the rest stands on a claim.",
        "仅可退 {refundable}，其余已在兑付申请中。",
        "Withdraw the claim line first.",
        "请先撤回该兑付明细。",
    ),
    "replaces.unknown": Problem(
        422,
        "There is no such redemption of this voucher.",
        "该创新券没有此用券单。",
        "Name a redemption of the same voucher in which you have a part.",
        "请填写同一创新券下您参与的用券单编号。",
    ),
    "replaces.state": Problem(
        409,
        "In the state {state} its hold is no longer given to another contract.",
        "原用券单状态为“{state}”，不能变更。",
        "Let what was handed in be decided first, or propose without replacing.",
        "请先处理已交付的内容，或另行提交用券。",
    ),
    "replaces.let_go": Problem(
        409,
        "Neither the provider whom the holder leaves nor the region has let him go.",
        "原服务机构未放弃，审核部门也未准予更换服务机构。",
        "Wait for the reviewer, or ask the old provider to void its redemption.",
        "请等待审核部门处理，或请原服务机构撤销原用券单。",
    ),
    "replaces.nobody_left": Problem(
        409,
        "Nobody's leave is needed, or it was given already.",
        "无需准予更换，或已准予。",
        "Read the redemption again.",
        "请重新查询用券单。",
    ),
    "void.already_asked": Problem(
        409,
        "One's own request to void still waits.",
        "已提出作废请求。",
        "Wait for the other side.",
        "请等待对方答复。",
    ),
}
