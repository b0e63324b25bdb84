"""Decides how the public API is called from this machine: with one caller's token, and loudly when refused."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx2

JOB_POLL_SECONDS = 0.02
PAGE = "200"
LOGIN_TRIES = 3
Json = dict[str, Any]


class Unexpected(Exception):
    """The API answered something else than what was needed of it."""

    def __init__(self, call: str, status: int, body: Json) -> None:
        super().__init__(f"{call} answered {status}: {body}")
        self.body = body


@dataclass(frozen=True)
class Caller:
    """Somebody with a token, or nobody yet."""

    http: httpx2.AsyncClient
    token: str | None = field(default=None, repr=False)

    async def log_in(self, login: str, password: str) -> "Caller":
        """The same API as this person in the sandbox.

        A token issued in the very second in which the person's roles changed does not count: then the next second is
        waited for.
        """
        for _ in range(LOGIN_TRIES):
            answer = await self.post("/v1/auth/login", {"login": login, "password": password, "mode": "test"})
            signed_in = Caller(self.http, answer["access_token"])
            try:
                await signed_in.get("/v1/me")
            except Unexpected:
                await asyncio.sleep(1)
            else:
                return signed_in
        raise Unexpected(f"logging in as {login}", 401, {})

    async def get(self, path: str, **params: str) -> Json:
        """The answer to a GET."""
        return await self._call("GET", path, params=params)

    async def post(self, path: str, body: Json | None = None, key: str | None = None) -> Json:
        """The answer to a POST, under a key of its own unless one is given."""
        return await self._call("POST", path, json=body or {}, headers={"Idempotency-Key": key or uuid4().hex})

    async def patch(self, path: str, version: int, body: Json) -> Json:
        """The answer to an edit of a version."""
        return await self._call("PATCH", path, json=body, headers={"If-Match": f'"{version}"'})

    async def refused(self, path: str, body: Json | None = None) -> Json:
        """The problem document of a POST that must be refused."""
        try:
            answer = await self.post(path, body)
        except Unexpected as refused:
            return refused.body
        raise Unexpected(f"POST {path} (which should be refused)", 200, answer)

    async def send(self, path: str, name: str, content: bytes, media_type: str = "text/plain") -> str:
        """Send a document; its id."""
        identifier: str = (await self.upload(path, content, media_type, name=name))["id"]
        return identifier

    async def upload(self, path: str, content: bytes, media_type: str, **params: str) -> Json:
        """The answer to a POST of bytes, under a key of its own."""
        headers = {"Content-Type": media_type, "Idempotency-Key": uuid4().hex}
        return await self._call("POST", path, params=params, content=content, headers=headers)

    async def download(self, path: str) -> bytes:
        """The bytes of what can be downloaded."""
        return (await self._answered("GET", path)).content

    async def pages(self, path: str, **params: str) -> AsyncIterator[Json]:
        """Every item of a list, page after page."""
        page = await self.get(path, limit=PAGE, **params)
        while True:
            for item in page["items"]:
                yield item
            if page["next_cursor"] is None or not page["items"]:
                return
            page = await self.get(path, limit=PAGE, after=page["next_cursor"], **params)

    async def job(self, job: Json) -> Json:
        """Wait for a job's end; its report."""
        while job["state"] in ("queued", "running"):
            await asyncio.sleep(JOB_POLL_SECONDS)
            job = await self.get(f"/v1/jobs/{job['id']}")
        if job["state"] != "done":
            raise Unexpected(f"job {job['kind']}", 500, job)
        report: Json = job["report"]
        return report

    async def _call(self, method: str, path: str, **content: Any) -> Json:
        response = await self._answered(method, path, **content)
        body: Json = response.json() if response.content else {}
        return body

    async def _answered(
        self, method: str, path: str, *, headers: dict[str, str] | None = None, **content: Any
    ) -> httpx2.Response:
        sent = {**(headers or {}), **({"Authorization": f"Bearer {self.token}"} if self.token else {})}
        response = await self.http.request(method, path, headers=sent, **content)
        if response.status_code >= 400:
            raise Unexpected(f"{method} {path}", response.status_code, response.json() if response.content else {})
        return response
