"""Decides how a refusal is told: one total table from stable codes to status, cause and remedy (RFC 9457)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import BaseModel

from services.chassis.refusals import Reason, Refusal

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "https://innovoucher.example/problems/"


Words = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Problem:
    """What a code means. en, zh: the cause, filled from the reason's numbers; remedy: what the caller can do.

    words: what values are called in a Chinese sentence, by the name under which a reason tells them.
    """

    status: int
    en: str
    zh: str
    remedy_en: str
    remedy_zh: str
    retryable: bool = False
    words: Words = field(default_factory=dict, repr=False, compare=False)

    def in_chinese(self, name: str, value: object) -> object:
        """What a value, or each of a list, is called in a sentence; what is not called anything stands as it is."""
        words, said = self.words.get(name, {}), str(value)
        if not words or said in words:
            return words.get(said, value)
        return "、".join(words.get(one, one) for one in said.split(", "))


class ProblemError(BaseModel):
    """One reason: where it is, which rule said no, and its numbers."""

    pointer: str | None
    code: str
    rule: str | None
    message: str
    numbers: dict[str, Any]
    clause: str | None


class ProblemDocument(BaseModel):
    """application/problem+json (RFC 9457): the first reason as the problem, all of them in ``errors``."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    retryable: bool
    request_id: str
    errors: list[ProblemError]


NOT_JSON: Mapping[str, str] = {
    "Expecting value": "此处缺少值",
    "Extra data": "末尾有多余内容",
    "Expecting ',' delimiter": "缺少逗号",
    "Expecting ':' delimiter": "缺少冒号",
    "Expecting property name enclosed in double quotes": "键须用双引号",
    "NUL or unpaired surrogate in text": "文本含空字符或不成对的代理字符",
    "a key stands twice": "同一键重复",
    "it is not in UTF-8": "编码不是 UTF-8",
    "nested too deeply": "嵌套过深",
}
"""What a reader of JSON says of a body, in Chinese; anything else is told as it says it."""
_REPAIR = ("Correct the named fields and send again.", "请更正所列字段后重新提交。")
_LOGIN = ("Log in again.", "请重新登录。")
_LATER = ("Wait as long as Retry-After says and send again.", "请按 Retry-After 等待后重试。")

CHASSIS_PROBLEMS: Mapping[str, Problem] = {
    "request.malformed": Problem(
        400,
        "The body is not acceptable JSON: {why}.",
        "请求体不是合格的 JSON：{why}。",
        *_REPAIR,
        words={"why": NOT_JSON},
    ),
    "request.invalid": Problem(422, "{message}.", "{message_zh}。", *_REPAIR),
    "request.too_large": Problem(
        413, "The body is larger than allowed here.", "请求体超过上限。", "Send less at a time.", "请分批提交。"
    ),
    "request.not_found": Problem(404, "There is nothing here.", "此处无内容。", "Check the address.", "请检查地址。"),
    "request.method": Problem(
        405,
        "This method is not allowed here.",
        "此处不支持该方法。",
        "Use a method of Allow.",
        "请使用 Allow 所列方法。",
    ),
    "request.deadline": Problem(
        422,
        "The request arrived or would have been decided after its own Request-Deadline.",
        "请求已超过其自带的截止时间。",
        "Ask the user, then send a new request.",
        "请与用户确认后重新发起。",
    ),
    "request.deadline_form": Problem(
        422, "Request-Deadline is an RFC 3339 instant with an offset.", "Request-Deadline 须为带时区的时间。", *_REPAIR
    ),
    "amount.malformed": Problem(422, "This is not an amount of money.", "金额格式不正确。", *_REPAIR),
    "amount.too_precise": Problem(422, "The currency has fewer decimals.", "金额小数位过多。", *_REPAIR),
    "amount.too_large": Problem(422, "The amount is larger than any we keep.", "金额过大。", *_REPAIR),
    "amount.not_positive": Problem(422, "The amount must be above zero.", "金额必须大于零。", *_REPAIR),
    "currency.unknown": Problem(422, "The currency is not known here.", "币种未知。", *_REPAIR),
    "page.cursor": Problem(
        422, "The cursor is not one of ours.", "翻页游标无效。", "Begin at the first page.", "请从首页开始。"
    ),
    "auth.missing": Problem(401, "No access token was sent.", "缺少访问令牌。", *_LOGIN),
    "auth.invalid": Problem(401, "The access token is not valid.", "访问令牌无效。", *_LOGIN),
    "auth.expired": Problem(
        401,
        "The access token has expired.",
        "访问令牌已过期。",
        "Ask for a new one by refresh, login or client credentials.",
        "请通过刷新、登录或客户端凭据获取新令牌。",
    ),
    "auth.revoked": Problem(401, "The access token was revoked.", "访问令牌已被撤销。", *_LOGIN),
    "auth.keys_unavailable": Problem(
        503, "The keys that verify tokens cannot be reached.", "暂时无法获取验签公钥。", *_LATER, retryable=True
    ),
    "auth.revocations_stale": Problem(
        503, "Revocations were not heard of for too long.", "撤销清单过旧，暂不受理写入。", *_LATER, retryable=True
    ),
    "auth.forbidden": Problem(
        403,
        "Your role may not do this.",
        "当前角色无此权限。",
        "Ask somebody whose role may.",
        "请由有权限的人员办理。",
    ),
    "mode.unavailable": Problem(
        422,
        "There is no {mode} database here.",
        "本系统没有 {mode} 数据库。",
        "Use a token of the other mode.",
        "请换用另一模式的令牌。",
    ),
    "idempotency.missing": Problem(
        428,
        "An Idempotency-Key is required here.",
        "此处必须提供 Idempotency-Key。",
        "Send a new random key.",
        "请附上新的随机键。",
    ),
    "idempotency.malformed": Problem(
        422,
        "An Idempotency-Key is 1 to 255 visible ASCII characters.",
        "Idempotency-Key 须为 1–255 个可见 ASCII 字符。",
        *_REPAIR,
    ),
    "idempotency.mismatch": Problem(
        422,
        "This Idempotency-Key was used for another request.",
        "该 Idempotency-Key 已用于另一请求。",
        "Use a new key for a new request.",
        "新请求请使用新键。",
    ),
    "idempotency.forgotten": Problem(
        409,
        "This request was carried out long ago; its answer is no longer kept. Its object is {object_id}.",
        "该请求早已完成，应答已不再保存；对象为 {object_id}。",
        "Read the object.",
        "请直接查询该对象。",
    ),
    "edit.precondition": Problem(
        412,
        "It was changed by somebody else meanwhile.",
        "内容已被他人修改。",
        "Read it again, then edit.",
        "请重新读取后再编辑。",
    ),
    "edit.unconditional": Problem(
        428,
        "If-Match is required here.",
        "此处必须提供 If-Match。",
        "Send the ETag that you read.",
        "请附上读取时的 ETag。",
    ),
    "document.unknown": Problem(
        404, "There is no such document.", "文件不存在。", "Send the document first.", "请先上传文件。"
    ),
    "document.empty": Problem(422, "The document is empty.", "文件为空。", *_REPAIR),
    "document.type": Problem(422, "Documents of this type are not taken.", "不接受该类型的文件。", *_REPAIR),
    "job.unknown": Problem(404, "There is no such job.", "任务不存在。", "Check the id.", "请检查编号。"),
    "job.not_failed": Problem(
        409, "Only a failed job is resumed.", "仅失败的任务可以续办。", "Wait for it.", "请等待。"
    ),
    "sandbox.live": Problem(
        409, "The clock of a live database cannot be moved.", "正式库的时钟不可调整。", "Use a sandbox.", "请使用沙箱。"
    ),
    "sandbox.backwards": Problem(
        422, "The clock moves forward only; it is {now}.", "时钟只能前移，当前为 {now}。", *_REPAIR
    ),
    "feed.waiting": Problem(
        429,
        "You wait for events {most} times already.",
        "您已有 {most} 个事件等待连接。",
        "End one of them, or let one stream serve all that you need.",
        "请先结束其中一个，或用一个事件流满足全部需要。",
        retryable=True,
    ),
    "service.unavailable": Problem(503, "This cannot be served right now.", "服务暂不可用。", *_LATER, retryable=True),
    "internal": Problem(
        500,
        "Something went wrong on our side.",
        "系统内部错误。",
        "Send again with the same key.",
        "请用同一键重试。",
        retryable=True,
    ),
}


def catalogue(table: Mapping[str, Problem]) -> dict[str, dict[str, Any]]:
    """Every code as data, which each service's OpenAPI document carries and the gateway publishes."""
    return {
        code: {name: said for name, said in vars(problem).items() if name != "words"} for code, problem in table.items()
    }


def spoken(table: Mapping[str, Problem], words: Words) -> dict[str, Problem]:
    """The same problems, whose Chinese sentences call values by these words."""
    return {code: replace(problem, words=words) for code, problem in table.items()}


def language_of(accept_language: str | None) -> str:
    """``zh-CN`` or ``en``: the first of ours in Accept-Language, English when neither is named."""
    for part in (accept_language or "").lower().split(","):
        tag = part.split(";")[0].strip()
        if tag.startswith("zh"):
            return "zh-CN"
        if tag.startswith("en"):
            return "en"
    return "en"


def message(problem: Problem, reason: Reason, language: str) -> str:
    """The cause in the reader's language, with the reason's numbers in it."""
    if language == "zh-CN":
        told = {name: problem.in_chinese(name, value) for name, value in reason.numbers.items()}
        return problem.zh.format_map(_Gaps(told))
    return problem.en.format_map(_Gaps(reason.numbers))


class _Gaps(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "–"


def document(
    table: Mapping[str, Problem], refusal: Refusal, *, instance: str, request_id: str, language: str
) -> dict[str, Any]:
    """The problem document of a refusal: its first reason as the problem, all of them in ``errors``."""
    first = refusal.reasons[0]
    problem = table[first.code]
    return {
        "type": TYPE_PREFIX + first.code,
        "title": message(problem, first, language),
        "status": problem.status,
        "detail": problem.remedy_zh if language == "zh-CN" else problem.remedy_en,
        "instance": instance,
        "code": first.code,
        "retryable": problem.retryable,
        "request_id": request_id,
        "errors": [_error(table[reason.code], reason, language) for reason in refusal.reasons],
    }


def _error(problem: Problem, reason: Reason, language: str) -> dict[str, Any]:
    return {
        "pointer": reason.pointer,
        "code": reason.code,
        "rule": reason.rule,
        "message": message(problem, reason, language),
        "numbers": dict(reason.numbers),
        "clause": reason.clause,
    }
