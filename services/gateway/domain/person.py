"""Decides what a caller's account may be at all: a natural person by reference, active, disabled or erased."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from uuid import UUID

from services.chassis.refusals import Refusal
from services.gateway.domain.roles import Duty

State = Literal["active", "disabled", "erased"]


@dataclass(frozen=True)
class Person:
    """A natural person, known elsewhere only by this id: active ⇄ disabled → erased."""

    id: UUID
    duty: Duty
    state: State
    created_at: datetime


def take_up(person: Person, duty: Duty) -> Person:
    """The account serves this kind of work from now on; Refusal ``person.duty_conflict`` when it serves another."""
    if person.duty not in (Duty.NONE, duty):
        raise Refusal("person.duty_conflict", rule="one_duty", numbers={"duty": person.duty.value})
    return replace(person, duty=duty)


def lay_down(person: Person) -> Person:
    """The last role of its kind has ended: the account may take up another kind of work."""
    return replace(person, duty=Duty.NONE)


def disable(person: Person, *, by: UUID) -> Person:
    """No more logins; nobody locks himself out."""
    if person.id == by:
        raise Refusal("person.own", rule="four_eyes")
    if person.state == "erased":
        raise Refusal("person.erased", rule="person_state")
    return replace(person, state="disabled")


def enable(person: Person) -> Person:
    """Logins again; not for one whose data was erased."""
    if person.state == "erased":
        raise Refusal("person.erased", rule="person_state")
    return replace(person, state="active")


def erase(person: Person) -> Person:
    """Only a disabled account is erased, so that nothing live loses its bearer."""
    if person.state == "active":
        raise Refusal("person.still_active", rule="person_state")
    return replace(person, state="erased")
