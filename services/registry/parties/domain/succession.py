"""Decides how an organisation ends, and who may answer for it afterwards: an active one, so that no chain closes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from services.chassis.refusals import Reason, refuse_all
from services.registry.catalogue.domain.period import future_faults
from services.registry.parties.domain.organization import (
    Organization,
    OrganizationStatus,
    Succession,
    SuccessionHow,
)


def succeed(
    organization: Organization,
    succession: Succession,
    successor: Organization | None,
    *,
    today: date,
    also: Sequence[Reason] = (),
) -> Organization:
    """End an organisation with its succession, once: it is deregistered and begins nothing more.

    A successor is active, which an organisation that has a successor itself is not: so nobody succeeds himself by any
    way round. Refusal with ``also`` and all of: ``date.future``, ``succession.recorded``, ``succession.before`` (before
    its own registration or that of its successor), ``succession.successor`` (a merger has one), ``succession.itself``,
    ``succession.not_active``.
    """
    refuse_all(
        [
            *future_faults(succession.on, today=today, pointer="/on"),
            *_once_faults(organization),
            *_day_faults(organization, succession),
            *_successor_faults(organization, succession, successor),
            *also,
        ]
    )
    return replace(organization, status=OrganizationStatus.DEREGISTERED, succession=succession)


def _once_faults(organization: Organization) -> list[Reason]:
    if organization.succession is None:
        return []
    numbers = {"on": organization.succession.on.isoformat()}
    return [Reason("succession.recorded", rule="an organisation ends once", numbers=numbers)]


def _day_faults(organization: Organization, succession: Succession) -> list[Reason]:
    registered = organization.facts.registered_on
    if registered is None or registered <= succession.on:
        return []
    return [_before(registered)]


def _successor_faults(
    organization: Organization, succession: Succession, successor: Organization | None
) -> list[Reason]:
    """The one who takes up is another organisation, active, and registered by then."""
    if succession.successor_id is None:
        needed = Reason("succession.successor", rule="a merger names who takes up", pointer="/successor")
        return [needed] if succession.how is SuccessionHow.MERGER else []
    if succession.successor_id == organization.id:
        return [Reason("succession.itself", rule="nobody succeeds himself", pointer="/successor")]
    if successor is None:
        return []
    faults = []
    if successor.status is not OrganizationStatus.ACTIVE:
        faults.append(Reason("succession.not_active", rule="a successor is active", pointer="/successor"))
    if successor.facts.registered_on is not None and successor.facts.registered_on > succession.on:
        faults.append(_before(successor.facts.registered_on))
    return faults


def _before(registered: date) -> Reason:
    numbers = {"registered_on": registered.isoformat()}
    return Reason("succession.before", rule="what ends or takes up is registered", pointer="/on", numbers=numbers)
