"""Shows how much holders used of what a scheme issued to them in a year, and whom it suspends."""

from dataclasses import dataclass
from datetime import date

from services.chassis import clock, pages
from services.chassis.authorisation import Permit
from services.chassis.database import Database
from services.voucher.scheme.store import versions
from services.voucher.wallet.domain.take_up import TakeUp
from services.voucher.wallet.store import take_up
from services.voucher.wallet.store.take_up import YearOf


@dataclass(frozen=True, slots=True)
class Taken:
    """The use of one holder, in a currency, and whether the scheme suspends for it; the rule's clause."""

    take_up: TakeUp
    currency: str
    suspended: bool
    clause: str


async def list_take_up(
    database: Database, *, permit: Permit, scheme: str, year: int, after: str | None, limit: int
) -> tuple[list[Taken], str | None]:
    """A page of holders by quota root, and its next cursor, by the rules in force when the year was over.

    NotFound ``scheme.unknown`` where none were published; those of `SchemeVersion.rules`.
    """
    async with database.read() as connection:
        last = date(year, 12, 31)
        version = await versions.get(connection, (await versions.in_force(connection, scheme, [last]))[last])
        permit.require("scheme.unknown", bureau=version.bureau)
        rules = version.rules
        place = pages.only_id(after)
        of = YearOf(rules.lineage, rules.zone, year, await clock.business_now(connection))
        found = await take_up.page(connection, of, after=place, limit=limit + 1)
    page, cursor = pages.cut(found, limit, lambda one: (one.quota_root_id.hex,))
    return [Taken(one, rules.currency, one.suspends(rules), rules.under_use.source) for one in page], cursor
