"""Every route is guarded, and what FastAPI calls of ours it calls in the event loop: a plain function would go through
a pool of threads.
"""

from collections.abc import Callable, Iterator
from inspect import iscoroutinefunction
from typing import Any

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from services.chassis.http import Guarded
from services.gateway.app import ROUTERS as GATEWAY
from services.registry.app import ROUTERS as REGISTRY
from services.voucher.app import ROUTERS as VOUCHER

ROUTES = [route for router in (*GATEWAY, *REGISTRY, *VOUCHER) for route in router.routes if isinstance(route, APIRoute)]


def called(dependant: Dependant) -> Iterator[Callable[..., Any] | None]:
    yield dependant.call
    for needed in dependant.dependencies:
        yield from called(needed)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: str(route.name))
def test_no_request_waits_for_a_thread(route: APIRoute) -> None:
    assert [call for call in called(route.dependant) if not iscoroutinefunction(call)] == []


def test_every_route_is_guarded() -> None:
    assert [route.name for route in ROUTES if not isinstance(route, Guarded)] == []
