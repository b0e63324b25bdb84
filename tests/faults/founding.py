"""Makes a house with the code of the release whose tree comes first in PYTHONPATH: migrated, with vouchers in it.

``python founding.py TREE OWNER_URL`` prints the ids of vouchers, and of the documents to deliver with, as JSON.
"""

import asyncio
import json
import sys
from pathlib import Path

import services
from migrations.clock_mode import ClockMode
from services.chassis.database import Database
from services.standalone import provision
from tests import databases
from tests.databases import PASSWORDS
from tests.faults.conftest import NOW, vouchers_in


async def found(owner_url: str) -> list[list[str]]:
    """The ids of what there is."""
    await provision.prepare(owner_url, PASSWORDS, ClockMode(sandbox=True, start=databases.START))
    await databases.set_clock(owner_url, NOW)
    database = Database(provision.role_urls(owner_url, PASSWORDS)["voucher"], "voucher")
    wallet = await vouchers_in(database)
    await database.dispose()
    return [[str(one.voucher.id), str(one.result)] for one in wallet]


if __name__ == "__main__":
    tree, url = sys.argv[1:]
    assert Path(services.__path__[0]).is_relative_to(tree)
    sys.stdout.write(json.dumps(asyncio.run(found(url))))
