"""A small program that keeps one PostgreSQL alive, and ends it as soon as the process that asked for it is gone.

It runs by path with the standard library alone: ``python -I supervisor.py UID GID postgres …``. Its standard input is a
pipe whose other end lives in the parent, so that even a parent killed with signal 9 is noticed: the pipe closes.
Should this program itself be killed, the kernel tells PostgreSQL to shut down (PR_SET_PDEATHSIG, Linux only).
"""

import ctypes
import os
import select
import signal
import sys
import time
from collections.abc import Sequence

PR_SET_PDEATHSIG = 1
SETTLED = 3.0
"""Seconds a server must have run before its end counts as a crash worth a restart."""
PAUSE, LONGEST_PAUSE = 0.5, 5.0
"""Seconds before a settled server is started again: backends of a killed postmaster need a moment to leave the shared
memory, and a full disk may stay full for hours, so it is tried for ever, and ever less often up to the longest pause.
"""
WORDS_OF_END = {signal.SIGTERM, signal.SIGINT}


class Server:
    """One run of the server as a child of this program."""

    def __init__(self, uid: int, gid: int, command: Sequence[str]) -> None:
        self.code: int | None = None
        self.began = time.monotonic()
        self.pid = os.fork()
        if self.pid == 0:
            _become(uid, gid, command)

    def ended(self) -> bool:
        """Whether the server has ended; its exit code is then in ``code``."""
        if self.code is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self.code = os.waitstatus_to_exitcode(status) if pid else None
        return self.code is not None

    def ends_within(self, seconds: float) -> bool:
        """Wait for the end."""
        deadline = time.monotonic() + seconds
        while not self.ended() and time.monotonic() < deadline:
            time.sleep(0.01)
        return self.ended()

    def stop(self) -> None:
        """Fast shutdown, then immediate shutdown, then the hard way."""
        for number, patience in ((signal.SIGINT, 20.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)):
            if not self.ended():
                os.kill(self.pid, number)
                self.ends_within(patience)


def _become(uid: int, gid: int, command: Sequence[str]) -> None:
    """In the child: change account, follow the parent into death (after the change, which would clear it), execute."""
    try:
        if os.geteuid() != uid:
            os.setgroups([])
            os.setgid(gid)
            os.setuid(uid)
        if sys.platform == "linux":
            ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGINT, 0, 0, 0)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.execv(command[0], list(command))
    finally:
        os._exit(127)


def _alarms() -> int:
    """A file descriptor that becomes readable when a child ended or somebody asked this program to end."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    for number in (signal.SIGCHLD, *WORDS_OF_END):
        signal.signal(number, lambda *_: None)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    return reader


def _unwanted(alarms: int, seconds: float | None) -> bool:
    """Wait for an alarm: whether the parent went away, or somebody asked this program to end."""
    ready, _, _ = select.select([0, alarms], [], [], seconds)
    if 0 in ready and not os.read(0, 1):
        return True
    return alarms in ready and bool({*os.read(alarms, 64)} & WORDS_OF_END)


def _watch(server: Server, alarms: int) -> bool:
    """Wait until the server ends by itself (False) or is no longer wanted (True)."""
    while not server.ended():
        if _unwanted(alarms, None):
            return True
    return False


def main(uid: int, gid: int, command: Sequence[str]) -> int:
    """Run ``command`` until it is no longer wanted; a settled server that crashes is started again until then."""
    os.set_inheritable(0, False)
    alarms = _alarms()
    pause = PAUSE
    settled = False
    while True:
        server = Server(uid, gid, command)
        if _watch(server, alarms):
            server.stop()
            return 0
        lasted = time.monotonic() - server.began >= SETTLED
        settled = settled or lasted
        pause = PAUSE if lasted else min(2 * pause, LONGEST_PAUSE)
        if not settled or _unwanted(alarms, pause):
            return server.code or 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]))
