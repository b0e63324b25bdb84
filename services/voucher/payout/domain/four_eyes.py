"""Decides whether a second person stands behind a decision: persons are counted, never the accounts they come in by."""

from services.chassis.refusals import Refusal


def named(person: str) -> str:
    """The person (`per_…`); Refusal `person.missing` when none stands behind the call."""
    if not person:
        raise Refusal("person.missing", rule="four_eyes")
    return person


def another(person: str, *, than: str, otherwise: str) -> None:
    """Refuse with the code `otherwise` when the person is the first one; `person.missing` when there is none."""
    if named(person) == than:
        raise Refusal(otherwise, rule="four_eyes")
