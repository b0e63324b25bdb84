"""Answers what an officer asks of scheme files at the command line: nothing is kept, no database is asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from services.chassis.refusals import Reason, Refusal
from services.voucher.scheme.domain import document
from services.voucher.scheme.domain.document import AWARD
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


def scheme_of(text: str) -> Scheme:
    """The scheme of vouchers that a text says. Refusals: every fault at once; ``scheme.no_vouchers`` for awards."""
    read = reading.read(text)
    read.refuse()
    if read.document["family"] == AWARD:
        raise Refusal("scheme.no_vouchers", numbers={"scheme": read.document["scheme"]})
    return document.read(read.document)
