"""Every route is guarded, and what FastAPI calls of ours it calls in the event loop: a plain function would go through
a pool of threads.
"""

from collections.abc import Callable, Iterator
from inspect import iscoroutinefunction
from typing import Any
from unittest.mock import AsyncMock, Mock

import pytest
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, request_response

from services.chassis.authorisation import Table
from services.chassis.http import Guarded, Service
from services.chassis.refusals import Refusal
from services.gateway.app import ROUTERS as GATEWAY
from services.gateway.authorisation import AUTHORISATION as GATEWAY_TABLE
from services.registry.app import ROUTERS as REGISTRY
from services.registry.authorisation import AUTHORISATION as REGISTRY_TABLE
from services.voucher.app import ROUTERS as VOUCHER
from services.voucher.authorisation import AUTHORISATION as VOUCHER_TABLE

ROUTES = [route for router in (*GATEWAY, *REGISTRY, *VOUCHER) for route in router.routes if isinstance(route, APIRoute)]
TABLE: Table = {**REGISTRY_TABLE, **VOUCHER_TABLE, **GATEWAY_TABLE}


def called(dependant: Dependant) -> Iterator[Callable[..., Any] | None]:
    yield dependant.call
    for needed in dependant.dependencies:
        yield from called(needed)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: str(route.name))
def test_no_request_waits_for_a_thread(route: APIRoute) -> None:
    assert [call for call in called(route.dependant) if not iscoroutinefunction(call)] == []


@pytest.mark.parametrize("route", [route for route in ROUTES if TABLE[route.name]], ids=lambda route: str(route.name))
async def test_every_route_asks_for_a_token_whichever_way_it_is_served(route: APIRoute) -> None:
    app = FastAPI()
    app.state.service = Service("toy", Mock(), Mock(), TABLE, {})
    scope = {"type": "http", "app": app, "route": route, "headers": [], "query_string": b"", "path_params": {}}
    for way in (route.app, request_response(route.get_route_handler())):
        with pytest.raises(Refusal, match=r"auth\.missing"):
            await way(dict(scope), AsyncMock(), AsyncMock())


@pytest.mark.parametrize("name", ["redeem_voucher", "batch_redemptions", "confirm_redemption"])
def test_what_the_city_asks_for_most_is_found_by_plan(name: str) -> None:
    assert [route.plan is not None for route in ROUTES if isinstance(route, Guarded) and route.name == name] == [True]
