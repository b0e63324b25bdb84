"""What an application asks of its party, and how it is reviewed before anything is issued."""

from dataclasses import dataclass
from fractions import Fraction

from services.voucher.scheme.domain.rule import Rule


@dataclass(frozen=True, slots=True)
class Field:
    """One question of the form: its name, kind, and label in both languages.

    kind: text, amount (fen), whole_number, date, yes_no, choice (one of `choices`), document or project, whose
    answer names what is to be supported: the same project is found again in other rounds, schemes and lists.
    """

    name: str
    kind: str
    label_zh: str
    label_en: str
    required: bool
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Applications:
    """How applications are made and reviewed. A scheme without this section reviews nothing before it issues.

    review: the stages in their order (district, city, expert). In working days: review_within for each stage,
    correction_within for the party once a stage asks, appeal_within after a refusal. refusal_reasons: the only ones a
    reviewer may give. audit_sample and second_review: the share of the applications drawn by a published seed.
    """

    form: Rule[tuple[Field, ...]]
    review: Rule[tuple[str, ...]]
    review_within: Rule[int]
    correction_within: Rule[int]
    refusal_reasons: Rule[tuple[str, ...]]
    appeal_within: Rule[int]
    audit_sample: Rule[Fraction] | None = None
    second_review: Rule[Fraction] | None = None
