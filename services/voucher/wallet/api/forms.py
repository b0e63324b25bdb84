"""Speaks HTTP for the form of a round: what applications in it are asked, and how they are reviewed."""

from typing import Annotated, Any

from pydantic import ConfigDict, Field, PlainValidator, TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from services.chassis.http import Db, Permitted, router
from services.chassis.models import Line, Prose, StrictModel
from services.voucher.scheme.domain import applications as asked
from services.voucher.scheme.domain.applications import Applications
from services.voucher.wallet.api.names import RoundId
from services.voucher.wallet.operations import review_reading

routes = router()
ANSWERS_MAX = 50

GivenAnswer = bool | int | str
"""An answer as it was kept."""

_PROSE: TypeAdapter[str] = TypeAdapter(Prose)
_FORM = {"message_zh": "答复应为文字、整数或是否"}


def _answer(value: Any) -> GivenAnswer:
    """An answer of whichever kind; what is none of them is one fault, of the field itself."""
    if isinstance(value, bool | int):
        return value
    if not isinstance(value, str):
        raise PydanticCustomError("answer_form", "An answer is text, a whole number, true or false", _FORM)
    try:
        return _PROSE.validate_python(value)
    except ValidationError as error:
        fault = error.errors()[0]
        raise PydanticCustomError(fault["type"], fault["msg"]) from None


Answer = Annotated[GivenAnswer, PlainValidator(_answer, json_schema_input_type=GivenAnswer)]

Answers = Annotated[dict[Line, Answer], Field(max_length=ANSWERS_MAX)]
"""Answers by the field's name: amounts as decimal text, dates as YYYY-MM-DD, documents by their ids."""


class AnswersBody(StrictModel):
    """The answers to the form in place of those given before; without them those stand."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"answers": {"project": "Spindle test", "cost": "40000.00", "new": True}}]}
    )

    answers: Answers | None = None


class FieldLabel(StrictModel):
    """A text in both languages."""

    zh: str
    en: str


class FieldView(StrictModel):
    """One question. kind: text, amount, whole_number, date, yes_no, choice (one of `choices`), document or project."""

    field: str
    kind: str
    label: FieldLabel
    required: bool
    choices: list[str]


class FormView(StrictModel):
    """What applications in a round are asked and how they are reviewed: nothing where the scheme says nothing.

    review: the stages in their order; refusal_reasons: the only ones that a reviewer may give; working days for each.
    """

    fields: list[FieldView]
    review: list[str]
    refusal_reasons: list[str]
    review_within: int | None
    correction_within: int | None
    appeal_within: int | None


NOTHING = FormView(
    fields=[], review=[], refusal_reasons=[], review_within=None, correction_within=None, appeal_within=None
)


def form_view(asks: Applications | None) -> FormView:
    """The form of a scheme as shown."""
    if asks is None:
        return NOTHING
    return FormView(
        fields=[_field(field) for field in asks.form.value],
        review=list(asks.review.value),
        refusal_reasons=list(asks.refusal_reasons.value),
        review_within=asks.review_within.value,
        correction_within=asks.correction_within.value,
        appeal_within=asks.appeal_within.value,
    )


def _field(field: asked.Field) -> FieldView:
    label = FieldLabel(zh=field.label_zh, en=field.label_en)
    return FieldView(
        field=field.name, kind=field.kind, label=label, required=field.required, choices=list(field.choices)
    )


@routes.get("/v1/rounds/{round_id}/form", tags=["rounds"])
async def get_round_form(round_id: RoundId, db: Db, permit: Permitted) -> FormView:
    """The form that applications in a round fill in, with its labels in both languages."""
    return form_view(await review_reading.read_form(db, permit=permit, round_id=round_id))
