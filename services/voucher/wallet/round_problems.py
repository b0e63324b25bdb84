"""Decides what refusals of a round's methods, notices and draws mean to a client."""

from collections.abc import Mapping

from services.chassis.problems import Problem

_READ = ("Read it again; its state has moved on.", "请重新查询，状态已变化。")
_ANOTHER = ("Let another person do it.", "请由其他人员办理。")
_CHECK = ("Check the id.", "请检查编号。")
_DATE = ("Correct the date.", "请更正时间。")
_NONE = ("There is nothing to do here in this round.", "本批次无法再办理。")

PROBLEMS: Mapping[str, Problem] = {
    "application.too_many": Problem(
        422,
        "{used} of {limit} applications were made in {period}.",
        "{period} 期间可申领 {limit} 次，已申领 {used} 次。",
        "Apply again in the next period, or withdraw one.",
        "请在下一期间申领，或撤回已有申领。",
    ),
    "application.unspent": Problem(
        422,
        "Earlier vouchers of the scheme still have {unspent}: they are used up first.",
        "此前发放的券尚有 {unspent} 未使用，须先用完。",
        "Use up what you have first.",
        "请先用完已有的券。",
    ),
    "round.first_come": Problem(
        409,
        "Who comes first is served at once in this round; nothing is ranked.",
        "本批次先到先得，无需排序。",
        *_NONE,
    ),
    "round.is_paused": Problem(
        409, "The round is paused.", "批次已暂停。", "Resume it by a notice first.", "请先发布恢复公告。"
    ),
    "round.paused": Problem(
        409,
        "The round is paused by notice {document}: {text_en}",
        "批次已按公告 {document} 暂停：{text_zh}",
        "Apply once it goes on.",
        "请在恢复后申领。",
    ),
    "round.cancelled": Problem(
        409,
        "The round was cancelled by notice {document}: {text_en}",
        "本批次已依公告 {document} 取消：{text_zh}",
        *_NONE,
    ),
    "round.not_finished": Problem(409, "The round is {state}.", "批次状态为 {state}。", *_READ),
    "round.not_settled": Problem(
        409,
        "Of the round {unspent} may still be spent; {unclaimed} captures are not claimed, {unpaid} legs not paid, and"
        " of {in_escrow} redemptions a holder's money is in escrow.",
        "本批次尚有 {unspent} 可用，{unclaimed} 笔核销未兑付，{unpaid} 笔款项未拨付，"
        "{in_escrow} 笔用券的托管款未退清。",
        *_READ,
    ),
    "round.no_escrow_account": Problem(
        409,
        "Holders pay their own part in under this scheme, and the treasury {treasury} has no account in escrow for it"
        " in {currency}.",
        "本方案由持券人将自付部分存入托管账户，财政 {treasury} 尚未开立该币种（{currency}）的托管账户。",
        "Open one (kind escrow), then fund the round.",
        "请先开立托管类账户，再为批次安排资金。",
    ),
    "round.was_cancelled": Problem(409, "The round was cancelled.", "本批次已取消。", *_READ),
    "round.window_unknown": Problem(
        422,
        "The scheme has {windows} windows, and none of the number {window}.",
        "该券种有 {windows} 个申领期，没有第 {window} 个。",
        "Name one of them.",
        "请指明其中一个。",
    ),
    "notice.unknown": Problem(404, "There is no such notice.", "公告不存在。", *_CHECK),
    "notice.state": Problem(409, "The notice is {state} already.", "公告状态为 {state}。", *_READ),
    "notice.same_person": Problem(
        403, "Who proposed a notice does not decide it.", "公告不得由提出人本人决定。", *_ANOTHER
    ),
    "notice.open": Problem(
        409,
        "Another notice on this round is not decided yet.",
        "本批次另有公告尚未决定。",
        "Decide that one first.",
        "请先决定该公告。",
    ),
    "notice.not_now": Problem(
        409,
        "A notice of kind {kind} does not fit a round that is {state} and whose window ends at {closes_at}.",
        "批次状态为 {state}，申领窗口至 {closes_at}，不可发布该类公告（{kind}）。",
        *_READ,
    ),
    "notice.ranking": Problem(
        409,
        "Who applied in this window is being drawn or ranked, and comes before whoever applies in the next.",
        "本次窗口的申领正在抽签或排序，须先于下次窗口的申领完成。",
        "Rank the round first.",
        "请先完成排序。",
    ),
    "notice.funded_meanwhile": Problem(
        409,
        "The round was funded for the first time just now.",
        "本批次刚刚首次注资。",
        "Publish the notice again.",
        "请重新发布公告。",
    ),
    "notice.past": Problem(
        422, "It is {now}: the window would be over already.", "现在是 {now}，该窗口已经结束。", *_DATE
    ),
    "notice.not_later": Problem(
        422,
        "It stands at {stands}; a notice moves it to a later time only.",
        "目前为 {stands}，公告只能推迟。",
        *_DATE,
    ),
    "notice.order": Problem(
        422,
        "The window would not end before the allocation does, on {allocate_until}.",
        "申领窗口须在发放截止日 {allocate_until} 之前结束。",
        *_DATE,
    ),
    "notice.other_year": Problem(
        422,
        "The round gives out the budget of {year}; its allocation ends in that year.",
        "批次使用 {year} 年预算，须在当年发放完毕。",
        *_DATE,
    ),
    "disclosure.line_awaits_prorata": Problem(
        409,
        "The round issued beyond its budget: what is paid of this line is known once it was cut pro rata.",
        "本批次超额发放，须按比例核减后方可公示该明细。",
        "Wait for the pro-rata run.",
        "请等待按比例核减。",
    ),
    "prorata.unknown": Problem(404, "There is no such run.", "核减记录不存在。", *_CHECK),
    "prorata.state": Problem(409, "The run is {state} already.", "核减状态为 {state}。", *_READ),
    "prorata.same_person": Problem(
        403, "Who proposed the run does not decide it.", "核减不得由提出人本人决定。", *_ANOTHER
    ),
    "prorata.open": Problem(
        409,
        "A run of this round waits or was carried out: it is done once.",
        "本批次已有核减，只能办理一次。",
        *_READ,
    ),
    "prorata.full_backing": Problem(
        409, "The round never issues beyond its budget.", "本批次未超额发放，无需核减。", *_NONE
    ),
    "prorata.too_early": Problem(
        409,
        "The round is cut from {from} on, when nothing more is claimed in it.",
        "本批次自 {from} 起方可核减，届时不再受理兑付。",
        "Wait until then.",
        "请届时再办理。",
    ),
    "prorata.lines_open": Problem(
        409,
        "{lines} claim lines of the round are still under review.",
        "本批次尚有 {lines} 条兑付明细在审。",
        "Decide them first.",
        "请先完成审核。",
    ),
    "draw.unknown": Problem(
        404, "No draw was promised for this round.", "本批次尚未公布抽签承诺。", "Promise one.", "请先公布抽签承诺。"
    ),
    "draw.no_lottery": Problem(
        409, "The round is given out by {method}; nothing is drawn.", "本批次发放方式为 {method}，不抽签。", *_NONE
    ),
    "draw.too_late": Problem(
        409,
        "The window ended at {closes_at}; a draw is promised before that.",
        "申领窗口已于 {closes_at} 结束，抽签承诺须在此前公布。",
        *_NONE,
    ),
    "draw.done": Problem(409, "The draw was carried out.", "抽签已完成。", *_READ),
    "draw.not_drawn": Problem(
        409,
        "The round is ranked by a draw that was not carried out.",
        "本批次按抽签排序，抽签尚未进行。",
        "Carry out the draw first.",
        "请先进行抽签。",
    ),
    "draw.same_person": Problem(
        403, "Who promised the draw does not carry it out.", "抽签不得由承诺人本人进行。", *_ANOTHER
    ),
    "draw.promised": Problem(
        403,
        "A promise is not taken back by whoever made it.",
        "承诺人不得自行更换承诺。",
        *_ANOTHER,
    ),
    "draw.text_form": Problem(
        422,
        "The public text is not of the form that was promised: {form}, each digit standing for one.",
        "公开文本与承诺的格式不符：{form}（各数字位以开奖数字代入）。",
        "Send it as its source has it, written in that form.",
        "请按承诺的格式书写来源公布的内容。",
    ),
    "draw.secret_differs": Problem(
        422,
        "This is not the secret that was promised: its digest is not {commitment}.",
        "密值与承诺不符，其摘要应为 {commitment}。",
        "Send the secret as it was promised, to the character.",
        "请逐字提交承诺时的密值。",
    ),
}
