"""What is counted while the bot runs, for Prometheus: numbers alone, without texts and ids."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest

Refusal = Literal["pace", "secret", "not-an-update", "unreadable", "too-large"]
Queue = Literal["answers", "updates", "pictures"]
_SECONDS = (0.05, 0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10, 20, 60)


class Metrics:
    """The counters of one running bot."""

    def __init__(self) -> None:
        self._all = CollectorRegistry()
        ProcessCollector(registry=self._all)
        self._checks = Counter(
            "askfirst_checks",
            "Situations that were judged, by concern and place",
            ("concern", "place"),
            registry=self._all,
        )
        self._seconds = Histogram(
            "askfirst_answer_seconds", "From a private message to its answer", buckets=_SECONDS, registry=self._all
        )
        self._waiting = Gauge("askfirst_waiting", "What waits or is worked on now", ("what",), registry=self._all)
        self._pictures = Counter(
            "askfirst_pictures", "Pictures, by what became of them", ("outcome",), registry=self._all
        )
        self._refusals = Counter("askfirst_refusals", "Updates not taken or answered", ("reason",), registry=self._all)
        self._failures = Counter("askfirst_failures", "Updates whose handling failed", registry=self._all)
        self._build_age = Gauge("askfirst_build_age_seconds", "Age of the build that serves", registry=self._all)
        self._contact_age = Gauge(
            "askfirst_telegram_contact_age_seconds", "Since Telegram last answered or called", registry=self._all
        )

    def checked(self, concern: str, place: Literal["private", "group", "inline"]) -> None:
        """Count a judgement."""
        self._checks.labels(concern, place).inc()

    @contextmanager
    def answering(self) -> Iterator[Callable[[], None]]:
        """Count a message as waiting while the block runs; what is yielded is called once it is answered."""
        begun, waiting = time.perf_counter(), self._waiting.labels("answers")
        with waiting.track_inprogress():
            yield lambda: self._seconds.observe(time.perf_counter() - begun)

    def picture(self, outcome: str) -> None:
        """Count a picture: ``read``, or why it gave no text."""
        self._pictures.labels(outcome).inc()

    def refused(self, reason: Refusal) -> None:
        """Count what was not taken or not answered."""
        self._refusals.labels(reason).inc()

    def failed(self) -> None:
        """Count an update whose handling failed."""
        self._failures.inc()

    def watch(self, queue: Queue, length: Callable[[], float]) -> None:
        """Show a queue's length, which is asked for whenever somebody looks."""
        self._waiting.labels(queue).set_function(length)

    def watch_ages(self, build: Callable[[], float], contact: Callable[[], float]) -> None:
        """Show in seconds how old the build is, and how long ago Telegram was heard of."""
        self._build_age.set_function(build)
        self._contact_age.set_function(contact)

    def page(self) -> bytes:
        """Return all of it in Prometheus' text format."""
        return generate_latest(self._all)
