"""Speaks HTTP for how voucher stands to the registry: how old what it heard is, whether it is believed, and why not."""

from pydantic import ConfigDict

from services.chassis.http import Db, Permitted, RequestId, router
from services.chassis.models import Instant, Prose, StrictModel
from services.voucher.directory.domain.trust import Lie
from services.voucher.directory.operations import replaying
from services.voucher.directory.store.replay import FeedState

routes = router()


class ReplayAsked(StrictModel):
    """Why everything is to be heard anew: what was lost, and who records it again."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"reason": "登记库 11 月 20 日由备份恢复，缺失的处分已补录。"}]}
    )

    reason: Prose


class RegistryFeedView(StrictModel):
    """How voucher stands to the registry. Times are real; heard_anew: how many things, while a replay runs."""

    heard_at: Instant | None
    distrusted_since: Instant | None
    distrusted_why: Lie | None
    replay_asked_at: Instant | None
    replays: int
    known: int
    heard_anew: int


@routes.get("/v1/registry-feed", tags=["registry feed"])
async def get_registry_feed(db: Db) -> RegistryFeedView:
    """When the registry was last heard whole, and whether what it says is believed."""
    return _view(await replaying.read_state(db))


@routes.post("/v1/registry-feed/replay", status_code=202, tags=["registry feed"])
async def replay_registry_feed(body: ReplayAsked, db: Db, permit: Permitted, request_id: RequestId) -> RegistryFeedView:
    """Hear everything anew, beside what is known, and believe it once it is whole; nothing else stops meanwhile."""
    asked = replaying.Asked(permit.caller.person, body.reason, request_id)
    return _view(await replaying.ask_replay(db, asked))


def _view(state: FeedState) -> RegistryFeedView:
    told = {name: getattr(state, name) for name in RegistryFeedView.model_fields if name != "distrusted_why"}
    why = None if state.distrusted_why is None else Lie(state.distrusted_why)
    return RegistryFeedView(distrusted_why=why, **told)
