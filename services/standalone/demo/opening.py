"""The first act: providers are admitted, firms register, and what the city knows of them is recorded."""

from services.standalone.caller import Unexpected
from services.standalone.callers import register
from services.standalone.demo.cast import DISTRICTS, MAKERSPACES, Firm, Organization, category_of
from services.standalone.demo.stage import PASSWORD, Stage

PRIORITY_LIST = "jiangmen-service-2020"
SPACE_FORMS = ("innovation_workshop", "innovation_workshop", "maker_space")


async def open_house(stage: Stage) -> None:
    """Everybody is registered, admitted, listed, linked and sanctioned as the cast says."""
    await stage.each("providers are admitted", range(len(stage.cast.providers)), lambda i: _provider(stage, i), 1)
    await stage.each("firms register", stage.cast.firms, lambda firm: _register(stage, firm.organization, "holder"))
    await _refuse_wrong_code(stage)
    paper = await stage.role("operator").send("/v1/registry/documents", "list.txt", "重点企业名单".encode())
    listed = [firm for firm in stage.cast.firms if firm.priority]
    await stage.each("firms are put on the priority list", listed, lambda firm: _list(stage, firm, paper))
    await _sanction_and_link(stage)


async def _register(stage: Stage, organization: Organization, *roles: str) -> str:
    """An organisation registers itself, and an operator confirms it against its code; its id."""
    names = ("uscc", "name", "region", "size_class")
    claimed = {name: getattr(organization, name) for name in names}
    person = {"name": f"{organization.login} 经办人", "login": organization.login, "password": PASSWORD}
    identifier = await register(stage.role("operator"), claimed, person, roles)
    stage.organizations[organization.login] = identifier
    return identifier


async def _refuse_wrong_code(stage: Stage) -> None:
    """The 261st has a wrong check digit: the registration names the field and changes nothing."""
    try:
        await _register(stage, stage.cast.wrong_code, "holder")
    except Unexpected as refused:
        if any(error["pointer"] == "/organization/uscc" for error in refused.body["errors"]):
            return
        raise
    raise Unexpected("a registration with a wrong credit code", 201, {})


async def _provider(stage: Stage, index: int) -> None:
    organization = stage.cast.providers[index]
    is_space = organization.name in MAKERSPACES
    identifier = await _register(stage, organization, *(("provider", "space") if is_space else ("provider",)))
    if is_space:
        await _space(stage, organization, identifier, SPACE_FORMS[index])
    category = category_of(index)
    applied = await (await stage.party(organization)).post("/v1/providers", {"categories": [category]})
    reviewer = stage.role("reviewer")
    licence = await reviewer.send("/v1/registry/documents", "licence.txt", organization.name.encode())
    admission = {"category": category, "from": "2020-09-14", "until": "2021-12-31", "document": licence}
    await reviewer.post(f"/v1/providers/{applied['id']}/admit", admission)
    stage.providers.append(applied["id"])


async def _space(stage: Stage, organization: Organization, operator: str, form: str) -> None:
    body = {
        "name": organization.name,
        "kind": "professional_service",
        "form": form,
        "operator": operator,
        "region": organization.region if organization.region in DISTRICTS else DISTRICTS[0],
    }
    await stage.role("operator").post("/v1/spaces", body)


async def _list(stage: Stage, firm: Firm, paper: str) -> None:
    identifier = stage.organizations[firm.organization.login]
    listing = {"list": PRIORITY_LIST, "class": "priority", "from": "2020-01-01", "until": "2020-12-31"}
    await stage.role("operator").post(f"/v1/organizations/{identifier}/priority-lists", {**listing, "document": paper})


async def _sanction_and_link(stage: Stage) -> None:
    operator, firms = stage.role("operator"), stage.cast.firms
    sanctioned, related = firms[stage.cast.sanctioned], firms[stage.cast.related]
    ruling = await operator.send("/v1/registry/documents", "ruling.txt", "处理决定".encode())
    decided = {"authority": "江门市市场监督管理局", "decision_number": "江市监处〔2019〕31号", "document": ruling}
    ban = {"kind": "ban", "from": "2019-11-20", "until": "2021-11-20", **decided}
    await operator.post("/v1/sanctions", {"organization": stage.organizations[sanctioned.organization.login], **ban})
    link = {
        "a": stage.organizations[related.organization.login],
        "b": stage.organizations[stage.cast.providers[related.provider].login],
        "kind": "ownership",
        "from": "2018-03-01",
        "document": ruling,
    }
    await operator.post("/v1/related-parties", link)
