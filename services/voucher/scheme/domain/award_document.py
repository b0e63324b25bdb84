"""Reads the awards of a scheme file's document into the frozen values of `awards`."""

from fractions import Fraction
from functools import partial

from services.voucher.scheme.domain.awards import Award, AwardCase, Ceiling, Regime
from services.voucher.scheme.domain.rule import ALWAYS
from services.voucher.scheme.domain.words import Document, Words, rule, rule_or_none, working_days


def award(said: Document, words: Words, split: Document | None) -> Award:
    """One award that a document says. split: that of the settlement, which counts where the award names none."""
    amount, share = _paid(said, words)
    return Award(
        id=said["award"],
        title_zh=said["title"]["zh"],
        title_en=said["title"]["en"],
        mode=rule(said["mode"]),
        payee=rule(said["payee"]),
        base=said["base"],
        source=said["source"],
        as_of=said["as_of"],
        amount=amount,
        share=share,
        cases=tuple(_case(one, words) for one in said.get("cases", ())),
        when=words.when(said["when"]) if "when" in said else ALWAYS,
        ceiling=rule_or_none(said.get("ceiling"), _ceiling),
        regime=rule_or_none(said.get("regime"), partial(_regime, words)),
        limit=rule_or_none(said.get("limit"), words.amount),
        period=said.get("period"),
        once_per=rule_or_none(said.get("once_per"), tuple),
        split=words.split(said.get("split", split)),
        spend_on=rule_or_none(said.get("spend_on"), tuple),
        report_within=working_days(said["report_within"]) if "report_within" in said else None,
    )


def _paid(said: Document, words: Words) -> tuple[int | None, Fraction | None]:
    amount = words.amount(said["amount"]) if "amount" in said else None
    return amount, Fraction(said["share"]) if "share" in said else None


def _case(said: Document, words: Words) -> AwardCase:
    amount, share = _paid(said, words)
    return AwardCase(words.when(said["when"]), said["source"], amount, share)


def _ceiling(value: Document) -> Ceiling:
    return Ceiling(Fraction(value["share"]), value["of"], tuple(value.get("less", ())))


def _regime(words: Words, value: Document) -> Regime:
    return Regime(value["name"], value["months"], words.amount(value["limit"]))
