"""Documents are merged as the gateway routes them; a name that means two things is told apart."""

from typing import Any

import pytest

from services.gateway.openapi import TwoMeanings, merge, read
from services.gateway.upstream import service_of_path


def document(schema: str, *paths: str, **problems: Any) -> dict[str, Any]:
    """A service's document, in which every path answers a Thing."""
    answer = {"200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}}}
    return {
        "paths": {path: {"get": {"operationId": "get_thing", "responses": answer}, "summary": "x"} for path in paths},
        "components": {"schemas": {"Thing": {"title": schema, "anyOf": [{"$ref": "#/components/schemas/Thing"}]}}},
        "tags": [{"name": "problems", "x-problems": problems}],
    }


def test_only_what_is_routed_to_a_service_is_taken_from_it() -> None:
    merged = merge({"gateway": document("A", "/healthz"), "voucher": document("A", "/healthz", "/v1/vouchers")})
    assert list(merged.document["paths"]) == ["/healthz", "/v1/vouchers"]


def test_a_schema_that_two_services_mean_differently_is_prefixed_with_its_references() -> None:
    merged = merge({"gateway": document("A", "/healthz"), "voucher": document("B", "/v1/vouchers")}).document
    answer = merged["paths"]["/v1/vouchers"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert answer == {"$ref": "#/components/schemas/VoucherThing"}
    assert merged["components"]["schemas"]["VoucherThing"]["anyOf"] == [answer]


def test_a_schema_that_both_mean_alike_is_shared() -> None:
    merged = merge({"gateway": document("A", "/healthz"), "voucher": document("A", "/v1/vouchers")}).document
    assert list(merged["components"]["schemas"]) == ["Thing"]


def test_an_operation_named_twice_gets_its_services_name() -> None:
    merged = merge({"gateway": document("A", "/healthz"), "voucher": document("A", "/v1/vouchers")}).document
    assert merged["paths"]["/v1/vouchers"]["get"]["operationId"] == "get_voucher_thing"


def test_the_problems_of_all_are_gathered() -> None:
    merged = merge({"gateway": document("A", a={"status": 1}), "voucher": document("A", b={"status": 2})})
    assert merged.problems == {"a": {"status": 1}, "b": {"status": 2}}


def test_a_problem_that_two_services_mean_alike_is_told_once() -> None:
    merged = merge({"gateway": document("A", a={"status": 1}), "voucher": document("A", a={"status": 1})})
    assert merged.problems == {"a": {"status": 1}}


def test_a_problem_that_two_services_mean_differently_is_never_published() -> None:
    with pytest.raises(TwoMeanings, match="a of voucher"):
        merge({"gateway": document("A", a={"status": 1}), "voucher": document("A", a={"status": 2})})


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"paths": []}'])
def test_what_is_no_document_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"document|Expecting"):
        read(body)


@pytest.mark.parametrize(
    ("path", "service"),
    [
        ("/v1/organizations", "registry"),
        ("/v1/registry/documents", "registry"),
        ("/v1/documents", "voucher"),
        ("/v1/redemptions:batch", "voucher"),
        ("/v1/claims:check", "voucher"),
        ("/v1/sanctions", "registry"),
        ("/v1/me/sessions", None),
        ("/v1/registrations", None),
        ("/.well-known/jwks.json", None),
        ("/.well-known/voucher-keys.json", "voucher"),
        ("/metrics", None),
        ("/", None),
    ],
)
def test_a_path_has_one_service(path: str, service: str | None) -> None:
    assert service_of_path(path) == service
