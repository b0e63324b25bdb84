"""Decides whether a service is well, for a health check without curl: ``python -m services.standalone.healthy URL``."""

import http.client
import sys
from urllib.parse import urlsplit

PATIENCE_SECONDS = 5


def fault(url: str) -> str | None:
    """None when the URL answers 200; else what it answered, or why it did not."""
    asked = urlsplit(url)
    connection = http.client.HTTPConnection(asked.netloc, timeout=PATIENCE_SECONDS)
    try:
        connection.request("GET", asked.path)
        response = connection.getresponse()
        told = response.read().decode(errors="replace")
    except (OSError, http.client.HTTPException) as error:
        return f"{type(error).__name__}: {error}"
    finally:
        connection.close()
    return None if response.status == http.client.OK else told


def main(words: list[str]) -> int:
    """Exit code 0 when well; what is wrong goes to standard error, where the container engine keeps it."""
    found = fault(words[0])
    if found is not None:
        print(found, file=sys.stderr)
    return 0 if found is None else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
