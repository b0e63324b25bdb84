"""Traces are made when the standard's own variables say whereto, and only then is anything of it loaded."""

import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from services.standalone.installation import Unusable
from services.standalone.tracing import ASKED_BY, traced

LOADED = """
import sys
from services.standalone.tracing import traced
with traced("innovoucher"):
    print([name for name in sys.modules if name.startswith("opentelemetry.sdk.trace")])
"""


def test_unless_asked_nothing_of_it_is_loaded() -> None:
    told = subprocess.run([sys.executable, "-c", LOADED], env={}, capture_output=True, text=True, check=True)
    assert told.stdout == "[]\n"


def test_without_the_extra_one_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ASKED_BY[0], "http://127.0.0.1:4318")
    monkeypatch.setitem(sys.modules, "services.standalone.exporting", None)
    with pytest.raises(Unusable, match=r"innovoucher\[otel\]"), traced("innovoucher"):
        pytest.fail("it went on")


SENDS = """
from opentelemetry import trace
from services.standalone.tracing import traced
with traced("innovoucher-voucher"):
    with trace.get_tracer("a test").start_as_current_span("redeem"):
        pass
"""


@pytest.mark.parametrize(
    ("more", "name"), [({}, b"innovoucher-voucher"), ({"OTEL_SERVICE_NAME": "jiangmen"}, b"jiangmen")]
)
def test_what_was_followed_is_sent_before_the_process_ends(more: dict[str, str], name: bytes) -> None:
    sent: list[tuple[str, bytes]] = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return None

    with HTTPServer(("127.0.0.1", 0), Collector) as collector:
        Thread(target=collector.serve_forever, daemon=True).start()
        asked = {ASKED_BY[0]: f"http://127.0.0.1:{collector.server_port}", **more}
        subprocess.run([sys.executable, "-c", SENDS], env=asked, check=True)
        collector.shutdown()
    ((path, body),) = sent
    assert path == "/v1/traces"
    assert b"redeem" in body
    assert name in body
