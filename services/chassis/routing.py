"""Decides which endpoint answers a request, and finds what it asks for."""

import inspect
import json
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from email.message import Message
from functools import lru_cache
from operator import attrgetter
from typing import Any, cast, get_args

from fastapi import APIRouter, Request
from fastapi._compat import ModelField
from fastapi.dependencies.models import Dependant
from fastapi.dependencies.utils import request_body_to_args, request_params_to_args
from fastapi.exceptions import HTTPException, RequestValidationError
from fastapi.params import Body
from fastapi.routing import APIRoute
from pydantic_core import PydanticUndefined
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Receive, Scope, Send

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class Nouns(BaseRoute):
    """Holds a request against the routes of its own noun alone, and not against all of a service's in turn.

    The noun is the first two words of a path, such as ``/v1/vouchers``; those that share it are tried in turn. Put
    before all routes, it answers for every noun it knows; a route with a parameter there is found as ever.
    """

    def __init__(self, routes: Sequence[APIRoute]) -> None:
        self._routers: dict[str, APIRouter] = {}
        for route in routes:
            self._routers.setdefault(_noun(route.path), APIRouter()).routes.append(route)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Fully, where the noun is known: its routes alone can say then that there is nothing of that name."""
        known = scope["type"] == "http" and _noun(scope["path"]) in self._routers
        return (Match.FULL if known else Match.NONE), {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand over to the route of the noun; their router says it where there is none, or not by this method."""
        router = self._routers[_noun(scope["path"])]
        for route in router.routes:
            match, found = route.matches(scope)
            if match is Match.FULL:
                scope.update(found)
                await route.handle(scope, receive, send)
                return
        await router.app(scope, receive, send)


def _noun(path: str) -> str:
    """The first two words of a path."""
    return "/".join(path.split("/", 3)[:3])


def served(handler: Handler) -> ASGIApp:
    """The app that answers a request as the handler does; errors are left to whatever is around it."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        response = await handler(Request(scope, receive))
        await response(scope, receive, send)

    return app


class Plan:
    """What a function asks for, found in one pass over what FastAPI read from its signature.

    FastAPI's own solver asks at each request what kind of function each is, and looks into every place where something
    could be found (its price: decision 0017). What a plan finds is validated by FastAPI. It knows parameters of path,
    query and header, JSON bodies, the request, and coroutine functions that ask for the same; there is no plan for
    whatever asks for more, and none heeds FastAPI's `dependency_overrides`.
    """

    def __init__(self, dependant: Dependant, *, embedded: bool) -> None:
        self._call = cast(Callable[..., Awaitable[Any]], dependant.call)
        self._needs = [(one.name, Plan(one, embedded=embedded)) for one in dependant.dependencies]
        self._lines = [(field, field.alias) for field in dependant.header_params if _is_line(field)]
        places = {
            "path_params": dependant.path_params,
            "query_params": dependant.query_params,
            "headers": [field for field in dependant.header_params if not _is_line(field)],
        }
        self._fields = [(attrgetter(place), fields) for place, fields in places.items() if fields]
        self._body, self._embedded = dependant.body_params, embedded
        self._whole = self._body[0] if len(self._body) == 1 and not embedded else None
        self._reads: bool = bool(self._body) or any(plan._reads for _, plan in self._needs)
        self._request = dependant.request_param_name

    async def respond(self, request: Request) -> Any:
        """What the function gives, with all that it asks for; RequestValidationError with every fault."""
        body = await _body(request) if self._reads else PydanticUndefined
        faults: list[Any] = []
        asked = await self._found(request, body, faults, {})
        if faults:
            raise RequestValidationError(faults, body=body)
        return await self._call(**asked)

    async def _found(self, request: Request, body: Any, faults: list[Any], known: dict[Any, Any]) -> dict[Any, Any]:
        """The arguments, as far as they are there; known: what each function gave that was asked for it already."""
        found: dict[Any, Any] = {}
        for name, plan in self._needs:
            if plan._call not in known:
                before = len(faults)
                asked = await plan._found(request, body, faults, known)
                if len(faults) > before:
                    continue
                known[plan._call] = await plan._call(**asked)
            found[name] = known[plan._call]
        found.pop(None, None)  # what a guard gives, which is asked for beside the parameters
        for field, header in self._lines:
            value: Any = request.headers.get(header)
            if value is not None:
                value, wrong = field.validate(value, loc=("header", header))
                faults += wrong
            found[field.name] = value
        for place, fields in self._fields:
            values, wrong = request_params_to_args(fields, place(request))
            found.update(values)
            faults += wrong
        if self._whole is not None and body is not PydanticUndefined:
            found[self._whole.name], wrong = self._whole.validate(body, loc=("body",))
            faults += wrong
        elif self._body:
            values, wrong = await request_body_to_args(self._body, body, self._embedded)
            found.update(values)
            faults += wrong
        if self._request is not None:
            found[self._request] = request
        return found


def _is_line(field: ModelField) -> bool:
    """Whether a header is one text, or nothing where it is not sent: FastAPI would ask this at each request."""
    kinds = get_args(field.field_info.annotation)
    if field.default is not None or field.validation_alias is not None or len(kinds) != 2:
        return False
    return kinds[0] is str and type(None) in (kinds[1], *get_args(kinds[1]))


def plan_of(route: APIRoute) -> Plan | None:
    """How to find what an endpoint asks for that makes its response itself; None where that is left to FastAPI."""
    responds = inspect.signature(route.endpoint).return_annotation is Response
    known = responds and all(map(_is_known, _all(route.dependant)))
    return Plan(route.dependant, embedded=route._embed_body_fields) if known else None


def _all(dependant: Dependant) -> Iterator[Dependant]:
    yield dependant
    for one in dependant.dependencies:
        yield from _all(one)


def _is_known(dependant: Dependant) -> bool:
    """Whether a `Plan` finds each parameter of the function, and FastAPI would do no more than call it with them."""
    if not inspect.iscoroutinefunction(dependant.call) or dependant.concurrency or dependant.own_oauth_scopes:
        return False
    found: list[Any] = [*dependant.path_params, *dependant.query_params, *dependant.header_params]
    found += [field for field in dependant.body_params if type(field.field_info) is Body]  # and no form's, no file's
    names = {dependant.request_param_name, *(one.name for one in (*found, *dependant.dependencies))}
    return dependant.use_cache and names.issuperset(inspect.signature(dependant.call).parameters)


async def _body(request: Request) -> Any:
    """What was sent, as FastAPI reads it: JSON where it says that it is, else bytes, which fit no model."""
    try:
        sent = await request.body()
        if not sent:
            return PydanticUndefined
        return await request.json() if _is_json(request.headers.get("content-type", "")) else sent
    except json.JSONDecodeError as error:
        fault = {"type": "json_invalid", "loc": ("body", error.pos), "msg": "JSON decode error", "input": {}}
        raise RequestValidationError([{**fault, "ctx": {"error": error.msg}}], body=error.doc) from error
    except ClientDisconnect as error:
        raise HTTPException(400) from error


@lru_cache(maxsize=256)
def _is_json(content_type: str) -> bool:
    """Whether a media type is JSON, or written in it."""
    message = Message()
    message["content-type"] = content_type
    kind = message.get_content_subtype()
    return message.get_content_maintype() == "application" and (kind == "json" or kind.endswith("+json"))
