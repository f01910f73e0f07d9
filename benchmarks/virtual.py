"""Virtual time, and what can only be used in turns there: a core and a pen."""

from collections import deque
from collections.abc import Callable
from heapq import heappop, heappush
from itertools import count

SLICE = 0.005  # seconds after which the interpreter gives the core to the other thread
LOOP, WRITER = 0, 1


class Clock:
    """Virtual time, in seconds, and what happens when."""

    def __init__(self) -> None:
        self.now = 0.0
        self._agenda: list[tuple[float, int, Callable[[], None]]] = []
        self._order = count()  # what is due at one moment happens in the order it was asked for

    def at(self, when: float, then: Callable[[], None]) -> None:
        """Do it then."""
        heappush(self._agenda, (when, next(self._order), then))

    def after(self, seconds: float, then: Callable[[], None]) -> None:
        """Do it so much later; at once if that is no time."""
        if seconds > 0:
            self.at(self.now + seconds, then)
        else:
            then()

    def run(self, until: float = float("inf")) -> None:
        """Let time pass, at most until nothing is left to happen."""
        while self._agenda and self._agenda[0][0] <= until:
            self.now, _, then = heappop(self._agenda)
            then()


class Core:
    """A core that two threads share: the other has its turn after each piece of work, or after a slice."""

    def __init__(self, clock: Clock) -> None:
        self.busy = 0.0  # seconds
        self._clock = clock
        self._lines: tuple[deque[tuple[float, Callable[[], None]]], ...] = (deque(), deque())
        self._last = WRITER
        self._taken = False

    def work(self, thread: int, seconds: float, then: Callable[[], None]) -> None:
        """Line up with a piece of work."""
        self._lines[thread].append((seconds, then))
        if not self._taken:
            self._taken = True
            self._next()

    def _next(self) -> None:
        if not any(self._lines):
            self._taken = False
            return
        self._last = 1 - self._last if self._lines[1 - self._last] else self._last
        line = self._lines[self._last]
        left, then = line.popleft()
        if left > SLICE:
            line.appendleft((left - SLICE, then))
        self.busy += min(left, SLICE)
        self._clock.at(
            self._clock.now + min(left, SLICE), then_next(None if left > SLICE else then, self._next)
        )


def then_next(then: Callable[[], None] | None, following: Callable[[], None]) -> Callable[[], None]:
    """Both, the first if there is one."""

    def both() -> None:
        if then:
            then()
        following()

    return both


class Pen:
    """Whoever writes holds it; those who wait for it get it in the order they came."""

    def __init__(self, clock: Clock) -> None:
        self.busy = 0.0  # seconds, up to when it was last put down
        self._clock = clock
        self._since = 0.0
        self._line: deque[Callable[[], None]] = deque()
        self._held = False

    def take(self, then: Callable[[], None]) -> None:
        """Wait for it, then go on with it in hand."""
        if self._held:
            self._line.append(then)
        else:
            self._held, self._since = True, self._clock.now
            then()

    def put_down(self) -> None:
        """Give it to the next."""
        self.busy += self._clock.now - self._since
        self._held = False
        if self._line:
            self.take(self._line.popleft())
