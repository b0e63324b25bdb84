"""Speaks HTTP for the branches 服务网点 of providers."""

from fastapi import Response, status
from pydantic import ConfigDict

from services.chassis.http import ExpectedVersion, router
from services.chassis.models import StrictModel
from services.registry.api.asking import AskedBy, tagged
from services.registry.api.words import BranchId, Code, ProviderId, RawText
from services.registry.catalogue.domain.dossier import Document
from services.registry.providers.domain.branch import BranchFacts
from services.registry.providers.operations import branches

branches_api = router()
PATH = "/v1/providers/{provider_id}/branches"


class BranchBody(StrictModel):
    """A branch, whole: an edit sends all of it; one that closes is no longer active."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"name": "高新区检测窗口", "address": "江门市江海区高新西路1号", "region": "440704"}]
        }
    )

    name: RawText
    address: RawText
    region: Code
    active: bool = True

    @property
    def facts(self) -> BranchFacts:
        """The same as the domain has it."""
        return BranchFacts(self.name, self.address, self.region, self.active)


class BranchView(StrictModel):
    """A branch."""

    id: BranchId
    provider: ProviderId
    name: str
    address: str
    region: str
    active: bool
    version: int


class BranchesView(StrictModel):
    """All branches of a provider, oldest first."""

    items: list[BranchView]


@branches_api.post(PATH, status_code=status.HTTP_201_CREATED, tags=["providers"], response_model=BranchView)
async def create_branch(provider_id: ProviderId, body: BranchBody, asked: AskedBy, response: Response) -> Document:
    """Record a branch."""
    return tagged(response, await branches.record_branch(asked, provider_id, body.facts))


@branches_api.get(PATH, tags=["providers"], response_model=BranchesView)
async def list_branches(provider_id: ProviderId, asked: AskedBy) -> Document:
    """All branches of a provider."""
    return {"items": await branches.list_branches(asked, provider_id)}


@branches_api.patch(f"{PATH}/{{branch_id}}", tags=["providers"], response_model=BranchView)
async def update_branch(
    provider_id: ProviderId,
    branch_id: BranchId,
    body: BranchBody,
    version: ExpectedVersion,
    asked: AskedBy,
    response: Response,
) -> Document:
    """Change a branch from the version that If-Match names."""
    told = await branches.amend_branch(asked, provider_id, branch_id, version=version, facts=body.facts)
    return tagged(response, told)
