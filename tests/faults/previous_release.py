"""Remembers which release is upgraded from, and lays its code out beside ours."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COMMIT = "71d6eee4b13a127db524efda5b353a452c56b3fa"
"""The end of issue 4. Whoever releases puts the commit of that release here."""


class Missing(Exception):
    """This checkout does not have the release before; the text says how to get it."""


def unpacked(folder: Path) -> Path:
    """The tree of the release before, in a new folder of this one. Missing."""
    tree = folder / "previous_release"
    tree.mkdir()
    git = ["git", "-c", f"safe.directory={ROOT}", "-C", str(ROOT)]
    archive = subprocess.run([*git, "archive", COMMIT], check=False, capture_output=True)
    if archive.returncode != 0:
        raise Missing(
            f"commit {COMMIT[:7]}, the release that is upgraded from, is not in this checkout: it needs the whole "
            f"history of main (git fetch --unshallow, or a clone without --depth). {archive.stderr.decode().strip()}"
        )
    subprocess.run(["tar", "-x", "-C", str(tree)], check=True, input=archive.stdout)
    return tree
