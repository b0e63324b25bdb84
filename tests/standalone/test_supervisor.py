"""A settled server that crashes is started again for as long as it is wanted, ever less often."""

import itertools
import os
import time
from collections.abc import Sequence

import pytest

from services.standalone import supervisor

HOUR = 3_600.0


class Crashing:
    """A server that ends at once with status 3; the first of them had run for an hour."""

    code = 3
    ages = itertools.count()

    def __init__(self, uid: int, gid: int, command: Sequence[str]) -> None:
        self.began = time.monotonic() - (0 if next(self.ages) else HOUR)

    def ended(self) -> bool:
        return True


def test_it_is_tried_for_ever_while_a_disk_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []

    def unwanted(alarms: int, seconds: float) -> bool:
        pauses.append(seconds)
        return len(pauses) == 100

    monkeypatch.setattr(supervisor, "Server", Crashing)
    monkeypatch.setattr(supervisor, "_unwanted", unwanted)
    monkeypatch.setattr(supervisor, "_alarms", lambda: 0)
    monkeypatch.setattr(os, "set_inheritable", lambda *_: None)
    assert supervisor.main(0, 0, ["postgres"]) == 3
    assert pauses[:6] == [0.5, 1.0, 2.0, 4.0, 5.0, 5.0]
    assert set(pauses[6:]) == {5.0}
