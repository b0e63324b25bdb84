"""A small program that keeps one PostgreSQL alive, and ends it as soon as the process that asked for it is gone.

It runs by path with the standard library alone: ``python -I supervisor.py UID GID postgres …``. Its standard input is a
pipe whose other end lives in the parent, so that even a parent killed with signal 9 is noticed: the pipe closes.
Should this program itself be killed, the kernel tells PostgreSQL to shut down (PR_SET_PDEATHSIG, Linux only).
"""

import ctypes
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Sequence

PR_SET_PDEATHSIG = 1
SETTLED = 3.0
"""Seconds a server must have run before its end counts as a crash worth a restart."""
RESTARTS = 40
RESTART_PAUSE = 0.5
"""Seconds; backends of a killed postmaster need a moment to leave the shared memory."""


def _follow_parent() -> None:
    """In the child, after the change of account (which would clear it): ask for SIGINT when the parent dies."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGINT, 0, 0, 0)


def _start(uid: int, gid: int, command: Sequence[str]) -> "subprocess.Popen[bytes]":
    account = {"user": uid, "group": gid, "extra_groups": []} if os.geteuid() != uid else {}
    return subprocess.Popen(  # type: ignore[call-overload,no-any-return]
        command, stdin=subprocess.DEVNULL, cwd="/", preexec_fn=_follow_parent, **account
    )


def _stop(server: "subprocess.Popen[bytes]") -> None:
    """Fast shutdown, then immediate shutdown, then the hard way."""
    for number, patience in ((signal.SIGINT, 20.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)):
        server.send_signal(number)
        try:
            server.wait(patience)
        except subprocess.TimeoutExpired:
            continue
        return


def _alarms() -> int:
    """A file descriptor that becomes readable when a child ended or somebody asked this program to end."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    return reader


def _watch(server: "subprocess.Popen[bytes]", alarms: int) -> bool:
    """Wait until the server ends by itself (False) or is no longer wanted (True)."""
    while server.poll() is None:
        ready, _, _ = select.select([0, alarms], [], [])
        if 0 in ready and not os.read(0, 1):
            return True
        if alarms in ready and {*os.read(alarms, 64)} & {signal.SIGTERM, signal.SIGINT}:
            return True
    return False


def _unwanted(alarms: int, seconds: float) -> bool:
    """Whether the parent went away, or this program was told to end, within the pause."""
    ready, _, _ = select.select([0, alarms], [], [], seconds)
    return 0 in ready or (alarms in ready and bool({*os.read(alarms, 64)} & {signal.SIGTERM, signal.SIGINT}))


def main(uid: int, gid: int, command: Sequence[str]) -> int:
    """Run ``command`` until it is no longer wanted; a settled server that crashes is started again."""
    alarms = _alarms()
    restarts = 0
    settled = False
    while True:
        began = time.monotonic()
        server = _start(uid, gid, command)
        if _watch(server, alarms):
            _stop(server)
            return 0
        ran = time.monotonic() - began
        settled = settled or ran >= SETTLED
        restarts = 0 if ran >= SETTLED else restarts + 1
        if not settled or restarts > RESTARTS or _unwanted(alarms, RESTART_PAUSE):
            return server.returncode or 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]))
