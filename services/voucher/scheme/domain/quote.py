"""Answers a worked case from a scheme's document alone: what is paid, of what, by which rules, or why nothing is."""

from collections.abc import Mapping
from typing import Any

from services.chassis.refusals import Refusal
from services.voucher.scheme.domain import award_quote, holder_quote, price_quote, sanction_quote, year_quote
from services.voucher.scheme.domain.case import read_case
from services.voucher.scheme.domain.document import read, read_awards
from services.voucher.scheme.domain.words import AWARD, Document

Answer = dict[str, Any]
"""By the words of the worked cases: amounts as decimal text, ``decisions`` and ``refused`` as lists."""


def quote(document: Document, told: Mapping[str, Any]) -> Answer:
    """What a scheme's document answers to a case, by its words; only the fields that apply are in the answer.

    The document has passed the schema and `checks.faults`. Refusal with every fault of the case (see `read_case`), or
    ``case.asks_nothing`` when nothing that it tells asks the scheme for an answer.
    """
    scheme = read_awards(document) if document["family"] == AWARD else read(document)
    case = read_case(told, document)
    answers = [award_quote.answer(scheme, case), sanction_quote.answer(scheme, case)]
    if document["family"] != AWARD:
        vouchers = read(document)
        answers = [price_quote.answer(vouchers, case), year_quote.answer(vouchers, case), *answers]
    if not any(answers):
        answers = [holder_quote.answer(scheme, case)]
    answer: Answer = {}
    for one in answers:
        for word, value in one.items():
            answer[word] = answer[word] + value if word in {"decisions", "refused"} and word in answer else value
    if not answer:
        raise Refusal("case.asks_nothing", numbers={"scheme": scheme.id})
    return answer
