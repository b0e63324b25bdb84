"""Starts a service as ``innovoucher`` does, after one guard was switched off or the process's clock was put wrong.

The first argument is JSON: ``values``, what stands at a dotted path instead; ``skew``, by how many seconds the clock of
this process alone is wrong. Nothing in the product can be told any of this.
"""

import json
import sys
import time
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from importlib import import_module
from typing import Any

import time_machine

from services.standalone import cli


def put(values: Mapping[str, Any]) -> None:
    """Replace constants of modules."""
    for path, value in values.items():
        module, _, name = path.rpartition(".")
        setattr(import_module(module), name, value)


def clock_off_by(seconds: float) -> AbstractContextManager[Any]:
    """The clock of this process, wrong and running."""
    return time_machine.travel(time.time() + seconds, tick=True) if seconds else nullcontext()


if __name__ == "__main__":
    change = json.loads(sys.argv.pop(1))
    put(change["values"])
    with clock_off_by(change["skew"]):
        cli.main()
