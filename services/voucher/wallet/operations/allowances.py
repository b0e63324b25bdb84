"""Reads and locks what the caps of a scheme leave its holders: their counters, and what they have now."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock
from services.chassis.refusals import Reason
from services.standards.calendar import local_date
from services.voucher.directory.domain.party import Party
from services.voucher.directory.store import parties
from services.voucher.ledger.domain.counters import Counter, CounterKey
from services.voucher.ledger.store import counters
from services.voucher.scheme.domain.rule import Known
from services.voucher.scheme.domain.scheme import Scheme
from services.voucher.wallet.domain import allowance
from services.voucher.wallet.domain.allowance import NOBODY, Allowance
from services.voucher.wallet.domain.application import Application
from services.voucher.wallet.domain.facts import facts_of
from services.voucher.wallet.domain.frozen_facts import thawed
from services.voucher.wallet.domain.take_up import TakeUp
from services.voucher.wallet.store import take_up, vouchers
from services.voucher.wallet.store.take_up import YearOf


@dataclass(frozen=True, slots=True)
class Locked:
    """Allowances by quota root, all of their counters locked, and when: instant (UTC) and local date."""

    allowances: Mapping[UUID, Allowance]
    counters: Mapping[CounterKey, Counter]
    now: datetime
    day: date


async def look(
    connection: AsyncConnection, scheme: Scheme, holders: Collection[Party], *, at: datetime
) -> dict[UUID, Allowance]:
    """The allowances of parties, by quota root, with their counters as they stand at an instant: none is locked."""
    day = local_date(at, scheme.zone)
    asked = _asked(scheme, {party.quota_root: facts_of(party, day).known() for party in holders}, day)
    found = await counters.read(connection, {key for one in asked.values() for key in one.keys})
    standing = await _standing(connection, scheme, asked, at=at)
    before = await _before(connection, scheme, asked, at=at)
    return {root: one.given(found, standing.get(root, 0), before.get(root)) for root, one in asked.items()}


async def lock(connection: AsyncConnection, scheme: Scheme, line: Collection[Application]) -> Locked:
    """The allowances of those who apply, and what they took by applying, locked in one call as their order demands.

    The day is that on which the locks are had: again if it turns while waiting.
    """
    besides = {key for one in line for key in applied_by(scheme, one)}
    return await _lock(connection, scheme, {one.holder_id: one.quota_root_id for one in line}, besides)


async def hold(connection: AsyncConnection, scheme: Scheme, holders: Collection[Party]) -> Locked:
    """The same of parties that are about to apply."""
    return await _lock(connection, scheme, {party.id: party.quota_root for party in holders}, set())


async def _lock(
    connection: AsyncConnection, scheme: Scheme, holders: Mapping[UUID, UUID], besides: set[CounterKey]
) -> Locked:
    now = await clock.business_now(connection)
    while True:
        day = local_date(now, scheme.zone)
        asked = _asked(scheme, await _known(connection, scheme, holders, day), day)
        found = await counters.lock(connection, {key for one in asked.values() for key in one.keys} | besides)
        now = await clock.business_now(connection)
        today = local_date(now, scheme.zone)
        if today == day:
            standing = await _standing(connection, scheme, asked, at=now)
            before = await _before(connection, scheme, asked, at=now)
            given = {root: one.given(found, standing.get(root, 0), before.get(root)) for root, one in asked.items()}
            return Locked(given, found, now, today)


async def take(connection: AsyncConnection, scheme: Scheme, applications: Collection[Application]) -> None:
    """Count applications that were submitted, in the year of that; the counters are those that `hold` has locked."""
    keys = [key for one in applications for key in applied_by(scheme, one)]
    found = await counters.lock(connection, keys)
    for key in keys:
        found[key] = found[key].take(1)
    await counters.save(connection, found.values())


async def too_many(connection: AsyncConnection, scheme: Scheme, one: Application) -> list[Reason]:
    """The caps on the number of applications that let a refused one not count again; their counters are locked here."""
    applied = _applied(scheme, one)
    found = await counters.lock(connection, set(applied))
    return [replace(reason, code="appeal.cap_used", pointer=None) for reason in allowance.too_many(found, applied)]


async def give_back(connection: AsyncConnection, scheme: Scheme, applications: Collection[Application]) -> None:
    """Give back what applications took when they were submitted, in the year of that.

    Their counters are locked here, in one call: nothing else of the transaction may lock any.
    """
    keys = [key for one in applications for key in applied_by(scheme, one)]
    found = await counters.lock(connection, keys)
    for key in keys:
        found[key] = found[key].give(1)
    await counters.save(connection, found.values())


def applied_by(scheme: Scheme, one: Application) -> list[CounterKey]:
    """The counters from which an application took when it was submitted; none of a draft."""
    return list(_applied(scheme, one))


def _applied(scheme: Scheme, one: Application) -> allowance.Takes:
    if one.submitted_at is None or not scheme.caps_on("applications"):
        return {}
    known = NOBODY if one.facts is None else thawed(one.facts).known()
    day = local_date(one.submitted_at, scheme.zone)
    return allowance.applied(scheme, quota_root_id=one.quota_root_id, day=day, known=known)


@dataclass(frozen=True, slots=True)
class _Asked:
    """The caps on one holder; what is used of them is read next."""

    takes: allowance.Takes
    held: allowance.Takes
    applied: allowance.Takes
    spent_first: set[CounterKey]

    @property
    def keys(self) -> set[CounterKey]:
        return {*self.takes, *self.held, *self.applied, *self.spent_first}

    def given(self, found: Mapping[CounterKey, Counter], standing: int, before: TakeUp | None) -> Allowance:
        return Allowance(self.takes, self.held, self.applied, found, standing, before)


def _asked(scheme: Scheme, known: Mapping[UUID, Known], day: date) -> dict[UUID, _Asked]:
    return {
        root: _Asked(
            allowance.takes(scheme, quota_root_id=root, day=day, known=words),
            allowance.held(scheme, quota_root_id=root, day=day, known=words),
            allowance.applied(scheme, quota_root_id=root, day=day, known=words),
            allowance.spent_first(scheme, quota_root_id=root),
        )
        for root, words in known.items()
    }


async def _known(
    connection: AsyncConnection, scheme: Scheme, holders: Mapping[UUID, UUID], day: date
) -> dict[UUID, Known]:
    """What rules may know of holders, by quota root; the directory is asked only where a cap has cases."""
    if not any(cap.cases for cap in scheme.caps):
        return dict.fromkeys(holders.values(), NOBODY)
    found = await parties.read(connection, holders)
    return {root: facts_of(found[one], day).known() if one in found else NOBODY for one, root in holders.items()}


async def _standing(
    connection: AsyncConnection, scheme: Scheme, roots: Collection[UUID], *, at: datetime
) -> dict[UUID, int]:
    """What holders have of a scheme, read after the locks, and only where a rule of it asks."""
    spent_first = scheme.allocation.spent_first
    if not scheme.caps_on("held") and (spent_first is None or not spent_first.value):
        return {}
    return await vouchers.standing(connection, scheme.lineage, roots, at=at)


async def _before(
    connection: AsyncConnection, scheme: Scheme, roots: Collection[UUID], *, at: datetime
) -> dict[UUID, TakeUp]:
    """What holders took up the year before; read only where a scheme suspends for too little."""
    if scheme.under_use.value is None:
        return {}
    year = YearOf(scheme.lineage, scheme.zone, local_date(at, scheme.zone).year - 1, at)
    return await take_up.of_roots(connection, roots, year)
