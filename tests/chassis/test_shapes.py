"""A fault of shape is told where it is, and in words for what was sent, in both languages."""

from typing import Annotated, Any, Literal, Self

import pytest
from pydantic import Field, SecretStr, TypeAdapter, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from services.chassis.models import Day, Instant, StrictModel
from services.chassis.refusals import Reason
from services.chassis.shapes import reason


class Secret(StrictModel):
    """Text that no log repeats."""

    code: Annotated[SecretStr, Field(min_length=1, max_length=3)]


class Walk(StrictModel):
    """One of two verbs."""

    verb: Literal["walk"]


class Run(StrictModel):
    """The other one, with a rule of its own."""

    verb: Literal["run"]

    @model_validator(mode="after")
    def _never(self) -> Self:
        raise PydanticCustomError("never", "Nobody runs here", {"message_zh": "此处禁止奔跑"})


Verb = Annotated[Walk | Run, Field(discriminator="verb")]


def told(kind: Any, value: Any) -> Reason:
    """The only fault of a body."""
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(kind).validate_python(value)
    (fault,) = refused.value.errors()
    return reason({**fault, "loc": ("body", *fault["loc"])}, ())


@pytest.mark.parametrize(
    ("kind", "value", "english", "chinese"),
    [
        (Secret, {"code": ""}, "This text is too short", "文本过短"),
        (Secret, {"code": "abcd"}, "This text is too long", "文本过长"),
        (Annotated[list[int], Field(min_length=1)], [], None, "项目过少"),
        (Verb, {"verb": "fly"}, "This is none of 'walk', 'run'", "取值不在允许范围内"),
        (Verb, {}, "Field required", "缺少必填字段"),
        (Verb, {"verb": "run"}, "Nobody runs here", "此处禁止奔跑"),
        (Day, "2020-9-14", "A date is text, written YYYY-MM-DD", "日期格式应为 YYYY-MM-DD"),
    ],
)
def test_what_is_wrong_is_said_of_what_was_sent(kind: Any, value: Any, english: str | None, chinese: str) -> None:
    said = told(kind, value).numbers
    assert english in (None, said["message"])
    assert said["message_zh"] == chinese


@pytest.mark.parametrize("value", ["2030-09-25", "2030-09-25T10:00:00", 7, "2030-09-25T10:00:00 08:00"])
def test_an_instant_is_not_told_to_be_a_date(value: Any) -> None:
    chinese = str(told(Instant, value).numbers["message_zh"])
    assert "T01:00:00Z" in chinese
    assert "YYYY" not in chinese


@pytest.mark.parametrize("value", [{"verb": "fly"}, {}])
def test_the_verb_is_the_member_at_fault(value: Any) -> None:
    assert told(Verb, value).pointer == "/verb"
