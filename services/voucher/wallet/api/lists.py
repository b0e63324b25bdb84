"""Speaks HTTP for the lists by which a bureau hands in applications on behalf of holders."""

from typing import Annotated, Self

from pydantic import ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError
from starlette.responses import Response

from services.chassis.endpoints import JobView, job_view
from services.chassis.http import Db, Permitted, answered, router, under_key
from services.chassis.idempotency import Keyed
from services.chassis.ids import DocumentId
from services.chassis.models import Line, StrictModel
from services.voucher.wallet.api.names import EXAMPLE_ID, RoundId
from services.voucher.wallet.domain.lists import ROWS_MAX, numbered
from services.voucher.wallet.operations import listing

routes = router()
EITHER = {"message_zh": "名单须为逐行数据或文件之一"}
Cell = Annotated[str, Field(max_length=64)]
"""What stands in one cell of a list, right or wrong: the row is judged later, and told with all its faults."""


class ListRow(StrictModel):
    """A row: whom for, how much in the list's currency, and the client's own name for the application."""

    holder_id: Cell
    amount: Cell
    client_ref: Cell


class NewList(StrictModel):
    """Rows, or the CSV file that was sent to `/v1/documents` before, with the number of the document behind them.

    A file is in UTF-8, and its first line names the columns holder_id, amount and client_ref. dry_run: only look.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "document": "江工信〔2020〕31号",
                    "currency": "CNY",
                    "dry_run": True,
                    "rows": [{"holder_id": f"org_{EXAMPLE_ID}", "amount": "20000.00", "client_ref": "2020-1"}],
                }
            ]
        }
    )

    document: Line
    currency: str = Field(min_length=3, max_length=3)
    dry_run: bool = False
    rows: list[ListRow] | None = Field(default=None, max_length=ROWS_MAX)
    file: DocumentId | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.rows is None) == (self.file is None):
            raise PydanticCustomError("list_source", "A list has either rows or a file", EITHER)
        return self


@routes.post("/v1/rounds/{round_id}/lists", status_code=202, response_model=JobView, tags=["rounds"])
async def take_list(
    round_id: RoundId,
    body: NewList,
    db: Db,
    permit: Permitted,
    keyed: Annotated[Keyed, under_key(job_view, status=202)],
) -> Response:
    """Hand in applications on behalf of holders, judged row by row; the job's report names every fault of every row."""
    asked = listing.Asked(
        document=body.document,
        currency=body.currency,
        dry_run=body.dry_run,
        rows=() if body.rows is None else numbered([row.model_dump() for row in body.rows]),
        file=body.file,
    )
    return answered(await listing.request(db, keyed, permit=permit, round_id=round_id, asked=asked))
