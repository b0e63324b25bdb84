"""Reads what is sealed in its order, each row in the form that its leaf is made of: see docs/seals-cycle.md."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.voucher.ledger.domain import merkle
from services.voucher.ledger.domain.seal import Kind, Name, Place, Rows


def _instant(column: str) -> str:
    return rf"""to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24\:MI\:SS.US"Z"') AS {column}"""


_ENTRIES = """
    SELECT ('[' || string_agg((SELECT row_to_json(said)::text FROM (
        SELECT amount::text, book, budget_line_id, currency, funding_source, owner, part, place, position::text,
               round_id
    ) AS said), ',' ORDER BY position) || ']')::json
    FROM entries WHERE journal_id = journals.id
"""
# The columns of each kind, in the order of their names and all as text: form 1, which never changes any more.
_COLUMNS: Mapping[Kind, str] = {
    Kind.ATTEMPT: f"""{_instant("at")}, caller, id, key, operation, organization, outcome, reasons::text, request_id,
        subject_id, subject_kind, 'attempts' AS "table", xact::text""",
    Kind.DECISION: f"""actor, {_instant("at")}, clause, id, kind, numbers::text, outcome, request_id, rule,
        scheme_version, subject_id, subject_kind, 'decisions' AS "table", xact::text""",
    Kind.JOURNAL: f"""actor, {_instant("booked_at")}, document_id, ({_ENTRIES}) AS entries, event, id, request_id,
        "row"::text, sequence::text, subject_id, subject_kind, 'journals' AS "table", value_on::text, xact::text""",
}
_TABLES = {kind: f"{kind}s" for kind in Kind}
_REFS = {Kind.ATTEMPT: ("id", "uuid"), Kind.DECISION: ("id", "uuid"), Kind.JOURNAL: ("sequence", "bigint")}
_ORDER = {kind: place for place, kind in enumerate(Kind)}
_SORTED = "xact, kind, sequence, id"
_HORIZON = "pg_snapshot_xmin(pg_current_snapshot())"
_IN_INDEX_ORDER = ("SET LOCAL enable_seqscan TO off", "SET LOCAL enable_bitmapscan TO off")


def _row(kind: Kind) -> str:
    sequence = "sequence" if kind is Kind.JOURNAL else "0"
    return f"xact, {_ORDER[kind]} AS kind, {sequence}::bigint AS sequence, id"


def _text(kind: Kind) -> str:
    return f"(SELECT row_to_json(said)::text FROM (SELECT {_COLUMNS[kind]}) AS said)"


def _beyond(kind: Kind, place: Kind) -> str:
    """Rows of a kind that stand behind a place of another."""
    if kind is place:
        column, type_ = _REFS[kind]
        return f"(xact, {column}) > (CAST(:after_xact AS xid8), CAST(CAST(:after_ref AS text) AS {type_}))"
    return f"xact {'>' if _ORDER[kind] < _ORDER[place] else '>='} CAST(:after_xact AS xid8)"


def _up_to(kind: Kind, place: Kind) -> str:
    """Rows of a kind that stand at a place of another or before."""
    if kind is place:
        column, type_ = _REFS[kind]
        return f"(xact, {column}) <= (CAST(:upto_xact AS xid8), CAST(CAST(:upto_ref AS text) AS {type_}))"
    return f"xact {'<=' if _ORDER[kind] < _ORDER[place] else '<'} CAST(:upto_xact AS xid8)"


def _union(columns: Mapping[Kind, str], where: Mapping[Kind, str]) -> str:
    return " UNION ALL ".join(f"(SELECT {columns[kind]} FROM {_TABLES[kind]} WHERE {where[kind]})" for kind in Kind)


def _ends(kind: Kind) -> TextClause:
    first = {
        one: f"{_beyond(one, kind)} AND xact < {_HORIZON} ORDER BY xact, {_REFS[one][0]} LIMIT :limit" for one in Kind
    }
    rows = _union({one: _row(one) for one in Kind}, first)
    return text(
        f"""SELECT count(*) OVER () AS waiting, xact::text, kind, sequence, id
            FROM (SELECT * FROM ({rows}) AS behind ORDER BY {_SORTED} LIMIT :limit) AS batch
            ORDER BY xact DESC, kind DESC, sequence DESC, id DESC LIMIT 1"""
    )


def _leaves(after: Kind, upto: Kind, *, hashed: bool) -> TextClause:
    span = {kind: f"{_beyond(kind, after)} AND {_up_to(kind, upto)}" for kind in Kind}
    rows = _union({kind: f"{_row(kind)}, {_text(kind)} AS row" for kind in Kind}, span)
    initials = "".join(kind[0] for kind in Kind)
    leaves = (
        f"string_agg(sha256(decode('00', 'hex') || convert_to(row, 'UTF8')), ''::bytea ORDER BY {_SORTED})"
        if hashed
        else f"array_agg(row ORDER BY {_SORTED})"
    )
    return text(
        f"""SELECT string_agg(convert_to(substr('{initials}', kind + 1, 1), 'UTF8') || uuid_send(id), ''::bytea
                              ORDER BY {_SORTED}) AS names, {leaves} AS leaves
            FROM ({rows}) AS span"""
    )


_END = {kind: _ends(kind) for kind in Kind}
_SPAN = {
    (after, upto, hashed): _leaves(after, upto, hashed=hashed)
    for after in Kind
    for upto in Kind
    for hashed in (False, True)
}
_WAITING = {
    place: text(
        "SELECT count(*) FROM ("
        + " UNION ALL ".join(
            f"(SELECT 1 FROM {_TABLES[kind]} WHERE {_beyond(kind, place)} ORDER BY xact, {_REFS[kind][0]} LIMIT :limit)"
            for kind in Kind
        )
        + ") AS behind"
    )
    for place in Kind
}
_STRAYS = text(
    " UNION ALL ".join(
        f"(SELECT {order} AS kind, id FROM {_TABLES[kind]} WHERE xact {of} LIMIT :limit)"
        for kind, order in _ORDER.items()
        for of in ("< '1'", ">= pg_snapshot_xmax(pg_current_snapshot())")
    )
)
_ROWS = {kind: text(f"SELECT id, {_text(kind)} AS row FROM {_TABLES[kind]} WHERE id = ANY(:ids)") for kind in Kind}


@dataclass(frozen=True, slots=True)
class End:
    """Where a batch ends, and how many rows it has."""

    upto: Place
    count: int


async def waiting(connection: AsyncConnection, after: Place, *, limit: int) -> int:
    """How many rows stand behind a place, of each kind `limit` at the most, also those that cannot be sealed yet."""
    await _in_index_order(connection)
    values = {"after_xact": after.xact, "after_ref": after.ref, "limit": limit}
    return int((await connection.execute(_WAITING[after.kind], values)).scalar_one())


async def next_end(connection: AsyncConnection, after: Place, *, limit: int) -> End | None:
    """The end of the next batch behind a place; None when nothing waits.

    A row waits once its transaction and all before it are over: nothing can come to stand before it any more.
    """
    await _in_index_order(connection)
    values = {"after_xact": after.xact, "after_ref": after.ref, "limit": limit}
    bound = {name: value for name, value in values.items() if f":{name}" in _END[after.kind].text}
    row = (await connection.execute(_END[after.kind], bound)).one_or_none()
    if row is None:
        return None
    kind = tuple(Kind)[row.kind]
    return End(Place(int(row.xact), kind, str(row.sequence if kind is Kind.JOURNAL else row.id)), row.waiting)


async def read(connection: AsyncConnection, *, after: Place, upto: Place, algorithm: str) -> Rows:
    """The rows behind a place up to another one, in their order, as names and leaf hashes."""
    await _in_index_order(connection)
    hashed = algorithm == "sha256"
    values = {
        "after_xact": after.xact,
        "after_ref": after.ref,
        "upto_xact": upto.xact,
        "upto_ref": upto.ref,
    }
    found = (await connection.execute(_SPAN[after.kind, upto.kind, hashed], values)).one()
    if found.names is None:
        return Rows(b"", b"")
    if hashed:
        return Rows(found.names, found.leaves)
    return Rows(found.names, b"".join(merkle.leaf_hash(algorithm, row.encode()) for row in found.leaves))


async def texts(connection: AsyncConnection, names: Collection[Name]) -> dict[Name, str]:
    """Those of the rows that there are, each in its canonical form."""
    found: dict[Name, str] = {}
    for kind in Kind:
        ids: list[UUID] = [name.id for name in names if name.kind is kind]
        rows: Any = await connection.execute(_ROWS[kind], {"ids": ids}) if ids else ()
        found |= {Name(kind, row.id): row.row for row in rows}
    return found


async def strays(connection: AsyncConnection, *, limit: int) -> list[Name]:
    """Rows of transactions that there never were, up to `limit` of each kind and end: no seal will ever reach them.

    Whatever a snapshot shows of itself was written by a transaction between the first and those yet to come.
    """
    await _in_index_order(connection)
    kinds = tuple(Kind)
    return [Name(kinds[row.kind], row.id) for row in await connection.execute(_STRAYS, {"limit": limit})]


async def horizon(connection: AsyncConnection) -> int:
    """The oldest transaction that may still write: everything of those before it stands."""
    return int((await connection.execute(text(f"SELECT {_HORIZON}::text"))).scalar_one())


async def _in_index_order(connection: AsyncConnection) -> None:
    """Read each table by its index, in order: of rows just written the planner knows nothing, and would read all."""
    for setting in _IN_INDEX_ORDER:
        await connection.execute(text(setting))
