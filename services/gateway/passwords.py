"""Decides how passwords are hashed and checked: argon2id in a few threads, with bounded waiting.

OWASP's minimum for argon2id: 19 MiB, two passes, one lane. A password check costs tens of milliseconds of a core on
purpose; the threads are few, and who cannot be served soon is told to come back, so that logins starve nobody.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from services.chassis.refusals import Refusal

MEMORY_KIB = 19 * 1024
PASSES = 2
WAITING_PER_THREAD = 32
RETRY_SECONDS = 2

Answer = TypeVar("Answer")


class Passwords:
    """A bounded place where passwords are hashed and checked."""

    def __init__(self, threads: int) -> None:
        self._hasher = PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=1)
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="argon2")
        self._room = threads * WAITING_PER_THREAD
        self._decoy = self._hasher.hash("a password that nobody has")

    async def hash(self, password: str) -> str:
        """The PHC text of a new password; Refusal ``login.busy``."""
        return await self._run(self._hash, password)

    async def matches(self, password: str, password_hash: str | None) -> bool:
        """Whether it is the password; without a hash the same work is done in vain, so that time tells nothing."""
        matched = await self._run(self._verify, password, password_hash or self._decoy)
        return matched and password_hash is not None

    def close(self) -> None:
        """End the threads."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _run(self, work: Callable[..., Answer], *texts: str) -> Answer:
        if self._room <= 0:
            raise Refusal("login.busy", numbers={"retry_after_seconds": RETRY_SECONDS})
        self._room -= 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work, *texts)
        finally:
            self._room += 1

    def _hash(self, password: str) -> str:
        return self._hasher.hash(password)

    def _verify(self, password: str, password_hash: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except (Argon2Error, InvalidHashError):
            return False
