"""Decides which logins and passwords are fit for use, and how long a login rests after failures.

NIST-style rules as in OWASP ASVS 5.0: length instead of composition, a short list of what everybody tries first,
nothing taken from the login itself. Lock-out answers GB/T 22239-2019 8.1.4.1.
"""

import re
import unicodedata
from datetime import datetime, timedelta

from services.chassis.refusals import Reason

LOGIN_MIN, LOGIN_MAX = 3, 64
PASSWORD_MIN, PASSWORD_MAX = 12, 128
FREE_FAILURES = 5
LONGEST_REST = timedelta(minutes=15)

_LOGIN = re.compile(r"[a-z0-9][a-z0-9._@+-]*")
_TRIED_FIRST = frozenset(
    {"password1234", "passwordpassword", "123456789012", "1234567890123", "qwertyuiop12", "qwertyuiop123"}
    | {"administrator", "adminadmin12", "letmeinletmein", "iloveyou1234", "111111111111", "abcdefghijkl"}
)
_FEWEST_DISTINCT = 5


def normalise_login(text: str) -> str:
    """Compare logins without regard to width and case; surrounding blanks do not count."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


def login_faults(login: str, *, pointer: str) -> list[Reason]:
    """What is wrong with a normalised login: its length (3–64 characters) or its characters."""
    if not LOGIN_MIN <= len(login) <= LOGIN_MAX:
        numbers = {"least": LOGIN_MIN, "most": LOGIN_MAX}
        return [Reason("login.length", rule="login_length", pointer=pointer, numbers=numbers)]
    if not _LOGIN.fullmatch(login):
        return [Reason("login.characters", rule="login_characters", pointer=pointer)]
    return []


def password_faults(password: str, *, login: str, pointer: str) -> list[Reason]:
    """What is wrong with a new password: length (12–128 characters), or easily guessed. The text is never repeated."""
    if not PASSWORD_MIN <= len(password) <= PASSWORD_MAX:
        numbers = {"least": PASSWORD_MIN, "most": PASSWORD_MAX}
        return [Reason("password.length", rule="password_length", pointer=pointer, numbers=numbers)]
    folded = password.casefold()
    guessed = folded in _TRIED_FIRST or len(set(folded)) < _FEWEST_DISTINCT or (bool(login) and login in folded)
    return [Reason("password.guessable", rule="password_guessable", pointer=pointer)] if guessed else []


def rest_until(failures: int, *, last_failed_at: datetime) -> datetime:
    """When a login may be tried again: at once for five failures, then rests doubling from 1 s to 15 min."""
    if failures < FREE_FAILURES:
        return last_failed_at
    doubled = timedelta(seconds=2 ** min(failures - FREE_FAILURES, 20))
    return last_failed_at + min(doubled, LONGEST_REST)
