"""The voucher service is composed whole: every route is permitted, described, shown by example, and it ends clean."""

import asyncio
import pkgutil
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType
from typing import Any

import httpx2
import pytest
from fastapi.routing import APIRoute
from prometheus_client import REGISTRY, generate_latest
from pydantic import SecretStr

from services import voucher
from services.chassis.authorisation import PUBLIC
from services.chassis.neighbours import Neighbour
from services.voucher.app import ROUTERS, TIMETABLE, create_app
from services.voucher.authorisation import AUTHORISATION
from services.voucher.oversight.operations.audit import WINGS
from services.voucher.settings import Settings
from tests.databases import Urls
from tests.voucher.neighbours import SECRETS, gateway_app

ROUTES = {route.name: route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)}


def test_every_route_is_in_the_authorisation_table_and_every_line_of_it_is_a_route() -> None:
    assert ROUTES.keys() == AUTHORISATION.keys()


def test_only_health_what_is_disclosed_and_public_keys_are_public() -> None:
    public = {name for name, granted in AUTHORISATION.items() if granted == PUBLIC}
    assert public == {
        "get_liveness",
        "get_readiness",
        "get_metrics",
        "list_disclosures",
        "list_notices",
        "get_draw",
        "get_disclosure",
        "get_scheme_schema",
        "get_voucher_keys",
    }


@pytest.mark.parametrize("name", sorted(ROUTES))
def test_every_operation_says_what_it_does(name: str) -> None:
    assert ROUTES[name].description.strip().endswith(".")
    assert ROUTES[name].tags


async def test_every_body_is_shown_by_example_and_takes_no_unknown_field(voucher_app: Any) -> None:
    document = voucher_app.openapi()
    bodies = {
        operation["operationId"]: document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        for path in document["paths"].values()
        for operation in path.values()
        for schema in [operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")]
        if schema is not None
    }
    assert bodies
    assert [name for name, body in bodies.items() if not body.get("examples")] == []
    assert [name for name, body in bodies.items() if body["additionalProperties"] is not False] == []


def operations(document: Any) -> Iterator[dict[str, Any]]:
    for path in document["paths"].values():
        yield from path.values()


async def test_where_every_field_may_be_left_out_so_may_the_body(voucher_app: Any) -> None:
    document = voucher_app.openapi()
    needed = {
        operation["operationId"]: document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        for operation in operations(document)
        for asked in [operation.get("requestBody", {})]
        if asked.get("required") and "application/json" in asked["content"]
        for schema in [asked["content"]["application/json"]["schema"]]
    }
    assert needed
    assert [name for name, body in needed.items() if not body.get("required")] == []


async def test_no_schema_is_called_by_its_module(voucher_app: Any) -> None:
    assert [name for name in voucher_app.openapi()["components"]["schemas"] if "__" in name] == []


async def test_what_runs_beside_requests_ends_with_the_service(voucher_app: Any) -> None:
    before = asyncio.all_tasks()
    async with voucher_app.router.lifespan_context(voucher_app):
        assert asyncio.all_tasks() > before
    assert asyncio.all_tasks() == before


async def test_what_the_process_counts_is_told_at_its_own_port(voucher_api: httpx2.AsyncClient) -> None:
    told = await voucher_api.get("/metrics")
    assert told.headers["Content-Type"].startswith("text/plain")
    assert "# TYPE innovoucher_lane_batch_size histogram" in told.text


async def test_a_refusal_is_counted_by_its_code(voucher_api: httpx2.AsyncClient) -> None:
    labels = {"service": "voucher", "code": "auth.missing"}
    before = REGISTRY.get_sample_value("innovoucher_refusals_total", labels) or 0
    await voucher_api.get("/v1/vouchers")
    assert REGISTRY.get_sample_value("innovoucher_refusals_total", labels) == before + 1


async def test_while_it_works_it_looks_at_what_waits(database_urls: Urls) -> None:
    settings = Settings(test_database_url=SecretStr(database_urls.voucher), works=True, **SECRETS)
    app = create_app(settings, gateway=Neighbour("http://gateway", app=gateway_app))
    place = {"schema": "voucher", "database": database_urls.name}
    async with app.router.lifespan_context(app):
        for _ in range(1_000):
            if REGISTRY.get_sample_value("innovoucher_settlement_waiting", {**place, "what": "review"}) is not None:
                break
            await asyncio.sleep(0.01)
        looks = ("timer_late_seconds", "jobs", "directory_age_seconds", "settlement_oldest_seconds")
        told = generate_latest().decode()
    assert [look for look in looks if f"innovoucher_{look}{{" not in told] == []


def modules() -> Iterator[ModuleType]:
    """Every module of the service."""
    for found in pkgutil.walk_packages(voucher.__path__, f"{voucher.__name__}."):
        yield import_module(found.name)


def test_every_timer_stands_in_the_timetable() -> None:
    defined = {
        one
        for module in modules()
        for one in vars(module).values()
        if isinstance(one, type) and one.__module__ == module.__name__ and {"next_due", "run"} <= vars(one).keys()
    }
    assert defined == {type(timer) for timer in TIMETABLE.timers}


def test_every_wings_audit_is_run() -> None:
    findings = {module.findings for module in modules() if module.__name__.endswith(".store.audit")}
    assert findings == set(WINGS)
