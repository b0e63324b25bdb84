"""Decides whether a file holds a secret that .secrets.baseline does not excuse: those given, or all of the repository.

detect-secrets' own hook is not used: it rewrites the baseline whenever a line moves. After looking at what was found,
excuse it with `.venv/bin/python .ci/secrets.py --accept`, which records hashes only.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

from detect_secrets.core import baseline
from detect_secrets.core.secrets_collection import SecretsCollection
from detect_secrets.settings import default_settings

ROOT = Path(__file__).resolve().parent.parent
EXCUSED = ROOT / ".secrets.baseline"
NEVER_SCANNED = {"uv.lock", EXCUSED.name}


def repository_files() -> list[str]:
    """List what git knows or would add; a checkout that belongs to somebody else is still fine to read."""
    listing = ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listing, check=True, capture_output=True, text=True).stdout.split("\0")
    return [name for name in names if name and name not in NEVER_SCANNED and Path(name).is_file()]


def found_in(names: list[str]) -> SecretsCollection:
    """Scan files with every detector."""
    found = SecretsCollection()
    with default_settings():
        found.scan_files(*names)
    return found


def main(arguments: list[str]) -> int:
    """Give 0 when clean, 1 when a secret was found or there was nothing to look at."""
    os.chdir(ROOT)  # so that the baseline names files the same way in every checkout
    accept = arguments == ["--accept"]
    names = repository_files() if accept or not arguments else arguments
    found = found_in(names)
    if accept:
        with default_settings():
            EXCUSED.write_text(json.dumps(baseline.format_for_output(found, is_slim_mode=True), indent=2) + "\n")
        return 0
    new = found - SecretsCollection.load_from_baseline(json.loads(EXCUSED.read_text()))
    for _, secret in new:
        sys.stderr.write(f"{secret.filename}:{secret.line_number}: {secret.type}\n")
    sys.stdout.write(f"secrets: looked at {len(names)} files\n")
    return 1 if new or not names else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
