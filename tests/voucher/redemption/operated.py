"""What the bureau's operators do to a stored voucher, straight through the operations: for many at once."""

from collections.abc import Callable, Coroutine
from typing import Any
from uuid import UUID

from services.chassis.attempts import Attempt
from services.chassis.authorisation import Grant, Permit
from services.chassis.database import Database
from services.chassis.idempotency import Answer, Keyed
from services.chassis.ids import new_id
from services.chassis.tokens import Caller
from services.voucher.redemption.operations import change_requests, extending
from services.voucher.wallet.domain import lives
from services.voucher.wallet.domain.change_request import ChangeRequest, RequestKind
from services.voucher.wallet.domain.ground import Ground
from services.voucher.wallet.domain.lives import Life, Said
from services.voucher.wallet.operations import lives as wallet

PAPER = "江工信〔2020〕7号"


def an_operator(person: str = "per_operator", bureau: str = "jiangmen-sme") -> Permit:
    caller = Caller(person, person, None, frozenset({"operator"}), "test", "ses_1", "tok_1", 0, bureau=bureau)
    return Permit(caller, (Grant("operator", "bureau"),))


def keyed(operation: str, subject: UUID, key: str | None = None) -> Keyed:
    attempt = Attempt(
        operation=operation,
        caller="per_operator",
        organization=None,
        subject_kind="voucher",
        subject_id=subject,
        key=key or str(new_id()),
        outcome="refused",
        request_id="req_1",
    )
    return Keyed(attempt, f"{operation} {subject}", _shown, 200)


def _shown(result: Any) -> dict[str, Any]:
    return {"id": str(result.id if isinstance(result, ChangeRequest) else result.voucher.id)}


async def act(database: Database, voucher_id: UUID, deed: Callable[[Ground, Said], Life]) -> Answer:
    asked = wallet.Asked(deed, "because", PAPER)
    return await wallet.change(
        database, keyed(deed.__name__, voucher_id), permit=an_operator(), voucher_id=voucher_id, asked=asked
    )


def suspend(database: Database, voucher_id: UUID) -> Coroutine[Any, Any, Answer]:
    return act(database, voucher_id, lives.suspend)


async def extend(database: Database, voucher_id: UUID) -> Answer:
    asked = extending.Asked("The laboratory was closed.", None)
    return await extending.extend(
        database, keyed("extend", voucher_id), permit=an_operator(), voucher_id=voucher_id, asked=asked
    )


async def ask(database: Database, voucher_id: UUID, kind: RequestKind, **more: Any) -> UUID:
    asked = change_requests.Asked(kind=kind, voucher_id=voucher_id, reason="because", document=PAPER, **more)
    answer = await change_requests.ask(database, keyed(kind, voucher_id), permit=an_operator(), asked=asked)
    return UUID(answer.body["id"])


async def grant(database: Database, request_id: UUID, key: str | None = None) -> Answer:
    permit = an_operator("per_second")
    return await change_requests.grant(database, keyed("grant", request_id, key), permit=permit, request_id=request_id)


async def cancelled(database: Database, voucher_id: UUID) -> Answer:
    return await grant(database, await ask(database, voucher_id, RequestKind.CANCEL))
