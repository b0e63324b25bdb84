"""Decides whether the command ends with whoever started it: make asks for that, so that its death leaves nothing."""

import ctypes
import os
import signal
import sys

ASKED_BY = "INNOVOUCHER_PARENT"
"""The environment variable with the process id of the parent to follow; an init script does not set it."""
PR_SET_PDEATHSIG = 1


def follow() -> None:
    """Ask the kernel to tell this process to terminate when its parent is gone (Linux; elsewhere nothing happens)."""
    parent = os.environ.pop(ASKED_BY, "")
    if not parent or sys.platform != "linux":
        return
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != int(parent):  # gone before the kernel was asked
        os.kill(os.getpid(), signal.SIGTERM)
