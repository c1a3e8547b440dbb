"""The loop of a consumer: read a batch, handle it, commit it.

    poll -> decode -> handle -> commit
              |         |
              +-> bad -> dead letters (original bytes, reason, place)

One bad message never stops the rest; ``FLOOD`` bad ones in a row stop the worker, loudly, for then the
fault is probably ours. While something outside is away the batch is tried again, for ever, with pauses,
and the group is told that this member is at it.
"""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import structlog
from tenacity import RetryCallState, Retrying, retry_if_exception_type, wait_random_exponential

from monitor.errors import FloodError, PoisonError, Refused, Unavailable
from monitor.stream.base import Consumer, Record, Stream
from monitor.stream.codec import Codec
from monitor.stream.letters import bury, dead_letter

T = TypeVar("T")
R = TypeVar("R")

FLOOD = 100
REPLAYED = "replayed"
"""The header of a message that comes from the dead letters."""
LONGEST_PAUSE = 10
"""Seconds: what has come back is used soon."""
IDLE_SECONDS = 1.0
DRAIN_PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Stage(Generic[T]):
    """What a worker does: take part in ``group``, hand batches of ``stream``'s values to ``handle``.

    ``handle`` must not mind seeing a value again. It raises ``Unavailable`` to be called again later,
    anything else to say that the batch holds something bad.
    """

    group: str
    stream: str
    codec: Codec[T]
    handle: Callable[[Sequence[T]], None]
    batch: int = 200


class Worker(Generic[T]):
    """Runs one stage in the calling thread."""

    def __init__(
        self,
        stage: Stage[T],
        stream: Stream,
        stop: threading.Event,
        on_batch: Callable[[int, int, float], object] = lambda *_: None,
    ) -> None:
        """``on_batch`` hears of each batch: how many were good, how many bad, and the seconds it took."""
        self._stage = stage
        self._on_batch = on_batch
        self._sign_of_life = time.monotonic()
        self._stream = stream
        self._stop = stop
        self._bad_in_a_row = 0
        self._consumer: Consumer | None = None
        self.group = stage.group
        self._log = structlog.get_logger("worker").bind(stage=stage.group)

    def run(self) -> None:
        """Work until told to stop; raise ``FloodError`` if too many messages in a row are bad."""
        consumer = self._patiently(lambda: self._stream.consumer(self._stage.group, self._stage.stream))
        if consumer is None:
            return
        try:
            while not self._stop.is_set():
                self.step(consumer, IDLE_SECONDS)
        finally:
            consumer.close()

    def drain(self) -> int:
        """Handle what is there now, then return how many messages that was.

        A group that has just been joined may have nothing to give for a while: that it lags behind tells.
        """
        consumer = self._stream.consumer(self._stage.group, self._stage.stream)
        done, idle_since = 0, time.monotonic()
        try:
            while not self._stop.is_set():
                step = self.step(consumer, 0)
                done += step
                if step:
                    idle_since = time.monotonic()
                elif not self._is_behind() or time.monotonic() - idle_since > DRAIN_PATIENCE:
                    break
        finally:
            consumer.close()
        return done

    def silent_for(self) -> float:
        """Return for how many seconds there was no sign of life. May be called from any thread."""
        return time.monotonic() - self._sign_of_life

    def _is_behind(self) -> bool:
        lags = self._patiently(self._stream.lag) or []
        mine = (self._stage.group, self._stage.stream)
        return any(lag.behind for lag in lags if (lag.group, lag.stream) == mine)

    def step(self, consumer: Consumer, timeout: float) -> int:
        """Handle and commit one batch; return its size (0 if nothing came in time).

        Raises FloodError after the commit: what was set aside stays so, and a restart goes on behind it.
        """
        self._consumer = consumer
        self._sign_of_life = time.monotonic()
        records = self._patiently(lambda: consumer.poll(self._stage.batch, timeout))
        if not records:
            return 0
        begun = time.monotonic()
        bad: dict[int, str] = {}
        if not self._handle(records, bad) or not self._patiently(lambda: self._set_aside(records, bad)):
            return 0
        self._patiently(lambda: consumer.commit(records))
        self._on_batch(len(records) - len(bad), len(bad), time.monotonic() - begun)
        self._look_for_flood(records, bad)
        return len(records)

    def _handle(self, records: Sequence[Record], bad: dict[int, str]) -> bool:
        """Handle a batch, noting which of it is bad and why; ``False`` if told to stop before its end."""
        values: list[tuple[int, T]] = []
        for place, record in enumerate(records):
            try:
                values.append((place, self._stage.codec.decode(record)))
            except PoisonError as error:
                bad[place] = _reason(error)
        return self._handle_good(values, bad)

    def _handle_good(self, values: Sequence[tuple[int, T]], bad: dict[int, str]) -> bool:
        """Handle values; where that fails, halve them until the bad one stands alone."""
        if not values:
            return True
        try:
            return bool(self._patiently(lambda: self._call([value for _, value in values])))
        except Refused:
            raise  # the fault is with the disk, not with the message
        except Exception as error:
            if len(values) == 1:
                bad[values[0][0]] = _reason(error)
                return True
        middle = len(values) // 2
        return self._handle_good(values[:middle], bad) and self._handle_good(values[middle:], bad)

    def _call(self, values: Sequence[T]) -> bool:
        self._stage.handle(values)
        return True

    def _set_aside(self, records: Sequence[Record], bad: Mapping[int, str]) -> bool:
        """Write the bad ones to the dead letters."""
        places = sorted(bad)
        letters = [dead_letter(records[place], self.group, bad[place]) for place in places]
        bury(self._stream, letters)
        for place in places:
            record = records[place]
            self._log.error(
                "message.bad", partition=record.partition, offset=record.offset, reason=bad[place]
            )
        return True

    def _look_for_flood(self, records: Sequence[Record], bad: Mapping[int, str]) -> None:
        """Count the bad ones in a row, in the order of the stream; what was replayed was known to be bad."""
        for place, record in enumerate(records):
            if place not in bad:
                self._bad_in_a_row = 0
            elif REPLAYED not in record.headers:
                self._bad_in_a_row += 1
                if self._bad_in_a_row == FLOOD:
                    raise FloodError(
                        f"{self.group}: {FLOOD} messages in a row were bad, one of them: {bad[place]}. "
                        "They are in the dead letters; see `monitor deadletters list`."
                    )

    def _patiently(self, call: Callable[[], R]) -> R | None:
        """Call, and call again while something is away; ``None`` if told to stop meanwhile."""
        retrying = Retrying(
            retry=retry_if_exception_type(Unavailable),
            wait=wait_random_exponential(multiplier=0.5, max=LONGEST_PAUSE),
            stop=lambda _: self._stop.is_set(),
            sleep=self._pause,
            before_sleep=self._tell,
            retry_error_callback=lambda _: None,
        )
        return retrying(call)

    def _pause(self, seconds: float) -> None:
        self._sign_of_life = time.monotonic()
        self._stop.wait(seconds)

    def _tell(self, state: RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        self._log.warning("stage.waits", reason=str(error), tries=state.attempt_number)
        if self._consumer:
            self._consumer.keep_alive()


def _reason(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
