"""One reading of the token and one set of headers above a problem, for the edge and for every service."""

import pytest

from services.chassis.headers import bearer_of, problem_headers
from services.chassis.refusals import Refusal

LIMITED = Refusal("rate.limited", numbers={"retry_after_seconds": 7})


def test_the_token_is_read_whatever_the_case_of_the_scheme() -> None:
    assert bearer_of([(b"host", b"x"), (b"authorization", b"bEaReR  a.b.c ")]) == "a.b.c"


@pytest.mark.parametrize("sent", [[], [b""], [b"Bearer"], [b"Bearer  "], [b"Basic abc"], [b"Bearer a", b"Bearer a"]])
def test_none_two_and_other_schemes_are_no_token(sent: list[bytes]) -> None:
    with pytest.raises(Refusal, match=r"auth\.missing"):
        bearer_of([(b"authorization", value) for value in sent])


@pytest.mark.parametrize(
    ("status", "more"),
    [
        (401, {"WWW-Authenticate": 'Bearer realm="innovoucher"'}),
        (405, {"Allow": "GET, POST"}),
        (413, {"Connection": "close"}),
        (422, {}),
        (429, {"Retry-After": "7"}),
        (503, {"Retry-After": "7"}),
    ],
)
def test_a_status_says_what_it_obliges_to(status: int, more: dict[str, str]) -> None:
    assert problem_headers(status, LIMITED, "en", allowed=("GET", "POST")) == {"Content-Language": "en", **more}


def test_a_busy_service_without_a_time_of_its_own_says_two_seconds() -> None:
    assert problem_headers(503, Refusal("service.unavailable"), "zh-CN")["Retry-After"] == "2"


def test_methods_that_are_not_known_are_not_named() -> None:
    assert "Allow" not in problem_headers(405, Refusal("request.method"), "en")
