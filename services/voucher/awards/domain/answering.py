"""What a claim to an award answers to the form of its scheme: every fault at once, and the papers that it names."""

from collections.abc import Collection, Sequence
from uuid import UUID

from services.chassis.refusals import Reason
from services.voucher.scheme.domain.applications import Field
from services.voucher.scheme.domain.rule import Rule
from services.voucher.scheme.domain.scheme import AwardScheme, Rulebook
from services.voucher.wallet.domain import form
from services.voucher.wallet.domain.form import Answers


def form_of(scheme: Rulebook) -> Rule[tuple[Field, ...]]:
    """The form that claims to the awards of a scheme answer; empty where it has none, and of a scheme of vouchers,
    whose form is answered before a voucher is issued.
    """
    said = scheme.applications if isinstance(scheme, AwardScheme) else None
    return Rule((), "") if said is None else said.form


def faults(scheme: Rulebook, answers: Answers, *, own: Collection[UUID]) -> list[Reason]:
    """Every reason why these answers are not taken, as `wallet.domain.form` says them. own: the payee's documents."""
    return form.faults(form_of(scheme), answers, currency=scheme.currency, own=own, whole=True)


def papers(scheme: Rulebook, answers: Answers, document_ids: Sequence[UUID]) -> tuple[UUID, ...]:
    """The documents that a claim names, beside its answers and in them, each once."""
    named = form.documents(form_of(scheme), answers).values()
    return tuple(dict.fromkeys((*document_ids, *named)))
