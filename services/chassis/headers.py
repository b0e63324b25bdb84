"""Decides what headers mean that the gateway's edge and every service read and write alike."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from services.chassis.refusals import Refusal

OPERATION = b"x-operation"
"""In an answer of a service: what was asked for, by its name in the API. The gateway logs it and takes it off."""
RETRY_AFTER_SECONDS = 2
"""When a refusal of what is only busy names no time of its own."""


def bearer_of(headers: Iterable[tuple[bytes, bytes]]) -> str:
    """The token of the one Authorization header among raw ASGI headers; Refusal ``auth.missing`` (RFC 6750)."""
    sent = [value.decode("latin-1") for name, value in headers if name == b"authorization"]
    scheme, _, token = sent[0].partition(" ") if len(sent) == 1 else ("", "", "")
    if scheme.lower() != "bearer" or not token.strip():
        raise Refusal("auth.missing")
    return token.strip()


def unfollowed(scope: Mapping[str, Any]) -> bool:
    """Whether the gateway follows a request in no trace, as what services ask of each other every second."""
    return all(name != b"traceparent" for name, _ in scope["headers"])


def problem_headers(status: int, refusal: Refusal, language: str, *, allowed: Sequence[str] = ()) -> dict[str, str]:
    """What stands above a problem document: its language, and what the status obliges to say (RFC 9110).

    allowed: the methods that are taken, where they are known. After 413 the rest of the body is not read.
    """
    headers = {"Content-Language": language}
    if status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="innovoucher"'
    if status == 405 and allowed:
        headers["Allow"] = ", ".join(allowed)
    if status == 413:
        headers["Connection"] = "close"
    if status in (429, 503):
        headers["Retry-After"] = str(refusal.reasons[0].numbers.get("retry_after_seconds", RETRY_AFTER_SECONDS))
    return headers
