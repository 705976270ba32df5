"""Recordings replayed one after the other, or several at a time in processes of their own.

Processes are spawned, not forked: a worker begins with nothing but what it is given. Workers tell how far
they are through a pipe, at most ten times a second each, so that a reader who is slow or gone never holds
them up.
"""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from functools import cache
from multiprocessing.queues import SimpleQueue
from pathlib import Path
from time import monotonic, perf_counter
from traceback import extract_tb
from typing import Any, Protocol

import msgspec

from node.conform.cache import Cache
from node.conform.recording import BadRecording, Recording, read
from node.conform.results import CaseResult, Skipped
from node.conform.scope import Scope
from node.conform.selection import Choice
from primitives.record import Record, replace

OnBlock = Callable[[int, int], None]
Outcome = CaseResult | Skipped
Tick = tuple[int, int, int]
"""Which choice, how many blocks are done, how many there are."""


class Replayer(Protocol):
    """What replays a recording."""

    def __call__(self, recording: Recording, scope: Scope, on_block: OnBlock | None = None) -> CaseResult:
        """Every step of the recording, compared."""
        ...


class Watcher(Protocol):
    """Who wants to know how far a run is."""

    def at_block(self, place: int, done: int, total: int) -> None:
        """So many blocks of the choice at this place are done."""
        ...

    def finished(self, place: int) -> None:
        """The choice at this place is done."""
        ...


class Machine(Record):
    """What turns a choice into an outcome; goes to every worker."""

    replayer: Replayer
    out_of_scope: Callable[[Recording], str | None]
    scope: Path
    """The file that says what is compared."""

    cache: Cache | None

    def run(self, choice: Choice, on_block: OnBlock) -> Outcome:
        """Replay one recording. Whatever goes wrong is the fault of this case, and of no other."""
        started = perf_counter()
        try:
            return self._outcome(choice, on_block)
        except BadRecording as error:
            fault = error.reason
        except OSError as error:
            fault = f"cannot be read: {error.strerror or error}"
        except Exception as error:  # a defect of ours must not take the other cases with it
            fault = broke_off(error)
        return failed(choice, fault, perf_counter() - started)

    def _outcome(self, choice: Choice, on_block: OnBlock) -> Outcome:
        recording = read(choice.path)
        reason = self.out_of_scope(recording)
        if reason is not None and not choice.named:
            return Skipped(choice.name, str(choice.path), reason)
        # what was replayed only because it was named must not count when it is not
        memory = self.cache if reason is None else None
        known = memory.find(choice.path) if memory else None
        if known is not None:
            return known
        result = _checked(self.replayer(recording, scope_of(self.scope), on_block))
        result = replace(result, path=str(choice.path))
        if memory:
            memory.remember(choice.path, result)
        return result


def _checked(result: CaseResult) -> CaseResult:
    """The result itself if each part is of its type: some of its words come from the file."""
    return msgspec.convert(msgspec.to_builtins(result), CaseResult)


@cache
def scope_of(path: Path) -> Scope:
    """The scope in a file, read once in each process; raises `BadScope`."""
    return Scope.load(path)


def failed(choice: Choice, fault: str, seconds: float = 0.0) -> CaseResult:
    """The result of a case that could not be replayed."""
    return CaseResult(choice.name, str(choice.path), "", (), seconds, fault=fault)


def broke_off(error: Exception) -> str:
    """An exception that nobody expected, on one line: what it is, and the place in the code."""
    frames = extract_tb(error.__traceback__)
    place = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    return f"broke off: {type(error).__name__}: {error}{place}"


def run_all(machine: Machine, choices: Sequence[Choice], jobs: int, watcher: Watcher) -> tuple[Outcome, ...]:
    """The outcome of each choice, in the order of the choices; at most `jobs` are replayed at a time."""
    if jobs > 1:
        return _in_processes(machine, choices, jobs, watcher)
    outcomes = []
    for place, choice in enumerate(choices):
        outcomes.append(machine.run(choice, _teller(place, watcher.at_block)))
        watcher.finished(place)
    return tuple(outcomes)


def _teller(place: int, tell: Callable[[int, int, int], None]) -> OnBlock:
    return lambda done, total: tell(place, done, total)


def _in_processes(
    machine: Machine, choices: Sequence[Choice], jobs: int, watcher: Watcher
) -> tuple[Outcome, ...]:
    context = multiprocessing.get_context("spawn")
    ticks: SimpleQueue[Tick] = context.SimpleQueue()
    pool = ProcessPoolExecutor(jobs, mp_context=context, initializer=_begin, initargs=(machine, ticks))
    try:
        futures = [pool.submit(_run, place, choice) for place, choice in enumerate(choices)]
        _watch(futures, ticks, watcher)
        return tuple(_outcome_of(future, choice) for future, choice in zip(futures, choices, strict=True))
    finally:
        pool.shutdown(cancel_futures=True)


def _watch(futures: list[Future[Outcome]], ticks: SimpleQueue[Tick], watcher: Watcher) -> None:
    places = {future: place for place, future in enumerate(futures)}
    waiting = set(futures)
    while waiting:
        done, waiting = wait(waiting, timeout=0.1, return_when=FIRST_COMPLETED)
        while not ticks.empty():
            watcher.at_block(*ticks.get())
        for future in done:
            watcher.finished(places[future])


def _outcome_of(future: Future[Outcome], choice: Choice) -> Outcome:
    try:
        return future.result()
    except BrokenProcessPool:
        return failed(choice, "not finished: a process that replays recordings ended before its time")


_worker: dict[str, Any] = {}
"""What this process was given when it began; empty in the process that the user started."""


def _begin(machine: Machine, ticks: SimpleQueue[Tick]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C ends a worker without a word
    _worker.update(machine=machine, ticks=ticks, told=0.0)


def _run(place: int, choice: Choice) -> Outcome:
    def tell(done: int, total: int) -> None:
        now = monotonic()
        if now - _worker["told"] >= 0.1:
            _worker["told"] = now
            _worker["ticks"].put((place, done, total))

    outcome: Outcome = _worker["machine"].run(choice, tell)
    return outcome
