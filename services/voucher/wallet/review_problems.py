"""Decides what the refusals around applications in review mean to a client: forms, reviews, samples and appeals."""

from collections.abc import Mapping

from services.chassis.problems import Problem

_ANSWER = ("Correct the named answers and send again.", "请更正所列回答后重新提交。")
_READ = ("Read the application; its state has moved on.", "请重新查询申领，状态已变化。")
_OTHER_REVIEWER = ("Let another reviewer decide.", "请由另一审核人办理。")
_REPAIR = ("Correct the named fields and send again.", "请更正所列字段后重新提交。")
_FINAL = ("You may appeal within the scheme's days.", "可在规定期限内提出申诉。")
_WAIT = ("Wait for it, then send again.", "请等待后重新提交。")

FORMS: Mapping[str, Problem] = {
    "form.unasked": Problem(
        422, "The form does not ask this.", "表单没有该项目。", "Leave it out.", "请勿填写该项目。"
    ),
    "form.missing": Problem(422, "The form needs an answer here.", "该项目为必填。", *_ANSWER),
    "form.text": Problem(422, "This is a text of up to 2000 characters.", "该项目应为不超过 2000 字的文字。", *_ANSWER),
    "form.amount": Problem(
        422,
        "This is an amount as decimal text in the scheme's currency.",
        "该项目应为本券种币种的十进制金额文本。",
        *_ANSWER,
    ),
    "form.whole_number": Problem(422, "This is a whole number from 0 on.", "该项目应为不小于零的整数。", *_ANSWER),
    "form.date": Problem(422, "This is a date written YYYY-MM-DD.", "该项目应为年-月-日格式的日期。", *_ANSWER),
    "form.project": Problem(422, "This is the name of a project.", "该项目应为项目名称。", *_ANSWER),
    "form.yes_no": Problem(422, "This is true or false.", "该项目应为是或否。", *_ANSWER),
    "form.choice": Problem(422, "This is one of {choices}.", "该项目应为下列之一：{choices}。", *_ANSWER),
    "form.document": Problem(
        422,
        "This is the id of a document that your organisation has sent.",
        "该项目应为贵单位已上传文件的编号。",
        "Send the document first.",
        "请先上传文件。",
    ),
}

REVIEWS: Mapping[str, Problem] = {
    "application.not_in_review": Problem(
        409, "The application is {state}; no reviewer is asked now.", "申领状态为{state}，当前无需审核。", *_READ
    ),
    "application.other_stage": Problem(
        403,
        "The application waits for the stage {stage}, which is not yours.",
        "申领处于 {stage} 审核环节，不属于您的环节。",
        *_OTHER_REVIEWER,
    ),
    "application.took_part": Problem(
        409, "You have a part in this case already.", "您已参与本案，须回避。", *_OTHER_REVIEWER
    ),
    "application.draw_first": Problem(
        409,
        "Who is reviewed a second time is drawn before the last stage answers.",
        "须先抽取复审样本，方可办理最后一级审核。",
        *_WAIT,
    ),
    "application.reason_unlisted": Problem(
        422, "The reason is one of {reasons}.", "理由应为下列之一：{reasons}。", *_REPAIR
    ),
    "application.reason_unasked": Problem(
        422, "Only a refusal has a reason of the list.", "仅不予通过时填写清单理由。", *_REPAIR
    ),
    "application.words_missing": Problem(422, "Say why, in words.", "请说明理由。", *_REPAIR),
    "application.points_missing": Problem(
        422, "The scheme ranks by points: give 0 to 100.", "本券种按得分排序，请给出零至一百分。", *_REPAIR
    ),
    "application.points_unasked": Problem(422, "No points are given here.", "此处不评分。", *_REPAIR),
    "application.returned_before": Problem(
        409,
        "It is returned once at a stage, and only by who answers first.",
        "每一环节仅可退回补正一次，且须由首位审核人提出。",
        "Approve or refuse it.",
        "请予以通过或不予通过。",
    ),
    "application.not_returned": Problem(
        409, "The application is {state}; nobody asked for a correction.", "申领状态为{state}，无需补正。", *_READ
    ),
    "application.refused": Problem(
        422, "Refused at the stage {stage}: {reason}. {words}", "{stage} 环节审核未通过：{reason}。{words}", *_FINAL
    ),
    "application.no_answer": Problem(
        422,
        "No correction came within {working_days} working days.",
        "未在 {working_days} 个工作日内补正。",
        *_FINAL,
    ),
    "round.under_review": Problem(
        409,
        "Applications of the round are still in review.",
        "本批次仍有申领在审核中。",
        "Wait for their reviews.",
        "请等待审核完成。",
    ),
    "sample.not_asked": Problem(
        422, "The scheme asks for no such sample.", "本券种未要求此类抽样。", "Draw none.", "无需抽样。"
    ),
    "sample.nobody": Problem(409, "Nobody waits for this draw.", "没有待抽样的申领。", *_WAIT),
    "sample.review_first": Problem(
        409,
        "Some have not passed their reviewers yet.",
        "尚有申领未经审核。",
        "Wait for their reviews.",
        "请等待审核完成。",
    ),
    "sample.not_among": Problem(
        422, "This application does not wait for this draw.", "该申领不在本次抽样范围。", *_REPAIR
    ),
}

APPEALS: Mapping[str, Problem] = {
    "appeal.unknown": Problem(404, "There is no such appeal.", "申诉不存在。", "Check the id.", "请检查编号。"),
    "appeal.not_refused": Problem(
        409, "The application is {state}; only a refusal is appealed.", "申领状态为{state}，不可申诉。", *_READ
    ),
    "appeal.not_offered": Problem(
        422,
        "The scheme names no time for appeals.",
        "本券种未规定申诉期限。",
        "Ask the scheme's operator.",
        "请咨询主管部门。",
    ),
    "appeal.too_late": Problem(
        409,
        "Appeals were taken until {until}, {working_days} working days after the refusal.",
        "申诉期限为不予通过后 {working_days} 个工作日，已于 {until} 截止。",
        "There is nothing to do here.",
        "本案无法再申诉。",
    ),
    "appeal.filed_before": Problem(
        409, "This refusal was appealed before.", "该决定已申诉过。", "Read that appeal.", "请查询原申诉。"
    ),
    "appeal.state": Problem(
        409, "The appeal is {state}; it is decided once.", "申诉状态为{state}，不可再次裁决。", *_READ
    ),
    "appeal.took_part": Problem(
        409,
        "Who has a part in the case does not decide its appeal.",
        "已参与本案的人员不得裁决申诉。",
        *_OTHER_REVIEWER,
    ),
    "appeal.cap_used": Problem(
        409,
        "The organisation has applied {used} times in {period} since; the limit is {limit}.",
        "该单位在 {period} 期内已另行申领 {used} 次，上限为 {limit} 次。",
        "Dismiss the appeal, or let another application be withdrawn first.",
        "请驳回申诉，或先撤回其他申领。",
    ),
    "appeal.other_application": Problem(
        409,
        "The organisation has another live application in this round.",
        "该单位在本批次已有其他有效申领。",
        "Dismiss the appeal, or let the other one be withdrawn first.",
        "请驳回申诉，或先撤回另一申领。",
    ),
}

PROBLEMS: Mapping[str, Problem] = {**FORMS, **REVIEWS, **APPEALS}
