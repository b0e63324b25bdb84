"""The health check says with its exit code whether a service is well, and in words why it is not."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from services.standalone import healthy


class Answers(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/well" else 503)
        self.end_headers()
        self.wfile.write(b"the database is away")

    def log_request(self, *_: object) -> None:
        """Silent."""


@pytest.fixture
def url() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_who_answers_200_is_well(url: str) -> None:
    assert healthy.main([f"{url}/well"]) == 0


def test_who_does_not_says_why(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert healthy.main([f"{url}/ill"]) == 1
    assert "the database is away" in capsys.readouterr().err


def test_who_is_not_there_is_not_well(capsys: pytest.CaptureFixture[str]) -> None:
    assert healthy.main(["http://127.0.0.1:1/well"]) == 1
    assert "ConnectionRefusedError" in capsys.readouterr().err
