"""Threads in which the embedded account works on after it has answered."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from rulebook.sandbox import lifecycle

_all: list[Workers] = []


class Workers:
    """A queue of work and the few threads that do it. Ends with the account, begins anew with the next."""

    def __init__(self, name: str, at_once: int) -> None:
        self._name = name
        self._at_once = at_once
        self._lock = threading.Lock()
        self._pool: ThreadPoolExecutor | None = None
        self._stops: set[threading.Event] = set()
        _all.append(self)

    def submit(self, work: Callable[[], None], stop: threading.Event) -> None:
        """Queue ``work``, which must return soon after ``stop`` is set; the account's end sets it, too."""
        with self._lock:
            if self._pool is None:
                self._pool = ThreadPoolExecutor(self._at_once, thread_name_prefix=self._name)
            self._stops.add(stop)
            self._pool.submit(work).add_done_callback(lambda done: self._ended(done, stop))

    def _ended(self, done: Future[None], stop: threading.Event) -> None:
        self._stops.discard(stop)
        if not done.cancelled() and (error := done.exception()):
            # A defect of ours: nobody waits for the future, so let the thread's own hook report it.
            threading.excepthook(
                threading.ExceptHookArgs(
                    (type(error), error, error.__traceback__, threading.current_thread())
                )
            )

    def stop(self) -> bool:
        """Drop what waits, end what runs, return when all threads have ended; tell whether there were any."""
        with self._lock:
            pool, self._pool = self._pool, None
        for stop in tuple(self._stops):
            stop.set()
        if pool:
            pool.shutdown(wait=True, cancel_futures=True)
        return pool is not None


@lifecycle.before_stop
def stop_all() -> None:
    """End the work of every service."""
    # Once more after any ended: it may have queued work for another service while it did.
    while sum(workers.stop() for workers in _all):
        continue
