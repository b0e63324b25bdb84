"""Who watches a service reads its counts at its own port; through the gateway nobody does."""

from tests.houses import House


async def test_through_the_gateway_there_are_no_counts(house: House) -> None:
    told = await house.http.get("/metrics", headers=await house.calls("auditor"))
    assert (told.status_code, told.json()["code"]) == (404, "request.not_found")
