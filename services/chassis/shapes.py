"""Decides how a fault in the shape of what was sent is told: where it is, and what is wrong, in both languages."""

from collections.abc import Container, Mapping
from typing import Any

from services.chassis.refusals import Reason

SHAPES_ZH: Mapping[str, str] = {
    "missing": "缺少必填字段",
    "extra_forbidden": "不接受该字段",
    "string_type": "该字段应为文本",
    "string_too_long": "文本过长",
    "string_too_short": "文本过短",
    "string_pattern_mismatch": "文本格式不符",
    "int_type": "该字段应为整数",
    "bool_type": "该字段应为布尔值",
    "enum": "取值不在允许范围内",
    "literal_error": "取值不在允许范围内",
    "too_long": "项目过多",
    "too_short": "项目过少",
    "id_form": "编号格式不符",
    "date_form": "日期格式应为 YYYY-MM-DD",
    "instant_form": "时间须为带时区的 RFC 3339 格式，如 2020-09-14T01:00:00Z",
    "date_from_datetime_parsing": "该日期不存在或格式不符，应为 YYYY-MM-DD",
    "datetime_from_date_parsing": "时间格式不符，应如 2020-09-14T01:00:00Z；网址中的 + 须写作 %2B",
    "int_parsing": "该字段应为整数",
    "greater_than_equal": "数值过小",
    "less_than_equal": "数值过大",
    "union_tag_invalid": "取值不在允许范围内",
    "union_tag_not_found": "缺少必填字段",
    "text_characters": "含有不可见或改变方向的字符",
    "text_empty": "不能为空",
    "currency_differs": "各金额须为同一币种",
}
"""What is wrong with the shape of a field, by the validator's own name for it; English comes from the validator."""

SHAPES_EN: Mapping[str, str] = {
    "string_too_short": "This text is too short",
    "string_too_long": "This text is too long",
    "union_tag_not_found": "Field required",
    "datetime_from_date_parsing": "This is no instant; it is written 2020-09-14T01:00:00Z, and + as %2B in an address",
}
"""The same in English, where the validator speaks of itself and not of what was sent."""

NO_BODY = (
    "A JSON body is needed here; where there is nothing to say, send {}",
    "此处需要 JSON 请求体；无内容时请发送 {}",
)
"""What is wrong where no body came at all."""


def reason(fault: Mapping[str, Any], known: Container[str]) -> Reason:
    """A fault as the validator found it; one whose name is a code that is known speaks for itself."""
    kind = str(fault["type"])
    told = dict(fault.get("ctx", {}))
    if kind == "json_invalid":
        return Reason("request.malformed", numbers={"why": str(told["error"])})
    place = [str(part).replace("~", "~0").replace("/", "~1") for part in fault["loc"]]
    if "discriminator" in told:  # the member that says which of several shapes it has is the one at fault
        place.append(told["discriminator"].strip("'"))
    pointer = "/" + "/".join(place[1:] if place[0] == "body" else place)
    if kind in known:
        return Reason(kind, rule=str(told.pop("rule", kind)), pointer=pointer, numbers=told)
    if told.get("field_type") == "Value":  # text that is kept secret is counted as if it were a list
        kind = f"string_{kind}"
    english, chinese = _said(kind, fault, told)
    return Reason("request.invalid", rule=kind, pointer=pointer, numbers={"message": english, "message_zh": chinese})


def _said(kind: str, fault: Mapping[str, Any], told: Mapping[str, Any]) -> tuple[str, str]:
    """In English and Chinese; what a body of ours says of itself as a whole brings its Chinese as `message_zh`."""
    if kind == "missing" and fault["loc"] == ("body",):
        return NO_BODY
    english = f"This is none of {told['expected_tags']}" if "expected_tags" in told else str(fault["msg"])
    chinese = told.get("message_zh") or SHAPES_ZH.get(kind, "该字段的格式不符合要求")
    return SHAPES_EN.get(kind, english), chinese
