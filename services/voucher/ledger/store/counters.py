"""Remembers cap counters: made at zero when first asked for, locked in the order of their keys."""

from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Any

from sqlalchemy import select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import bulk
from services.voucher.ledger.domain.counters import Counter, CounterKey
from services.voucher.ledger.store.tables import CapCounters

_KEY = ("cap", "subject", "period")
_COLUMNS = (*_KEY, "used")
_PLACE = attrgetter(*_KEY)
_GIVEN = bulk.given(CapCounters, _COLUMNS)
_MAKE = bulk.Statement(
    insert(CapCounters)
    .from_select(_COLUMNS, select(*_GIVEN.c), include_defaults=False)
    .on_conflict_do_nothing()
    .returning(*(CapCounters.c[name] for name in _COLUMNS))
)
_IS_GIVEN = tuple_(*(CapCounters.c[name] for name in _KEY)).in_(select(*(_GIVEN.c[name] for name in _KEY)))
_FOUND = select(CapCounters).where(_IS_GIVEN)
_LOCK = bulk.Statement(_FOUND.order_by(*(CapCounters.c[name] for name in _KEY)).with_for_update(key_share=True))
_SAVE = bulk.Statement(
    update(CapCounters).where(*(CapCounters.c[name] == _GIVEN.c[name] for name in _KEY)).values(used=_GIVEN.c.used)
)
_READ = bulk.Statement(_FOUND)


async def lock(connection: AsyncConnection, keys: Iterable[CounterKey]) -> dict[CounterKey, Counter]:
    """Lock counters until the end of the transaction, in the order of their keys; a missing one is made at zero.

    What this transaction has made nobody else sees: it needs no lock.
    """
    wanted = [Counter(key) for key in sorted(set(keys), key=_PLACE)]
    found = await _all(connection, _LOCK, wanted)
    for statement in (_MAKE, _LOCK):  # the second for what another has made meanwhile
        found |= await _all(connection, statement, [counter for counter in wanted if counter.key not in found])
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
