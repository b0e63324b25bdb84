"""Answers what an officer asks of scheme files at the command line: nothing is kept, no database is asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from services.chassis.refusals import Reason
from services.voucher.scheme.domain import document
from services.voucher.scheme.domain.checking.fault import Document
from services.voucher.scheme.domain.explaining.explain import Difference, Paragraph, differences, paragraphs
from services.voucher.scheme.domain.next_year import next_year
from services.voucher.scheme.domain.scheme import Scheme
from services.voucher.scheme.domain.warnings import warnings
from services.voucher.scheme.operations import reading


@dataclass(frozen=True, slots=True)
class Checked:
    """What there is to say of a file: every fault at once, or its name and what nobody has published.

    scheme, effective (a local date as written) and title (by language) are empty where there are faults.
    """

    faults: tuple[Reason, ...]
    warnings: tuple[Reason, ...] = ()
    scheme: str = ""
    effective: str = ""
    title: Mapping[str, str] = field(default_factory=dict)


def check_scheme(text: str) -> Checked:
    """Look at the text of a scheme file."""
    read = reading.read(text)
    if read.faults:
        return Checked(tuple(read.reasons(read.faults)))
    said = read.document
    return Checked(
        faults=(),
        warnings=tuple(read.reasons(warnings(said))),
        scheme=said["scheme"],
        effective=said["effective"]["value"],
        title={"en": said["title"]["en"], "zh-CN": said["title"]["zh"]},
    )


def document_of(text: str) -> Document:
    """What a text says. Refusal of every fault at once."""
    read = reading.read(text)
    read.refuse()
    return read.document


def explain_scheme(text: str, language: str) -> list[Paragraph]:
    """What a file says in plain sentences, in ``zh-CN`` or ``en``. Refusal of every fault at once."""
    return paragraphs(document_of(text), language)


def compare_schemes(before: str, after: str, language: str) -> list[Difference]:
    """What differs between two files, rule by rule. Refusal of every fault at once of the first that has any."""
    return differences(document_of(before), document_of(after), language)


def begin_next_year(text: str) -> str:
    """Next year's draft of a file. Refusal of every fault at once."""
    document_of(text)
    return next_year(text, reading.places(text))


def scheme_of(text: str) -> Scheme:
    """The scheme of vouchers that a text says. Refusals: every fault at once; ``scheme.no_vouchers`` for awards."""
    return document.read(document_of(text))
