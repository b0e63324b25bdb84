"""Finds dates that a rule does not ask for: one that no answer depends on, and would be passed over in silence."""

from collections.abc import Iterator, Mapping
from typing import Any

from services.voucher.scheme.domain.checking.fault import Document, Fault

WHO = ("submission",)
ASKED_ON: Mapping[str, tuple[str, ...]] = {
    "who/holders": WHO,
    "who/registered_in": WHO,
    "who/off_site": WHO,
    "who/size_class": WHO,
    "who/legal_form": WHO,
    "who/ceilings": WHO,
    "who/listed": WHO,
    "who/trading": ("submission", "issue"),
    "who/team": ("submission", "issue"),
    "who/good_standing": ("submission", "issue"),
    "allocation/priority": WHO,
    "allocation/results_within": ("window_close",),
    "allocation/spent_first": WHO,
    "exclusions/categories": ("contract",),
    "exclusions/services": ("contract",),
    "exclusions/funded": ("contract",),
    "exclusions/subcontracted": ("contract",),
    "exclusions/related_parties": ("authorise",),
    "exclusions/providers": ("contract",),
    "exclusions/offerings": ("contract",),
    "validity/may_predate_voucher": ("contract",),
    "validity/proposal_lapses": ("proposal",),
    "validity/extension": ("authorise",),
    "applications/review": WHO,
    "applications/review_within": WHO,
    "applications/correction_within": ("review",),
    "applications/appeal_within": ("review",),
    "evidence/silence_accepts": ("delivery",),
    "disclosure": ("approval",),
    "settlement/review": WHO,
    "settlement/review_within": WHO,
    "settlement/correction_within": ("review",),
    "settlement/pay_within": ("release",),
    "awards/report_within": ("release",),
}
"""By rule: the only dates that it may name; of any other rule none matters."""


def days_asked(document: Document) -> Iterator[Fault]:
    """Faults of rules of one value that name another date than they are asked on; caps, rates and awards say theirs."""
    for pointer, rule, as_of in _each("", "", document):
        allowed = ASKED_ON.get(rule, ())
        if as_of not in allowed:
            code = "scheme.not_one_of" if allowed else "scheme.as_of_nowhere"
            yield Fault(f"{pointer}/as_of", code, {"found": as_of, "allowed": ", ".join(allowed)})


def _each(pointer: str, rule: str, node: Any) -> Iterator[tuple[str, str, str]]:
    if isinstance(node, Mapping):
        if "value" in node and "as_of" in node:
            yield pointer, rule.removeprefix("/"), node["as_of"]
        for key, value in node.items():
            yield from _each(f"{pointer}/{key}", f"{rule}/{key}", value)
    elif isinstance(node, list):
        for place, value in enumerate(node):
            yield from _each(f"{pointer}/{place}", rule, value)
