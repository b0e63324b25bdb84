"""Remembers how a redemption and its captures lie in their rows: what each column says."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.standards.holding import Kind
from services.voucher.ledger.domain.counters import CounterKey
from services.voucher.redemption.domain.redemption import (
    NOTHING_DECLARED,
    Capture,
    Contract,
    ContractLine,
    Declared,
    Delivery,
    Form,
    LineRate,
    Measure,
    Portion,
    Redemption,
    Side,
    State,
    Take,
    Terms,
)

TERMS = (
    "voucher_id",
    "scheme_version_id",
    "holder_id",
    "provider_id",
    "payee_id",
    "region",
    "category",
    "currency",
    "asked",
    "description",
    "order_id",
    "part",
    "consent",
    "offering_id",
    "reimbursed",
    "replaces",
)
PLAIN = (
    "proposed_at",
    "client",
    "client_ref",
    "authorised_at",
    "authorised",
    "held",
    "settled",
    "deliver_by",
    "deliver_by_ends",
    "due_at",
    "due_on",
    "rating",
    "steps",
    "rate_version_id",
    "rate_case",
    "over_price",
    "let_go_by",
)


def redemption_of(row: Mapping[str, Any], captures: tuple[Capture, ...]) -> Redemption:
    """A row as a redemption, with its captures in their order."""
    contract = Contract(
        row["contract_number"],
        row["contract_signed_on"],
        row["contract_amount"],
        row["contract_completed_on"],
        row["contract_tax"],
        tuple(ContractLine(**one) for one in row["contract_lines"] or ()),
    )
    return Redemption(
        id=row["id"],
        terms=Terms(
            contract=contract,
            kind=Form(row["kind"]),
            declared=_declared(row["declared"]),
            holder_kind=Kind(row["holder_kind"]),
            **{name: row[name] for name in TERMS},
        ),
        state=State(row["state"]),
        proposed_by=Side(row["proposed_by"]),
        confirmed_by=_side(row["confirmed_by"]),
        void_asked_by=_side(row["void_asked_by"]),
        captures=captures,
        delivery=_delivery(row["delivery"]),
        takes=tuple(
            Take(CounterKey(one["cap"], one["subject"], one["period"]), Measure(one["measure"])) for one in row["takes"]
        ),
        acted=tuple(row["acted"]),
        line_rates=tuple(LineRate(**one) for one in row["line_rates"] or ()),
        **{name: row[name] for name in PLAIN},
    )


def row_of(one: Redemption) -> dict[str, Any]:
    """A redemption as a row."""
    contract = one.terms.contract
    return {
        "id": one.id,
        **{name: getattr(one.terms, name) for name in TERMS},
        "holder_kind": one.terms.holder_kind.value,
        "kind": one.terms.kind.value,
        "declared": _declared_json(one.terms.declared),
        "contract_number": contract.number,
        "contract_key": contract.key,
        "contract_signed_on": contract.signed_on,
        "contract_amount": contract.amount,
        "contract_completed_on": contract.completed_on,
        "contract_tax": contract.tax,
        "contract_lines": _listed(contract.lines),
        "line_rates": _listed(one.line_rates),
        "state": one.state.value,
        "proposed_by": one.proposed_by.value,
        "confirmed_by": one.confirmed_by.value if one.confirmed_by is not None else None,
        "void_asked_by": one.void_asked_by.value if one.void_asked_by is not None else None,
        "captured": one.captured,
        "refunded": one.refunded,
        "delivery": _delivery_json(one.delivery),
        "takes": [_take_json(take) for take in one.takes],
        "acted": list(one.acted),
        **{name: getattr(one, name) for name in PLAIN},
    }


def _side(name: str | None) -> Side | None:
    return None if name is None else Side(name)


def _declared(kept: Mapping[str, Any] | None) -> Declared:
    if kept is None:
        return NOTHING_DECLARED
    return Declared(tuple(kept["services"]), kept["subcontracted"], tuple(kept["funded_by"]))


def _declared_json(declared: Declared) -> dict[str, Any] | None:
    """Nothing for nearly all: who declares nothing."""
    if declared == NOTHING_DECLARED:
        return None
    return {
        "services": list(declared.services),
        "subcontracted": declared.subcontracted,
        "funded_by": list(declared.funded_by),
    }


def _take_json(take: Take) -> dict[str, str]:
    key = take.key
    return {"cap": key.cap, "subject": key.subject, "period": key.period, "measure": take.measure.value}


def _listed(said: Sequence[ContractLine | LineRate | Portion]) -> list[dict[str, Any]] | None:
    """Nothing for nearly all: whose contract is one line."""
    return [asdict(one) for one in said] or None


def _delivery_json(delivery: Delivery | None) -> dict[str, Any] | None:
    if delivery is None:
        return None
    return {
        "settlement": delivery.settlement,
        "completed_on": delivery.completed_on.isoformat(),
        "document_id": delivery.document_id.hex if delivery.document_id is not None else None,
        "last": delivery.last,
        "delivered_at": delivery.delivered_at.isoformat(),
        "tax": delivery.tax,
        "lines": _listed(delivery.lines),
    }


def _delivery(kept: Mapping[str, Any] | None) -> Delivery | None:
    if kept is None:
        return None
    return Delivery(
        kept["settlement"],
        date.fromisoformat(kept["completed_on"]),
        UUID(hex=kept["document_id"]) if kept["document_id"] is not None else None,
        kept["last"],
        datetime.fromisoformat(kept["delivered_at"]),
        kept.get("tax"),  # the release before wrote neither
        _portions(kept.get("lines")),
    )


def _portions(kept: Sequence[Mapping[str, Any]] | None) -> tuple[Portion, ...]:
    return tuple(Portion(**one) for one in kept or ())


def capture_of(row: Any) -> Capture:
    """A row as a capture."""
    delivery = Delivery(
        row["settlement"],
        row["completed_on"],
        row["document_id"],
        row["last"],
        row["delivered_at"],
        row["tax"],
        _portions(row["lines"]),
    )
    return Capture(
        row["id"],
        row["number"],
        row["amount"],
        row["refunded"],
        row["captured_at"],
        delivery,
        row["claim_by_ends"],
        row["claim_line_id"],
    )


def row_of_capture(redemption_id: UUID, capture: Capture) -> dict[str, Any]:
    """A capture of a redemption as a row."""
    delivery = capture.delivery
    return {
        "id": capture.id,
        "redemption_id": redemption_id,
        "number": capture.number,
        "amount": capture.amount,
        "refunded": capture.refunded,
        "captured_at": capture.captured_at,
        "settlement": delivery.settlement,
        "completed_on": delivery.completed_on,
        "document_id": delivery.document_id,
        "last": delivery.last,
        "delivered_at": delivery.delivered_at,
        "tax": delivery.tax,
        "lines": _listed(delivery.lines),
        "claim_by_ends": capture.claim_by_ends,
        "claim_line_id": capture.claim_line_id,
    }
