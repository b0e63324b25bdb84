"""Gives an operation's test its cast, without the app."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from services.chassis.database import Database
from services.gateway.keeper import Keeper
from tests.gateway.cast import Cast


@pytest.fixture
def cast(gateway_db: Database, keeper: Keeper) -> Cast:
    """People of every role, made as they are needed."""
    return Cast(gateway_db, keeper)


@pytest.fixture
def at_once() -> Callable[..., Coroutine[Any, Any, list[Any]]]:
    """Runs coroutines together; answers results and exceptions alike."""

    async def run(*work: Coroutine[Any, Any, Any]) -> list[Any]:
        return list(await asyncio.gather(*work, return_exceptions=True))

    return run
