"""What holds a password or a connection URL does not show it in a trace."""

import subprocess
from pathlib import Path

import httpx2

from services.standalone.accounts import Told
from services.standalone.caller import Caller
from services.standalone.installation import Installation, Logins
from services.standalone.logins import DemoLogins
from services.standalone.postgres import Server

SECRET = "nine rivers in delta"


def test_no_holder_of_a_secret_shows_it(tmp_path: Path) -> None:
    url = f"postgresql://innovoucher_owner:{SECRET}@127.0.0.1/innovoucher"
    process = subprocess.Popen(["true"])
    process.wait()
    holders = (
        Installation(Logins(url, {"gateway": url}), None, "a test", tmp_path),
        DemoLogins({"holder": "holder"}, SECRET),
        Caller(httpx2.AsyncClient(), SECRET),
        Server(5432, SECRET, "a test", tmp_path / "log", process),
        Told((SECRET,)),
    )
    assert [holder for holder in holders if SECRET in repr(holder)] == []
