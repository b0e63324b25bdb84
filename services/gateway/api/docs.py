"""Speaks HTTP for readers: the merged OpenAPI document, its page, and every problem code explained."""

from pathlib import Path
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.responses import FileResponse, JSONResponse, RedirectResponse, Response

from services.chassis.http import router
from services.chassis.models import StrictModel
from services.chassis.problems import TYPE_PREFIX
from services.chassis.refusals import NotFound
from services.gateway.pages import Pages

docs = router()
FOLDER = Path(__file__).parents[1] / "docs_page"
ASSETS = {
    "start.js": "text/javascript",
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui-bundle.js.LICENSE.txt": "text/plain",
    "swagger-ui.css": "text/css",
    "LICENSE": "text/plain",
    "NOTICE": "text/plain",
}
PAGE_POLICY = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cache-Control": "max-age=3600",
}


class ProblemView(StrictModel):
    """A problem code: what it means and what the caller can do; retryable: the same request may succeed later."""

    code: str
    type: str
    status: int
    cause_en: str
    cause_zh: str
    remedy_en: str
    remedy_zh: str
    retryable: bool


class ProblemsView(StrictModel):
    """Every code of all services, by name."""

    items: list[ProblemView]


async def _pages(request: Request) -> Pages:
    pages: Pages = request.app.state.pages
    return pages


Merged = Annotated[Pages, Depends(_pages)]


@docs.get("/v1/problems", tags=["problems"])
async def list_problems(pages: Merged) -> ProblemsView:
    """Every problem code: status, cause and remedy in English and Chinese, and whether to try again."""
    found = (await pages.merged()).problems
    return ProblemsView(items=[_view(code, problem) for code, problem in found.items()])


def _view(code: str, problem: dict[str, Any]) -> ProblemView:
    return ProblemView(
        code=code,
        type=TYPE_PREFIX + code,
        status=problem["status"],
        cause_en=problem["en"],
        cause_zh=problem["zh"],
        remedy_en=problem["remedy_en"],
        remedy_zh=problem["remedy_zh"],
        retryable=problem["retryable"],
    )


@docs.get("/openapi.json", include_in_schema=False)
async def get_openapi(pages: Merged) -> JSONResponse:
    """The merged OpenAPI 3.1 document."""
    return JSONResponse((await pages.merged()).document)


@docs.get("/", include_in_schema=False)
async def get_root() -> RedirectResponse:
    """Whoever opens the bare address is shown the page."""
    return RedirectResponse("/docs")


@docs.get("/docs", include_in_schema=False)
async def get_docs() -> FileResponse:
    """The page that shows it."""
    return FileResponse(FOLDER / "index.html", media_type="text/html", headers=PAGE_POLICY)


@docs.get("/docs/{asset}", include_in_schema=False)
async def get_docs_asset(asset: str) -> Response:
    """The page's own files; nothing is loaded from elsewhere."""
    if asset not in ASSETS:
        raise NotFound("request.not_found")
    return FileResponse(FOLDER / asset, media_type=ASSETS[asset], headers=PAGE_POLICY)
