"""Decides what the wallet's refusals mean to a client: status, cause and remedy of each code."""

from collections.abc import Mapping

from services.chassis.problems import Problem

_CHECK = ("Check the id.", "请检查编号。")
_READ = ("Read it again; its state has moved on.", "请重新查询，状态已变化。")
_ASK_US = ("Ask the scheme's operator.", "请咨询主管部门。")
_READ_VOUCHER = ("Read the voucher; its state has moved on.", "请重新查询该券，状态已变化。")
_USE_IN_TIME = ("Use it before it ends.", "请在到期前使用。")
_NONE = ("There is nothing to do here in this round.", "本批次无法再办理。")

PROBLEMS: Mapping[str, Problem] = {
    "balance.future": Problem(
        422,
        "It is {now}: no balance is known of an instant that lies ahead.",
        "现在是 {now}，无法查询将来的余额。",
        "Ask for a past instant.",
        "请查询过去的时点。",
    ),
    "statement.days": Problem(
        422, "The period ends before it begins.", "起始日期晚于截止日期。", "Turn the days round.", "请调换日期。"
    ),
    "round.unknown": Problem(404, "There is no such round.", "批次不存在。", *_CHECK),
    "round.not_draft": Problem(409, "The round is {state}; only a draft is published.", "批次状态为 {state}。", *_READ),
    "round.window_passed": Problem(422, "The window ended at {closes_at}.", "申领窗口已于 {closes_at} 结束。", *_NONE),
    "round.calendar_not_loaded": Problem(
        422,
        "The working days of {year} are not loaded.",
        "{year} 年工作日历尚未载入。",
        "Load that year's calendar first.",
        "请先载入该年度日历。",
    ),
    "round.not_published": Problem(
        409,
        "The round is {state}; it is ranked once, after it was published.",
        "批次状态为 {state}，不可排序。",
        *_READ,
    ),
    "round.still_open": Problem(
        409, "The window is open until {closes_at}.", "申领窗口至 {closes_at} 方结束。", "Wait.", "请等待。"
    ),
    "round.not_ranked": Problem(
        409, "The round is {state}; rank it first.", "批次状态为 {state}，请先排序。", "Rank the round.", "请先排序。"
    ),
    "list.under_way": Problem(
        409,
        "A list of this round is still being taken.",
        "本批次有名单正在处理。",
        "Wait for its job, or resume it if it failed.",
        "请等待该任务完成；如已失败，请恢复任务。",
    ),
    "list.empty": Problem(422, "The list has no rows.", "名单没有数据行。", "Send its rows.", "请提供数据行。"),
    "list.too_long": Problem(
        422,
        "The list has {rows} rows; at most {at_most} are taken.",
        "名单共 {rows} 行，上限 {at_most} 行。",
        "Send it in parts.",
        "请分批提交。",
    ),
    "simulation.too_many": Problem(
        422,
        "{applicants} applicants are too many to wait for; at most {at_most} are tried at once.",
        "申领者共 {applicants} 个，超过即时测算上限 {at_most} 个。",
        "Send the same to /v1/simulations: its job tells the answer.",
        "请提交为测算任务，完成后查询结果。",
    ),
    "roster.cell": Problem(
        422,
        "Row {row}, column {column}: {why}.",
        "第 {row} 行“{column}”列无法读取：{why}。",
        "Correct the cell.",
        "请更正该单元格。",
    ),
    "list.file": Problem(
        422,
        "The file is no list: {why}.",
        "文件无法读取：{why}。",
        "Send a CSV file in UTF-8.",
        "请提交 UTF-8 编码的 CSV 文件。",
    ),
    "list.cells": Problem(
        422,
        "The row has {cells} cells; the list has {columns} columns.",
        "该行有 {cells} 个单元格，名单共 {columns} 列。",
        "Give the row a cell for each column; a cell with a comma stands in quotation marks.",
        "请按列填写各单元格；含逗号的内容请加引号。",
    ),
    "list.holder_id": Problem(
        422,
        "This is no holder's id.",
        "持券人编号格式不正确。",
        "Write it as org_…, tea_… or per_….",
        "请填写 org_、tea_ 或 per_ 开头的编号。",
    ),
    "list.amount": Problem(
        422, "This is no amount to ask for: {why}.", "金额不正确：{why}。", "Correct the amount.", "请更正金额。"
    ),
    "list.client_ref": Problem(
        422,
        "A reference has 1 to 64 printable characters without spaces.",
        "编号须为 1 至 64 个可打印字符，不含空格。",
        "Correct the reference.",
        "请更正编号。",
    ),
    "list.repeated": Problem(
        422, "Row {row} has named it already.", "第 {row} 行已出现。", "Name it once.", "请勿重复填写。"
    ),
    "round.not_issued": Problem(
        409,
        "The first allocation is not done.",
        "首次发放尚未完成。",
        "Issue the round first.",
        "请先完成首次发放。",
    ),
    "round.not_funded": Problem(
        409, "The round has no budget.", "批次尚无预算。", "Fund the round first.", "请先拨入预算。"
    ),
    "round.finished": Problem(
        409, "The allocation ended with {allocate_until}.", "发放已于 {allocate_until} 截止。", *_NONE
    ),
    "round.use_by_passed": Problem(
        409, "Vouchers could be used until {use_by_ends} only.", "券的使用期已于 {use_by_ends} 截止。", *_NONE
    ),
    "round.way_not_built": Problem(
        422,
        "Vouchers of this scheme cannot be given out yet: {way} is not built.",
        "本政策的规则（{way}）尚未支持，暂不能发券。",
        "Publish a version that does without it.",
        "请发布不含该项规则的版本。",
    ),
    "round.second_line": Problem(
        409,
        "The round is funded from another budget line; one line funds a round.",
        "该批次已由其他预算指标出资。",
        "Use the same budget line.",
        "请使用同一预算指标。",
    ),
    "round.foreign_line": Problem(
        422,
        "A round of bureau {bureau} is funded from a line of that bureau.",
        "批次只能由 {bureau} 的预算指标出资。",
        "Use a line of that bureau.",
        "请使用该部门的预算指标。",
    ),
    "round.other_year": Problem(
        422,
        "A round whose allocation ends in {year} is funded from a line of that fiscal year.",
        "分配截止于 {year} 年的批次只能由该财政年度的预算指标出资。",
        "Use a line of that year.",
        "请使用该年度的预算指标。",
    ),
    "round.not_open": Problem(
        409, "The round is {state} and takes no applications.", "批次状态为 {state}，不受理申领。", *_NONE
    ),
    "round.closed": Problem(409, "The window closed at {at}.", "申领窗口已于 {at} 关闭。", *_NONE),
    "round.opens_later": Problem(
        409, "The window opens at {at}.", "申领窗口于 {at} 开放。", "Send again then.", "请届时再提交。"
    ),
    "client_ref.taken": Problem(
        409,
        "You have used this client_ref before.",
        "该 client_ref 已使用。",
        "Read what you created under it.",
        "请查询已创建的对象。",
    ),
    "application.unknown": Problem(404, "There is no such application.", "申领不存在。", *_CHECK),
    "application.no_organization": Problem(
        422,
        "You act for no organisation.",
        "当前账号未代表任何单位。",
        "Log in for an organisation.",
        "请以单位身份登录。",
    ),
    "application.holder_unknown": Problem(
        422,
        "Whoever you act for has not been heard of here yet.",
        "尚未获知该申领主体的登记信息。",
        "Send again in a minute.",
        "请一分钟后重试。",
        retryable=True,
    ),
    "application.no_region": Problem(
        422,
        "It is not recorded where you live, so that no reviewer is in charge.",
        "尚未登记居住地，无法确定审核部门。",
        "Have an operator record your region.",
        "请联系经办人登记所在地区。",
    ),
    "application.not_draft": Problem(
        409, "The application is {state}; only a draft is submitted.", "申领状态为 {state}，不可提交。", *_READ
    ),
    "application.state": Problem(
        409, "The application is {state} and can no longer be withdrawn.", "申领状态为 {state}，不可撤回。", *_READ
    ),
    "application.duplicate": Problem(
        409,
        "Your organisation has an application in this round.",
        "贵单位在本批次已有申领。",
        "Go on with that one.",
        "请继续办理原申领。",
    ),
    "application.currency": Problem(
        422, "The scheme is in {currency}.", "本券种币种为 {currency}。", "Use that currency.", "请使用该币种。"
    ),
    "application.over_cap": Problem(
        422,
        "At most {limit} may be asked for; {asked} was.",
        "单次申领上限 {limit}，申请 {asked}。",
        "Ask for less.",
        "请减少金额。",
    ),
    "application.not_the_face": Problem(
        422,
        "Each voucher is of {face}; {asked} was asked for.",
        "每张券面额固定为 {face}，申请 {asked}。",
        "Ask for the face value.",
        "请按面额申领。",
    ),
    "application.cap_used": Problem(
        422, "Of {limit} in {period}, {used} is used.", "{period} 年度额度 {limit}，已用 {used}。", *_NONE
    ),
    "voucher.unknown": Problem(404, "There is no such voucher.", "券不存在。", *_CHECK),
    "voucher.not_draft": Problem(
        409, "The voucher is {state}; only a draft is activated.", "券状态为 {state}，仅草稿可启用。", *_READ_VOUCHER
    ),
    "voucher.not_active": Problem(
        409, "The voucher is {state}, not active.", "券状态为 {state}，并非可用。", *_READ_VOUCHER
    ),
    "voucher.not_suspended": Problem(
        409, "The voucher is {state}, not suspended.", "券状态为 {state}，并非暂停。", *_READ_VOUCHER
    ),
    "voucher.ended": Problem(
        409,
        "The voucher is {state}: it ended at {ends_at} by {ends_by}, or is spent.",
        "券状态为 {state}，已于 {ends_at} 终止（{ends_by}）或已用完。",
        *_READ_VOUCHER,
    ),
    "voucher.extended_already": Problem(
        409, "The voucher was extended before; that is done once.", "该券已延期一次，不可再延。", *_USE_IN_TIME
    ),
    "extension.not_offered": Problem(422, "The scheme extends no voucher.", "本券种不予延期。", *_USE_IN_TIME),
    "extension.no_gain": Problem(
        422,
        "It would not end later: it ends at {ends_at}, extended at {would_end}.",
        "延期无效：现终止于 {ends_at}，延后亦为 {would_end}。",
        *_USE_IN_TIME,
    ),
    "extension.nothing_left": Problem(
        409,
        "Nothing is left to use: {expired} went back, the pool can give {pool}.",
        "券内无可用余额：已收回 {expired}，额度池余 {pool}。",
        "Apply in another round.",
        "请在其他批次申领。",
    ),
    "topup.currency": Problem(
        422, "The voucher is in {currency}.", "券的币种为 {currency}。", "Use that currency.", "请使用该币种。"
    ),
    "topup.pool_short": Problem(
        409,
        "The round's pool has {pool} left; {asked} was asked for.",
        "批次额度池余 {pool}，申请增加 {asked}。",
        "Ask for less, or fund the round.",
        "请减少金额或向批次拨入预算。",
    ),
    "topup.class_full": Problem(
        409,
        "The share of its class has {left} left; {asked} was asked for.",
        "该类别的预算份额余 {left}，申请增加 {asked}。",
        "Ask for less.",
        "请减少金额。",
    ),
    "topup.over_cap": Problem(
        422,
        "Of {limit} in {period}, {used} is used; {asked} was asked for.",
        "{period} 额度 {limit}，已用 {used}，申请增加 {asked}。",
        "Ask for less.",
        "请减少金额。",
    ),
    "change_request.unknown": Problem(404, "There is no such change request.", "变更申请不存在。", *_CHECK),
    "change_request.open": Problem(
        409,
        "A request of the kind {kind} waits for this voucher.",
        "该券已有待处理的{kind}申请。",
        "Wait for its decision.",
        "请等待处理结果。",
    ),
    "change_request.state": Problem(
        409, "The request is {state}; it is decided once.", "申请状态为 {state}，不可再次处理。", *_READ
    ),
    "change_request.same_person": Problem(
        409,
        "Who asked for the change does not decide it.",
        "提出变更的人员不得处理该变更。",
        "Let another person decide, or withdraw it.",
        "请由另一人处理，或撤回该申请。",
    ),
    "change_request.other_person": Problem(
        409,
        "Only who asked for the change withdraws it.",
        "变更申请只能由提出者本人撤回。",
        "Ask that person.",
        "请联系提出者。",
    ),
}
