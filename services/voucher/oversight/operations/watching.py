"""Decides what those who watch the voucher service are told of its work: how old what waits is, and the directory."""

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis.watching import Kind, Reading
from services.voucher.directory.store import feed
from services.voucher.oversight.store import waiting

COUNT = Kind("innovoucher_settlement_waiting", "Lines and payouts on their way, by what they wait for.", ("what",))
AGE = Kind("innovoucher_settlement_oldest_seconds", "Business time since the oldest of them began to wait.", ("what",))
DIRECTORY = Kind("innovoucher_directory_age_seconds", "Real time since all that the registry says was heard.")
DISTRUSTED = Kind("innovoucher_directory_distrusted", "1 while what the registry says is not believed.")


async def at_settlement(connection: AsyncConnection) -> list[Reading]:
    """What waits between a claim and the bank."""
    readings = []
    for one in await waiting.counted(connection):
        readings += [Reading(COUNT, one.number, (one.what,)), Reading(AGE, one.oldest_seconds, (one.what,))]
    return readings


async def at_directory(connection: AsyncConnection) -> list[Reading]:
    """How old the directory is, endlessly old while it was never complete; and whether the registry is believed."""
    age = await feed.age(connection)
    since = float("inf") if age.since_heard is None else age.since_heard.total_seconds()
    return [Reading(DIRECTORY, since), Reading(DISTRUSTED, float(age.distrusted is not None))]
