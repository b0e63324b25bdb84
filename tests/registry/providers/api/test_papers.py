"""The papers that prove who a provider is, over HTTP, where an installation requires them."""

from typing import Any
from uuid import UUID

import httpx2
import pytest

from services.chassis.database import Database
from tests.registry.neighbours import calls
from tests.registry.samples import PENGJIANG, document, organization, provider

REVIEWER = calls("reviewer", region=PENGJIANG, sub="per_2", per="per_2")
PAPERS = ("business_licence", "legal_representative")


@pytest.fixture
def strict(registry_app: Any) -> None:
    """The installation requires papers."""
    registry_app.state.settings = registry_app.state.settings.model_copy(update={"papers_required": True})


@pytest.mark.usefixtures("strict")
async def test_a_provider_is_admitted_once_its_papers_are_confirmed(
    registry: Database, registry_api: httpx2.AsyncClient
) -> None:
    firm: UUID = await organization(registry)
    seller, paper = (
        f"/v1/providers/prv_{(await provider(registry, firm)).hex}",
        f"doc_{(await document(registry)).hex}",
    )
    own, wanted = calls("provider", firm), {"category": "testing", "from": "2020-09-14", "document": paper}
    chinese = {**REVIEWER, "Accept-Language": "zh-CN"}
    refused = await registry_api.post(f"{seller}/admit", json=wanted, headers=chinese)
    assert (refused.status_code, refused.json()["code"]) == (422, "provider.papers_missing")
    assert "营业执照、法定代表人身份证明" in refused.text
    listed = await registry_api.get(f"{seller}/qualifications", headers=own)
    assert [one["kind"] for one in listed.json()["papers_missing"]] == list(PAPERS)
    for kind in PAPERS:
        body = {"kind": kind, "number": "1", "issuer": "市监局", "from": "2019-06-01", "document": paper}
        made = await registry_api.post(f"{seller}/qualifications", json=body, headers=own)
        path = f"{seller}/qualifications/{made.json()['id']}/confirm"
        assert (await registry_api.post(path, headers=REVIEWER)).json()["state"] == "confirmed"
    told = await registry_api.post(f"{seller}/admit", json=wanted, headers=REVIEWER)
    assert (told.status_code, told.json()["state"]) == (200, "admitted")
