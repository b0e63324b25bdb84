"""Decides what the scheme wing's refusals mean to a client: status, cause and remedy of each code."""

from collections.abc import Mapping

from services.chassis.problems import Problem

_IN_FILE = ("Correct the file at the line and column given.", "请在所示行列处更正文件。")
LINE_AND_COLUMN = {"en": "Line {line}, column {column}: ", "zh-CN": "第 {line} 行第 {column} 列："}
"""How every sentence on a file begins; the command line names the place in its own way."""


def _fault(en: str, zh: str) -> Problem:
    return Problem(422, LINE_AND_COLUMN["en"] + en, LINE_AND_COLUMN["zh-CN"] + zh, *_IN_FILE)


PROBLEMS: Mapping[str, Problem] = {
    "scheme.unknown": Problem(
        404, "There is no such scheme version.", "券种版本不存在。", "Check the id.", "请检查编号。"
    ),
    "scheme.foreign_bureau": Problem(
        403,
        "A scheme of bureau {bureau} is not yours to keep.",
        "{bureau} 的券种不属于您的部门。",
        "Ask that bureau's operator.",
        "请由该部门经办。",
    ),
    "scheme.in_use": Problem(
        409,
        "{rounds} rounds of the scheme are neither settled nor cancelled; {awards} fundings of its awards stand.",
        "该方案尚有 {rounds} 个批次未结清或取消，{awards} 项奖补出资有效或待批。",
        "Settle or cancel the rounds first; where awards are funded, publish another version.",
        "请先结清或取消批次；奖补已有出资的，请发布新版本。",
    ),
    "scheme.not_draft": Problem(
        409,
        "This version is {state}; only a draft is published or withdrawn.",
        "该版本状态为“{state}”，仅草稿可发布或撤回。",
        "Keep the text as a new version.",
        "请另存为新版本。",
    ),
    "scheme.no_vouchers": Problem(
        409,
        "The scheme {scheme} issues no vouchers.",
        "{scheme} 不发放创新券。",
        "Use its awards.",
        "请按奖补项目办理。",
    ),
    "scheme.effective_before": Problem(
        409,
        "It would count from {effective}, and a published version counts from {published}.",
        "生效日期 {effective} 不晚于已发布版本的生效日期 {published}。",
        "Name a later date: what was decided under the published version stands.",
        "请改用晚于已发布版本的日期：已作出的决定不变。",
    ),
    "scheme.same_person": Problem(
        409,
        "You asked for this publication yourself; past a warning it takes a second person.",
        "该发布由您提出：有提示的，须由另一人发布。",
        "Ask a colleague of your bureau.",
        "请由本部门其他人员办理。",
    ),
    "scheme.not_published": Problem(
        409,
        "This version is {state}; a round needs a published one.",
        "该版本状态为“{state}”，批次须用已发布版本。",
        "Publish the version, or use the published one.",
        "请先发布或改用已发布版本。",
    ),
    "scheme.file_too_large": _fault("the file is larger than {bytes} bytes.", "文件超过 {bytes} 字节。"),
    "scheme.yaml": _fault("this is not YAML that we read: {why}.", "不是可读取的 YAML：{why}。"),
    "scheme.unknown_key": _fault(
        "the key {key} is not known here; known is: {allowed}.", "此处不应有 {key}，可用：{allowed}。"
    ),
    "scheme.missing": _fault("{key} is missing in {at}, as in: {example}.", "{at} 缺少 {key}，写法如：{example}。"),
    "scheme.nothing_here": _fault(
        "nothing stands here; write {wanted}, or leave the whole rule out.", "此处为空：请填写{wanted}，或整条不写。"
    ),
    "scheme.hidden_character": _fault(
        "a character stands here that nobody sees, or that turns the direction of writing.",
        "此处含有不可见或改变书写方向的字符。",
    ),
    "scheme.rate_of_contract": _fault(
        "the rate is of the contract: whatever less is delivered, the subsidy stays, so that two who agree pay no part"
        " of their own. Write base: actual to pay on the lesser.",
        "补贴按合同金额计算：实际交付较少时补贴不变，双方串通可使自付为零；按较低者计补的，基数写 actual。",
    ),
    "scheme.longest_ban": _fault(
        "a ban of up to {years} years is proposed as one of {years}; whoever enters it with the registry sets its end.",
        "最长 {years} 年的禁止申领按 {years} 年提出，实际期限由登记该处罚的人员确定。",
    ),
    "scheme.cut_before_claims": _fault(
        "what was issued beyond the budget is cut on {from}, when the last claim is due, and not on {prorata_on}.",
        "超发部分于最后申报期限届满后的 {from} 核减，而非 {prorata_on}。",
    ),
    "scheme.no_such_day": _fault("there is no such day or time as {found}.", "日期或时间 {found} 不存在。"),
    "scheme.not_one_of": _fault("{found} is not one of: {allowed}.", "{found} 不在可选范围：{allowed}。"),
    "scheme.not_this_form": _fault(
        "{found} is not written as it should be, such as {example}.", "{found} 写法不符，应如 {example}。"
    ),
    "scheme.wrong_kind": _fault("{found} should be {wanted}.", "{found} 应为{wanted}。"),
    "scheme.too_little": _fault("this is less than {least}{unit}.", "少于下限 {least}{unit}。"),
    "scheme.too_much": _fault("this is more than {most}{unit}.", "超过上限 {most}{unit}。"),
    "scheme.named_twice": _fault("{name} stands here twice.", "{name} 重复。"),
    "scheme.one_of_these": _fault("exactly one of these stands here: {keys}.", "此处须且仅须写其一：{keys}。"),
    "scheme.not_in_awards": _fault(
        "{key} has no place in a scheme that issues no vouchers.", "不发放创新券的方案不写 {key}。"
    ),
    "scheme.region_unknown": _fault(
        "{name} is neither a region's code nor explained under regions.",
        "{name} 既非行政区划代码，亦未在 regions 列明。",
    ),
    "scheme.region_is_code": _fault(
        "{name} is a region's code; it cannot name others.", "{name} 已是行政区划代码，不可另作名称。"
    ),
    "scheme.when_unknown": _fault(
        "{word} is not known when this rule is asked, so the case would never hold.",
        "适用本规则时尚不知 {word}，该情形永不成立。",
    ),
    "scheme.when_undated": _fault(
        "a case between two days, but the rule has no as_of to say which day is meant.",
        "情形限定日期，但规则未写 as_of，无从判断以何日为准。",
    ),
    "scheme.case_unreachable": _fault(
        "an earlier case is about all of this already, so this one would never count.",
        "前一情形已全部涵盖，本情形永不适用。",
    ),
    "scheme.team_not_holder": _fault(
        "a rule on teams, but teams are not among the holders.", "写有团队条件，但可领对象中无团队。"
    ),
    "scheme.off_site_nowhere": _fault(
        "a list of what counts as local, but nobody has to be local.", "列明视同本地名单，但未要求注册地。"
    ),
    "scheme.review_missing": _fault(
        "batch review needs review stages under applications.", "集中评审须在 applications 中列明审核环节。"
    ),
    "scheme.window_other_year": _fault(
        "a window of the scheme gives out the budget of {year}, and its allocation ends in that year.",
        "各申领期使用 {year} 年预算，须在当年发放完毕。",
    ),
    "scheme.class_unknown": _fault(
        "the class {name} is not among those of priority.", "类别 {name} 不在优先类别之列。"
    ),
    "scheme.question": _fault("this is still a question: {found}.", "此处仍待填写：{found}。"),
    "scheme.as_of_nowhere": _fault(
        "no date matters to this rule: leave as_of: {found} out.", "本规则与日期无关，请删去 as_of: {found}。"
    ),
    "scheme.fixed_face": _fault(
        "the cap {cap} does not count what one application asks for, so it is no face value.",
        "上限 {cap} 所计并非单份申请的金额，不能作为固定面额。",
    ),
    "scheme.fixed_face_whole": _fault(
        "vouchers of one face value ({cap}): the last gets the whole of it or nothing.",
        "固定面额（{cap}）的券，预算余额不足一份面额的不发，应写 whole。",
    ),
    "scheme.cap_once": _fault(
        "what the cap {cap} counts has no year: its period is once.", "上限 {cap} 所计内容不分年度，期间应为 once。"
    ),
    "scheme.band_without_end": _fault(
        "every band but the last says up_to where it ends.", "除最后一档外，各档须写明 up_to。"
    ),
    "scheme.last_band_ends": _fault(
        "the last band has no end: a share of 0.00 says that nothing more is paid.",
        "最后一档不设上界；不再补贴的，比例写 0.00。",
    ),
    "scheme.bands_not_ascending": _fault("each band ends above the one before it.", "各档上界须逐档递增。"),
    "scheme.field_choices": _fault(
        "the field {name} has choices exactly if its kind is choice.", "字段 {name} 仅单选题须列选项。"
    ),
    "scheme.second_without_first": _fault(
        "a second review without a first: applications are not reviewed.", "未设审核环节，无从复核。"
    ),
    "scheme.payee_of_model": _fault(
        "the model {model} does not pay the {payee}.", "支付方式 {model} 与收款方 {payee} 不符。"
    ),
    "scheme.service_centre": _fault(
        "two invoices, and only they, name the service centre that the second is made out to.",
        "开具两张发票时须列明服务中心，仅开一张时不得列明。",
    ),
    "scheme.service_centre_code": _fault("this is not a valid unified social credit code.", "统一社会信用代码无效。"),
    "scheme.two_invoices": _fault(
        "two invoices are written where the provider is paid, not where the model is {model}.",
        "仅直付服务机构时开具两张发票，现支付方式为 {model}。",
    ),
    "scheme.slip_of_model": _fault(
        "a bank slip of {slip} shows nothing where the model is {model}.",
        "支付方式为 {model} 时，付款回单 {slip} 无从提供。",
    ),
    "scheme.top_up_without_award": _fault(
        "a top-up is an award: name it under awards.", "配套补助属奖补，须在 awards 中列明。"
    ),
    "scheme.pin_above_limit": _fault(
        "a PIN above {pin_above} is never asked: no more than {up_to} is redeemed at the counter.",
        "{pin_above} 以上验密永不触发：柜台单次至多 {up_to}。",
    ),
    "scheme.instant_reimbursed": _fault(
        "nothing is redeemed at the counter where the holder pays first.", "先付后补的，不适用柜台即时核销。"
    ),
    "scheme.leftover_paid": _fault(
        "a face value is paid in full only where every rate is 1.00 with the tax, and the provider is paid.",
        "仅各档补贴比例均为 1.00、按含税金额补助且直付服务机构时，可按面值支付。",
    ),
    "scheme.award_amount_missing": _fault(
        "the award {award} says nowhere how much it is.", "奖补 {award} 未写明金额。"
    ),
    "scheme.award_paid_by": _fault(
        "on the base {base} nothing is paid by {found}.", "以 {base} 为基数时不按 {found} 计算。"
    ),
    "scheme.award_day": _fault(
        "the day {as_of} is not known when a {payee} claims the award; known are {days}.",
        "申请奖补时无从得知 {as_of} 之日（对象 {payee}）；可用：{days}。",
    ),
    "scheme.award_services": _fault(
        "services are counted of the providers of a scheme of vouchers, and rewarded to them in that scheme.",
        "服务额仅按发放创新券的方案内服务机构统计，并在该方案内奖励服务机构。",
    ),
    "scheme.award_model": _fault("an award is not paid by {model}.", "奖补不采用 {model} 方式支付。"),
    "scheme.award_payee": _fault(
        "the {payee} is paid none of the awards; they are paid to: {payees}.",
        "无一奖补支付给 {payee}；各奖补的对象为：{payees}。",
    ),
    "scheme.award_holders": _fault(
        "the award {award} cannot be paid to its holders ({holders}): they have no bank account of their own name;"
        " give it to organizations only, by who.holders or the award's when.",
        "奖补 {award} 无法支付给{holders}：其没有本名义银行账户。请将申领对象或该奖补的适用条件限于单位。",
    ),
    "scheme.award_reviewed_twice": _fault(
        "an award is reviewed once: {key} is not as the settlement says it.",
        "奖补仅审核一次：{key} 与 settlement 所写不一致。",
    ),
    "scheme.award_pair": _fault("{found} means nothing without {key}.", "{found} 须与 {key} 一并填写。"),
    "scheme.ceiling_of_itself": _fault("a ceiling on {figure} less itself is nothing.", "{figure} 减其自身为零。"),
    "scheme.zone_unknown": _fault("the time zone {zone} is not known.", "未知时区 {zone}。"),
    "scheme.source_unknown": _fault(
        "the source {found} is neither in the basis nor our default; it is cited {times} times.",
        "来源 {found} 不在依据之列，共引用 {times} 处。",
    ),
    "scheme.dates_after_later": _fault(
        "{name} cannot count from {after}, which does not come before it.", "{name} 不能自 {after} 起算：后者不在其前。"
    ),
    "scheme.word_unknown": _fault(
        "{found} is not known as {word_kind}; known is: {allowed}. A word of your own is explained under words.",
        "{found} 不在{word_kind}词表中，可用：{allowed}；自定词语须在 words 列明。",
    ),
    "scheme.credit_code": _fault(
        "{found} is no credit code: its check characters do not fit.",
        "{found} 不是有效的统一社会信用代码，校验位不符。",
    ),
    "scheme.dates_out_of_order": _fault("{later} comes before {earlier}.", "{later} 早于 {earlier}。"),
    "scheme.cap_year": _fault(
        "the cap {cap} names a year exactly if its period is one.", "上限 {cap} 仅按年度计时须指明年度。"
    ),
    "scheme.cap_months": _fault(
        "the cap {cap} names months exactly if its period is rolling, and counts what is spent.",
        "上限 {cap} 仅按滚动期间计用券时须指明月数。",
    ),
    "scheme.cap_group_months": _fault(
        "the cap {cap} sums at most {at_most} months of a group.", "上限 {cap} 按关联企业组至多合计 {at_most} 个月。"
    ),
    "scheme.cap_regime": _fault(
        "the cap {cap} counts state aid ({regime}): what is authorised to a group over rolling months.",
        "上限 {cap} 计入国家援助（{regime}），须按关联企业组、滚动月份统计冻结金额。",
    ),
    "scheme.regime_currency": _fault(
        "other schemes count the regime {regime} in {currency}.", "其他方案以 {currency} 统计援助类别 {regime}。"
    ),
    "scheme.regime_limits": _fault(
        "the regime {regime} has one limit and one number of months in a file.",
        "同一文件中援助类别 {regime} 的限额和月数应一致。",
    ),
    "scheme.cap_regime_twice": _fault(
        "the regime {regime} is counted by one cap, not by {cap} as well.", "援助类别 {regime} 只能由一个上限统计。"
    ),
    "scheme.cap_bucket": _fault(
        "the cap {cap} names categories exactly if it is about a bucket of them.",
        "上限 {cap} 仅以类别组为对象时须指明类别。",
    ),
    "scheme.cap_subject": _fault("the cap {cap} counts what its subject does not have.", "上限 {cap} 的对象不符。"),
    "scheme.share_zero": _fault("a share of nothing pays nothing.", "补贴比例不能为零。"),
    "scheme.our_default": _fault(
        "nobody has published {rule}: {value} is your own choice.", "{rule} 未见公布，所填 {value} 为自定。"
    ),
    "scheme.house_default": _fault(
        "the file does not say {rule}: the house takes {value}.", "文件未写 {rule}，采用系统默认值 {value}。"
    ),
    "scheme.draft_basis": Problem(
        409,
        "The basis {basis} is a draft that was not in force: whoever publishes on it says so, and so does a second"
        " person.",
        "依据 {basis} 为尚未施行的草案：须由两人先后确认后发布。",
        "Read the warning, then name its code in accepted.",
        "请阅知后列明该提示的代码再次提交。",
    ),
    "scheme.calendar_not_loaded": Problem(
        422,
        LINE_AND_COLUMN["en"] + "the working days of {year} are not loaded.",
        LINE_AND_COLUMN["zh-CN"] + "{year} 年工作日历尚未载入。",
        "Load that year's calendar first; the file needs no change. It is heard of a few seconds later.",
        "请先载入该年工作日历，文件无须更正；载入后数秒生效。",
    ),
}
