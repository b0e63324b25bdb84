"""Remembers cap counters: made at zero when first asked for, locked in the order of their keys."""

from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Any

from sqlalchemy import and_, exists, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import bulk
from services.voucher.ledger.domain.counters import Counter, CounterKey
from services.voucher.ledger.store.tables import CapCounters

_KEY = ("cap", "subject", "period")
_COLUMNS = (*_KEY, "used")
_PLACE = attrgetter(*_KEY)
_GIVEN = bulk.given(CapCounters, _COLUMNS)
_IN_ORDER = tuple(CapCounters.c[name] for name in _KEY)
_IS_GIVEN = and_(*(CapCounters.c[name] == _GIVEN.c[name] for name in _KEY))
_MAKE = bulk.Statement(
    insert(CapCounters)
    .from_select(_COLUMNS, select(*_GIVEN.c).order_by(*(_GIVEN.c[name] for name in _KEY)), include_defaults=False)
    .on_conflict_do_nothing()
)
_FOUND = select(CapCounters).join_from(_GIVEN, CapCounters, _IS_GIVEN)
_ALL_THERE = select(func.bool_and(exists().where(_IS_GIVEN).correlate(_GIVEN))).select_from(_GIVEN).scalar_subquery()
_LOCK = bulk.Statement(
    _FOUND.where(_ALL_THERE.correlate(None)).order_by(*_IN_ORDER).with_for_update(of=CapCounters, key_share=True)
)
_SAVE = bulk.Statement(update(CapCounters).where(_IS_GIVEN).values(used=_GIVEN.c.used))
_READ = bulk.Statement(_FOUND)


async def lock(connection: AsyncConnection, keys: Iterable[CounterKey]) -> dict[CounterKey, Counter]:
    """Lock counters until the end of the transaction, in the order of their keys; a missing one is made at zero.

    All or none: while one is missing none is locked, so who makes counters, in their order too, holds no lock that
    another could wait for who has made one himself. Whoever locks waits for those alone who lock. So no two that take
    counters, each in one call, can wait for each other.
    """
    wanted = [Counter(key) for key in sorted(set(keys), key=_PLACE)]
    found = await _all(connection, _LOCK, wanted)
    if len(found) < len(wanted):
        await _all(connection, _MAKE, wanted)
        found = await _all(connection, _LOCK, wanted)
    return found


async def read(connection: AsyncConnection, keys: Iterable[CounterKey]) -> dict[CounterKey, Counter]:
    """Counters as they stand, without a lock and for a quote only; a missing one is at zero."""
    wanted = {key: Counter(key) for key in keys}
    return wanted | await _all(connection, _READ, list(wanted.values()))


async def save(connection: AsyncConnection, counters: Iterable[Counter]) -> None:
    """Write locked counters back in one statement."""
    rows = [_row(counter) for counter in counters]
    if rows:
        await _SAVE.rows(connection, bulk.told(CapCounters, rows))


async def _all(
    connection: AsyncConnection, statement: bulk.Statement, wanted: Sequence[Counter]
) -> dict[CounterKey, Counter]:
    if not wanted:
        return {}
    rows = await statement.rows(connection, bulk.told(CapCounters, [_row(counter) for counter in wanted]))
    return {counter.key: counter for counter in map(_counter, rows)}


def _row(counter: Counter) -> dict[str, Any]:
    key = counter.key
    return {"cap": key.cap, "subject": key.subject, "period": key.period, "used": counter.used}


def _counter(row: Any) -> Counter:
    return Counter(CounterKey(row["cap"], row["subject"], row["period"]), row["used"])
