"""Decides what a pairing PIN promises a device, for how long, and how many wrong PINs it outlives.

Eight digits are few, and addresses are not believed, so what bounds guessing is the PIN itself: after 100 wrong tries,
whoever made them and for whatever PIN, it is worth nothing: one PIN in a million is guessed, by however many machines.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.chassis.refusals import refuse_all
from services.gateway.domain.client import client_faults
from services.gateway.domain.standing import Membership

PIN_DIGITS = 8
PIN_LIFE = timedelta(minutes=30)
PIN_TRIES = 100


@dataclass(frozen=True)
class Pairing:
    """The device that a member waits for; he waits for one at a time."""

    person_id: UUID
    organization_id: UUID
    name: str
    roles: tuple[str, ...]
    expires_at: datetime


def await_device(*, name: str, roles: Sequence[str] | None, maker: Membership, at: datetime) -> Pairing:
    """A device with some of the member's roles, or with all of them; Refusal of all faults at once."""
    asked = maker.roles if roles is None else tuple(sorted(set(roles)))
    refuse_all(client_faults(name, asked, maker))
    return Pairing(maker.person_id, maker.organization_id, name, asked, expires_at=at + PIN_LIFE)
