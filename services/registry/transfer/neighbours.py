"""Asks a city's data-sharing platform for the extract of a day: all of it, within bounds, or nothing."""

import asyncio
from dataclasses import dataclass
from datetime import date

import httpx2
from pydantic import SecretStr

from services.chassis.documents import SIZE_MAX, Sent
from services.chassis.neighbours import trusted
from services.registry.transfer.domain.sheets import CSV, XLSX

SECONDS = 60.0
"""How long one extract may take from the first byte asked to the last one read."""
SILENCE_SECONDS = 10.0


class NotFetched(Exception):
    """An extract could not be had; `why` is a word, and neither address nor token stand in it."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Platform:
    """Where extracts lie: an address with ``{day}`` in it, and what is shown there."""

    url: str
    token: SecretStr | None = None
    seconds: float = SECONDS

    async def extract(self, day: date) -> Sent | None:
        """The extract of a local day, None where it is not there (404). NotFetched.

        A redirect is not followed: it would lead to where nobody has said that extracts are taken from.
        """
        proof = {} if self.token is None else {"Authorization": f"Bearer {self.token.get_secret_value()}"}
        headers = {"Accept": f"{CSV}, {XLSX}", "Accept-Encoding": "identity", **proof}
        url = self.url.replace("{day}", day.isoformat())
        try:
            async with (
                asyncio.timeout(self.seconds),
                httpx2.AsyncClient(timeout=SILENCE_SECONDS, verify=trusted()) as client,
                client.stream("GET", url, headers=headers) as answer,
            ):
                return None if answer.status_code == 404 else await _read(answer, day)
        except (TimeoutError, httpx2.TimeoutException):
            raise NotFetched("too_slow") from None
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise NotFetched(type(error).__name__) from None


async def _read(answer: httpx2.Response, day: date) -> Sent:
    """The body, read as it comes, so that no more is held than a document may have."""
    media_type = _sound_type(answer)
    content = bytearray()
    async for chunk in answer.aiter_raw():
        content += chunk
        if len(content) > SIZE_MAX:
            raise NotFetched("too_large")
    if not content:
        raise NotFetched("empty")
    return Sent(bytes(content), media_type, day.isoformat())


def _sound_type(answer: httpx2.Response) -> str:
    """Of what type the body is; NotFetched where it is no list, or could be cut off without anybody noticing."""
    if answer.status_code != 200:
        raise NotFetched(f"status_{answer.status_code}")
    media_type = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if media_type not in (CSV, XLSX):
        raise NotFetched("media_type")
    if answer.headers.get("Content-Encoding", "identity") != "identity":
        raise NotFetched("content_encoding")
    if "Content-Length" not in answer.headers and "Transfer-Encoding" not in answer.headers:
        raise NotFetched("no_length")
    return media_type
