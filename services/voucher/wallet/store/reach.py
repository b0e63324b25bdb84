"""Decides which rows of the wallet a reader's list is narrowed to: own, of a region, of a bureau's rounds."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Table, false, or_, select, true

from services.chassis.regions import lies_in
from services.voucher.wallet.store.tables import Rounds

ROUNDS = Rounds.__table__


@dataclass(frozen=True, slots=True)
class Within:
    """Whose rows: a holder's, a region's with the districts inside it, a bureau's; any of those given, or all."""

    holder_id: UUID | None = None
    region: str | None = None
    bureau: str | None = None
    everywhere: bool = False

    def condition(self, table: Table) -> ColumnElement[bool]:
        """The same as SQL upon a table with a holder and a round, and a region where one is given."""
        if self.everywhere:
            return true()
        reaches: list[ColumnElement[bool]] = []
        if self.holder_id is not None:
            reaches.append(table.c.holder_id == self.holder_id)
        if self.region is not None:
            reaches.append(lies_in(table.c.region, self.region))
        if self.bureau is not None:
            of_bureau = select(ROUNDS.c.id).where(ROUNDS.c.bureau == self.bureau)
            reaches.append(table.c.round_id.in_(of_bureau))
        return or_(false(), *reaches)


EVERYWHERE = Within(everywhere=True)
