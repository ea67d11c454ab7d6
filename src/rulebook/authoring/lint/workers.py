"""Many files at once, a process for each core; a few are quicker in this one."""

import ctypes
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import TypeVar

FEW = 60  # files that take less than further processes take to start
_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_PORTIONS = 8  # for each process, so that none waits long for the last

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")


def cores() -> int:
    """Return how many processes may run at once: one where this one cannot be forked safely."""
    if sys.platform != "linux" or threading.active_count() > 1:
        return 1
    return len(os.sched_getaffinity(0))


def map_in_workers(work: Callable[[Item], Outcome], items: Sequence[Item]) -> list[Outcome]:
    """Return what comes of each item, in order; work and items go to other processes."""
    processes = cores()
    if len(items) < FEW or processes == 1:
        return [work(item) for item in items]
    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(processes, mp_context=context, initializer=_end_with_the_parent) as pool:
        return list(pool.map(work, items, chunksize=len(items) // (processes * _PORTIONS) + 1))


def _end_with_the_parent() -> None:
    """Leave Ctrl-C to the parent, and end when it is killed: it could not say so any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
