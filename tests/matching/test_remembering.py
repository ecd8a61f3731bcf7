"""No question waits for how groups answer to be counted, and a count that fails changes nothing."""

import threading
from uuid import UUID

from service.matching.answering import NOT_KNOWN, Figures
from service.matching.remembering import HOLDS_SECONDS, Remembered

PATIENT = 10.0  # seconds: longer than any machine needs to count nothing


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def settle() -> None:
    for thread in threading.enumerate():
        if thread.name == "answering":
            thread.join(5)


def test_it_is_counted_at_the_first_question_and_then_every_ten_minutes() -> None:
    clock, counts = Clock(), list[float]()

    def read() -> Figures:
        counts.append(clock.now)
        return {UUID(int=1): (len(counts), 0, 0)}

    held = Remembered(read, clock, PATIENT)
    for at in (0, 1, HOLDS_SECONDS - 1):
        clock.now = at
        assert held.current().figures[0, 0] == 1
    clock.now = HOLDS_SECONDS
    held.current()
    settle()
    assert held.current().figures[0, 0] == 2
    assert counts == [0, HOLDS_SECONDS]


def test_nobody_waits_while_it_is_counted_again() -> None:
    clock, go, calls = Clock(), threading.Event(), list[int]()

    def slow() -> Figures:
        calls.append(1)
        if len(calls) > 1:
            go.wait(5)
        return {UUID(int=1): (len(calls), 0, 0)}

    held = Remembered(slow, clock, PATIENT)
    held.current()
    clock.now = HOLDS_SECONDS
    for _ in range(20):
        assert held.current().figures[0, 0] == 1
    assert len(calls) == 2
    go.set()
    settle()
    assert held.current().figures[0, 0] == 2


def test_the_first_question_goes_without_rather_than_wait() -> None:
    go = threading.Event()

    def slow() -> Figures:
        go.wait(5)
        return {UUID(int=1): (3, 2, 1)}

    held = Remembered(slow)
    assert held.current() is NOT_KNOWN
    go.set()
    settle()
    assert held.current().figures.tolist() == [[3, 2, 1]]


def test_a_count_that_fails_leaves_what_was_known() -> None:
    clock, fails = Clock(), True

    def read() -> Figures:
        if fails:
            raise OSError
        return {UUID(int=1): (5, 5, 0)}

    held = Remembered(read, clock, PATIENT)
    assert held.current() is NOT_KNOWN
    fails = False
    held.refresh()
    known = held.current()
    fails = True
    held.refresh()
    assert held.current() is known


def test_without_a_counter_nothing_is_known() -> None:
    held = Remembered(None)
    held.refresh()
    assert held.current() is NOT_KNOWN
