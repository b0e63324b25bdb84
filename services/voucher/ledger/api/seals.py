"""Speaks HTTP for `/v1/seals`: the chain that holds what was booked, decided and tried, for who keeps its heads."""

from typing import Annotated

from fastapi import Path

from services.chassis import pages
from services.chassis.http import Db, Permitted, router
from services.chassis.models import Instant, StrictModel
from services.chassis.pages import After, Limit, Page
from services.voucher.ledger.api.names import SEQUENCE_MAX, number_place
from services.voucher.ledger.domain.seal import Kind, Signed
from services.voucher.ledger.operations import chain

routes = router()


class PlaceView(StrictModel):
    """Where a row stands: its transaction, its kind, and its sequence (journals) or id (the others)."""

    xact: str
    kind: Kind
    ref: str


class SealView(StrictModel):
    """One seal. Hashes are hexadecimal; `head` is the hash of what `jws` carries, which names the head before it.

    `upto` is the place of its last row, `names` the digest of its rows' names and `root` that of their Merkle tree.
    """

    number: int
    algorithm: str
    form: int
    count: int
    upto: PlaceView
    names: str
    root: str
    previous: str
    head: str
    key: str
    sealed_at: Instant
    jws: str


@routes.get("/v1/seals", tags=["audit"])
async def list_seals(
    db: Db, permit: Permitted, after: After = None, limit: Limit = pages.PAGE_DEFAULT
) -> Page[SealView]:
    """The seals, the last one first: its `jws` is the head to keep where nobody who can write here can."""
    found = await chain.list_seals(db, before=number_place(after), limit=limit + 1)
    items, cursor = pages.cut(found, limit, lambda one: (str(one.seal.number),))
    return Page(items=[_view(one) for one in items], next_cursor=cursor)


@routes.get("/v1/seals/{number}", tags=["audit"])
async def get_seal(number: Annotated[int, Path(ge=1, le=SEQUENCE_MAX)], db: Db, permit: Permitted) -> SealView:
    """One seal by its number."""
    return _view(await chain.read_seal(db, number))


def _view(signed: Signed) -> SealView:
    seal = signed.seal
    return SealView(
        number=seal.number,
        algorithm=seal.algorithm,
        form=seal.form,
        count=seal.count,
        upto=PlaceView(xact=str(seal.upto.xact), kind=seal.upto.kind, ref=seal.upto.ref),
        names=seal.names.hex(),
        root=seal.root.hex(),
        previous=seal.previous.hex(),
        head=signed.head.hex(),
        key=seal.key,
        sealed_at=seal.sealed_at,
        jws=signed.jws,
    )
