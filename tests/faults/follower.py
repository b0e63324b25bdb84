"""A system of a provider's that follows the events of its own and notes each in a file: `python -m` it, and kill it.

What it knows is the file: it goes on behind the cursor of the last whole line.
"""

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2

PAUSE_SECONDS = 0.05


def noted(file: Path) -> list[list[str]]:
    """Cursor, id and type of each event that was noted; a line that was cut short was not."""
    lines = file.read_text().splitlines(keepends=True) if file.exists() else []
    return [line.split() for line in lines if line.endswith("\n")]


def follow(url: str, token: str, file: Path, how: str) -> None:
    """Follow without end, whatever becomes of the service."""
    known = noted(file)
    file.write_text("".join(" ".join(line) + "\n" for line in known))
    cursor = known[-1][0] if known else None
    headers = {"Authorization": token}
    with file.open("a") as out, httpx2.Client(base_url=url, headers=headers, timeout=60) as http:
        while True:
            try:
                for item in (streamed if how == "stream" else polled)(http, cursor):
                    cursor = item["cursor"]
                    out.write(f"{cursor} {item['id']} {item['type']}\n")
                    out.flush()
            except (httpx2.HTTPError, KeyError):  # nobody there, or a problem instead of a page
                time.sleep(PAUSE_SECONDS)


def streamed(http: httpx2.Client, cursor: str | None) -> Iterator[dict[str, str]]:
    """The events of one stream."""
    headers = {"Accept": "text/event-stream"} | ({"Last-Event-ID": cursor} if cursor else {})
    with http.stream("GET", "/v1/events", headers=headers) as response:
        for line in response.iter_lines():
            if line.startswith("data: "):
                yield json.loads(line.removeprefix("data: "))


def polled(http: httpx2.Client, cursor: str | None) -> Iterator[dict[str, str]]:
    """The events of one page, waited for."""
    params = {"wait": "5"} | ({"after": cursor} if cursor else {})
    yield from http.get("/v1/events", params=params).json()["items"]


if __name__ == "__main__":
    follow(sys.argv[1], sys.argv[2], Path(sys.argv[3]), sys.argv[4])
