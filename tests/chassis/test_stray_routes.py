"""Only routes behind the guard are served."""

import pytest
from fastapi import APIRouter

from services.chassis.database import Database, Databases
from services.chassis.http import Service, create_service
from tests.chassis.signing import verifier


async def stray_answer() -> dict[str, str]:
    return {}


async def test_a_route_that_nobody_would_guard_is_not_served(voucher_db: Database) -> None:
    stray = APIRouter()
    stray.add_api_route("/v1/stray", stray_answer)
    with pytest.raises(TypeError, match="no endpoint"):
        create_service(Service("toy", Databases(test=voucher_db), verifier(), {}, {}), [stray])
