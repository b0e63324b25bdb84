"""A request is held against the routes of its noun alone, and its endpoint is given what FastAPI would give it."""

from collections.abc import AsyncGenerator
from typing import Annotated, Any

import httpx2
import pytest
from fastapi import BackgroundTasks, Cookie, Depends, FastAPI, Header, Request, Response, Security, WebSocket
from fastapi.params import Form
from fastapi.routing import APIRoute
from fastapi.security import SecurityScopes
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from services.chassis.models import Line, StrictModel
from services.chassis.routing import Nouns, plan_of

looked_at: list[str] = []


class Watched(APIRoute):
    """A route that says when a request is held against it."""

    def matches(self, scope):  # type: ignore[no-untyped-def]
        looked_at.append(self.path)
        return super().matches(scope)


@pytest.fixture
async def client() -> AsyncGenerator[httpx2.AsyncClient]:
    app = FastAPI()

    async def said() -> str:
        return "said"

    paths = ("/v1/rounds", "/v1/rounds/{one}", "/v1/rounds:count", "/v1/vouchers/{one}/code", "/docs/{asset}", "/")
    routes = [Watched(path, said, methods=["GET"]) for path in paths]
    app.router.routes[:] = [Nouns(routes), *routes]
    looked_at.clear()
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://test") as http:
        yield http


@pytest.mark.parametrize(
    ("path", "tried"),
    [
        ("/v1/rounds", ["/v1/rounds"]),
        ("/v1/rounds/1", ["/v1/rounds", "/v1/rounds/{one}"]),
        ("/v1/rounds:count", ["/v1/rounds:count"]),
        ("/v1/vouchers/1/code", ["/v1/vouchers/{one}/code"]),
        ("/", ["/"]),
    ],
)
async def test_only_the_routes_of_its_noun_are_looked_at(
    client: httpx2.AsyncClient, path: str, tried: list[str]
) -> None:
    assert (await client.get(path)).status_code == 200
    assert looked_at == tried


async def test_a_parameter_in_place_of_the_noun_is_found_as_ever(client: httpx2.AsyncClient) -> None:
    assert (await client.get("/docs/picture")).status_code == 200


@pytest.mark.parametrize("path", ["/v1/nothing", "/v1/rounds/1/2", "/v2", "/docs"])
async def test_what_is_nowhere_is_404(client: httpx2.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 404


async def test_another_method_is_405_and_says_which_there_are(client: httpx2.AsyncClient) -> None:
    answer = await client.post("/v1/rounds/1")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET")


class Planned(APIRoute):
    """A route whose endpoint is given what it asks for by our own plan."""

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        plan = plan_of(self)
        assert plan is not None
        response = await plan.respond(Request(scope, receive))
        await response(scope, receive, send)


class Wish(StrictModel):
    """What is asked for."""

    what: Line


asked_for: list[str] = []


async def limit(limit: Annotated[int, Header(le=5)] = 3) -> int:
    asked_for.append("limit")
    return limit


async def twice(
    once: Annotated[int, Depends(limit)], request: Request, no_more: Annotated[str | None, Header(max_length=3)] = None
) -> list[Any]:
    return [2 * once, request.method, no_more]


async def wish(
    number: int,
    body: Wish,
    limit: Annotated[int, Depends(limit)],
    twice: Annotated[list[Any], Depends(twice)],
    page: int = 1,
) -> Response:
    return JSONResponse([number, body.what, limit, twice, page])


async def said_by(route: type[APIRoute], path: str, endpoint: Any = wish, **sent: Any) -> tuple[int, Any]:
    app = FastAPI()
    guard = [Depends(limit)]
    app.router.routes.append(route("/wishes/{number}", endpoint, methods=["POST"], dependencies=guard))
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://test") as http:
        answer = await http.post(path, **sent)
    return answer.status_code, answer.json()


GOOD, JSON = b'{"what": "a pony"}', {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("path", "sent", "status"),
    [
        ("/wishes/7", {"content": GOOD, "headers": JSON}, 200),
        ("/wishes/7?page=2", {"content": GOOD, "headers": {**JSON, "Limit": "5"}}, 200),
        ("/wishes/7", {"content": GOOD, "headers": {"Content-Type": "application/wish+json"}}, 200),
        ("/wishes/7", {"content": GOOD, "headers": {**JSON, "No-More": "yes"}}, 200),
        ("/wishes/7", {"content": GOOD, "headers": {**JSON, "No-More": "maybe"}}, 422),
        ("/wishes/x?page=y", {"content": b'{"what": 1}', "headers": {**JSON, "Limit": "6"}}, 422),
        ("/wishes/7", {"content": GOOD, "headers": {"Content-Type": "text/json"}}, 422),
        ("/wishes/7", {"content": GOOD}, 422),
        ("/wishes/7", {"headers": JSON}, 422),
        ("/wishes/7", {"content": b"{", "headers": JSON}, 422),
    ],
)
async def test_an_endpoint_is_given_what_fastapi_would_give_it(path: str, sent: Any, status: int) -> None:
    ours = await said_by(Planned, path, **sent)
    assert ours[0] == status
    assert ours == await said_by(APIRoute, path, **sent)


async def test_what_is_asked_for_twice_is_found_once() -> None:
    asked_for.clear()
    await said_by(Planned, "/wishes/7", content=GOOD, headers=JSON)
    assert asked_for == ["limit"]


async def test_a_caller_who_leaves_while_he_speaks_is_told_no_more() -> None:
    async def gone() -> dict[str, str]:
        return {"type": "http.disconnect"}

    plan = plan_of(APIRoute("/wishes/{number}", wish, methods=["POST"]))
    assert plan is not None
    with pytest.raises(HTTPException, match="400"):
        await plan.respond(Request({"type": "http", "headers": []}, gone))


@pytest.mark.parametrize("sent", [{"content": GOOD, "headers": JSON}, {"headers": JSON}])
async def test_a_body_that_only_a_dependency_asks_for_is_read(sent: Any) -> None:
    async def asked(body: Wish) -> Wish:
        return body

    async def again(wished: Annotated[Wish, Depends(asked)]) -> Response:
        return JSONResponse(wished.what)

    ours = await said_by(Planned, "/wishes/7", again, **sent)
    assert ours == await said_by(APIRoute, "/wishes/7", again, **sent)


async def test_a_guard_beside_the_parameters_turns_away() -> None:
    status, said = await said_by(Planned, "/wishes/7", content=GOOD, headers={**JSON, "Limit": "6"})
    assert (status, said["detail"][0]["loc"]) == (422, ["header", "limit"])


async def generated() -> AsyncGenerator[int]:
    yield 1


def threaded() -> int:
    return 1


async def with_cookie(cookie: Annotated[str, Cookie()]) -> Response:
    raise NotImplementedError


async def with_task(tasks: BackgroundTasks) -> Response:
    raise NotImplementedError


async def with_response(response: Response) -> Response:
    raise NotImplementedError


async def with_connection(connection: HTTPConnection) -> Response:
    raise NotImplementedError


async def with_socket(socket: WebSocket) -> Response:
    raise NotImplementedError


async def with_scopes(scopes: SecurityScopes) -> Response:
    raise NotImplementedError


async def with_scope(one: Annotated[int, Security(limit, scopes=["pay"])]) -> Response:
    raise NotImplementedError


async def with_generator(one: Annotated[int, Depends(generated)]) -> Response:
    raise NotImplementedError


async def with_thread(one: Annotated[int, Depends(threaded)]) -> Response:
    raise NotImplementedError


async def with_another(one: Annotated[int, Depends(limit, use_cache=False)]) -> Response:
    raise NotImplementedError


async def with_few(one: Annotated[int, Depends(limit, max_concurrency=1)]) -> Response:
    raise NotImplementedError


async def with_depth(one: Annotated[int, Depends(with_connection)]) -> Response:
    raise NotImplementedError


async def with_model() -> Wish:
    raise NotImplementedError


@pytest.mark.parametrize("endpoint", [one for name, one in vars().items() if name.startswith("with_")])
def test_what_a_plan_does_not_know_is_left_to_fastapi(endpoint: Any) -> None:
    assert plan_of(APIRoute("/", endpoint)) is None


def test_a_form_is_left_to_fastapi() -> None:
    route = APIRoute("/wishes/{number}", wish, methods=["POST"])
    route.dependant.body_params[0].field_info = Form()
    assert plan_of(route) is None


def test_a_guard_that_a_plan_does_not_know_is_left_to_fastapi() -> None:
    route = APIRoute("/wishes/{number}", wish, methods=["POST"], dependencies=[Depends(with_connection)])
    assert plan_of(route) is None
