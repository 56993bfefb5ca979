"""When something is under way: residents note it, killers wait for it."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager


class Moments:
    """Turns under way. `confirming` ones are those after which a case is opened."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._begun = {True: 0, False: 0}
        self._under_way = 0
        self._took: deque[float] = deque([1.0], maxlen=30)

    @contextmanager
    def turn(self, *, confirming: bool, in_form: bool) -> Iterator[None]:
        """From the moment that a message is sent until its answer is read."""
        began = time.monotonic()
        with self._changed:
            self._begun[confirming] += 1
            self._under_way += in_form
            self._changed.notify_all()
        try:
            yield
        finally:
            with self._changed:
                self._under_way -= in_form
                self._took.append(min(time.monotonic() - began, 5.0))

    @property
    def in_form(self) -> bool:
        """Whether a turn of a running form is under way now."""
        return self._under_way > 0

    @property
    def typical(self) -> float:
        """Seconds that a turn takes, as of late."""
        with self._changed:
            return sorted(self._took)[len(self._took) // 2]

    def wait(self, *, confirming: bool, seconds: float) -> bool:
        """Until a turn of that sort begins; False if none does in time."""
        with self._changed:
            before = self._begun[confirming]
            return self._changed.wait_for(lambda: self._begun[confirming] > before, timeout=seconds)
