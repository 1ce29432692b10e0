"""Many calls of the command in this process: how each ended, and what should not have been."""

from __future__ import annotations

import contextlib
import gc
import io
import os
import signal
import sys
import time
import traceback
import warnings
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import cache, partial
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path
from pkgutil import walk_packages
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NoReturn
from unittest import mock

from hypothesis import HealthCheck, Phase, given, seed, settings

import graphviz_lstm
from graphviz_lstm.interfaces.cli import main
from tests.fuzz.command import TEXTS, Ran, misfit, require_end, unexplained
from tests.fuzz.documents import WEIGHTS
from tests.fuzz.drawn import calls

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tests.fuzz.drawn import Call

LONGEST = 20.0
"""Seconds of the processor: what takes longer hangs, and what waits for ten times as long."""
# Where the machine has it, in memory: to make a folder on a disk and to take it away takes as long as a small call.
_SHELF = next((path for path in ("/dev/shm",) if os.access(path, os.W_OK)), None)  # noqa: S108 -- made by tempfile
_PACKAGE = str(Path(graphviz_lstm.__file__).parent)
KINDS = ("traceback", "hang", "number", "unsound")


class HungError(BaseException):
    """A call is ended: no `except Exception` stops this."""


class _TimeIsUpError(BaseException):
    """A run is ended: drawing what is not tried takes time too."""


class _EnoughError(BaseException):
    """A batch has its calls: of the last example no more are made."""


@dataclass(slots=True)
class Results:
    """How many calls there were, in how many whole batches, how they ended, and what is wrong with its first call."""

    calls: int = 0
    batches: int = 0
    seconds: float = 0.0
    ends: Counter[str] = field(default_factory=Counter)
    commands: Counter[str] = field(default_factory=Counter)
    found: Counter[tuple[str, str]] = field(default_factory=Counter)
    first: dict[tuple[str, str], tuple[object, ...]] = field(default_factory=dict)

    def of(self, kind: str) -> int:
        """Return how many calls had something wrong of a kind."""
        return sum(times for (each, _), times in self.found.items() if each == kind)

    def add(self, other: Results) -> None:
        """Count what another part of a run came to."""
        self.calls += other.calls
        for own, theirs in ((self.ends, other.ends), (self.commands, other.commands), (self.found, other.found)):
            own.update(theirs)  # type: ignore[arg-type]
        self.first = {**other.first, **self.first}

    def note(self, kind: str, what: str, call: tuple[object, ...]) -> None:
        """Count what is wrong with a call."""
        self.found[kind, what] += 1
        self.first.setdefault((kind, what), call)


def fuzz(
    number: int,
    *,
    start: int = 0,
    seconds: float = float("inf"),
    processes: int = 1,
    batch: int = 1_200,
    before: Results | None = None,
    tell: Callable[[Results], None] | None = None,
) -> Results:
    """Return what so many calls came to, fewer if they take longer than `seconds`; the same ones for each `start`.

    They are the same for any number of processes from two on: what is imported beside the package is drawn from too.
    `before` is what there was of whole batches when a run was ended: it goes on behind them. `tell` is given what there
    is so far, after each batch.
    """
    began = time.monotonic()
    results = before or Results()
    earlier = results.seconds
    batches = [(start + k, min(batch, number - k * batch)) for k in range(results.batches, -(-number // batch))]
    run = partial(_batch, until=began + seconds)
    # Ctrl-C ends a run as its time does: what was found is told.
    with contextlib.ExitStack() as stack, contextlib.suppress(KeyboardInterrupt):
        for part, finished in (
            map(run, batches) if processes == 1 else stack.enter_context(_shared(run, batches, processes))
        ):
            results.add(part)
            results.batches += finished
            results.seconds = earlier + time.monotonic() - began
            if tell is not None:
                tell(results)
            if not finished:
                break
    return results


@contextlib.contextmanager
def _shared(
    run: Callable[[tuple[int, int]], tuple[Results, bool]], batches: Sequence[tuple[int, int]], processes: int
) -> Iterator[Iterator[tuple[Results, bool]]]:
    """Run batches in processes of their own: what ends a call is a signal to the main thread."""
    pool = ProcessPoolExecutor(processes, mp_context=get_context("spawn"))
    try:
        yield pool.map(run, batches)
    finally:
        pool.shutdown(cancel_futures=True)


def _batch(asked: tuple[int, int], until: float) -> tuple[Results, bool]:
    """Return what so many calls of a seed came to, and whether there was time for all."""
    number, results, finished = asked[1], Results(), False
    _import_all()

    made: set[tuple[str, ...]] = set()

    @seed(asked[0])
    @settings(
        max_examples=number,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(calls())
    def of_one_file(drawn: list[Call]) -> None:
        for call in drawn:
            if time.monotonic() >= until:
                raise _TimeIsUpError
            if results.calls == number:
                raise _EnoughError
            # Much is drawn again, from parts of what was drawn before.
            if call.asked not in made:
                made.add(call.asked)
                _judge(call, results)

    with contextlib.suppress(KeyboardInterrupt, _TimeIsUpError):
        with contextlib.suppress(_EnoughError):
            of_one_file()
        finished = True
    return results, finished


@cache
def _import_all() -> None:
    """Import the whole package: hypothesis draws constants of what is imported, and commands import what they need."""
    for module in walk_packages(graphviz_lstm.__path__, "graphviz_lstm."):
        if not module.name.endswith("__main__"):
            import_module(module.name)
    # What is imported stays: nobody looks through it again for what may go.
    gc.collect()
    gc.freeze()


def _judge(call: Call, results: Results) -> None:
    results.calls += 1
    results.commands[call.arguments[0]] += 1
    try:
        ran = run_once(call)
    except KeyboardInterrupt:
        raise
    except HungError:
        results.ends["ended"] += 1
        # By command: the first of each is kept, to be run again.
        results.note("hang", f"over {LONGEST:g} s: {call.arguments[0]}", call)
        return
    except BaseException as error:  # noqa: BLE001 -- whatever it is, it is what we look for
        results.ends["traceback"] += 1
        results.note("traceback", f"{type(error).__name__} at {place(error)}", call)
        return
    results.ends[f"status {ran.status}"] += 1
    if told := unexplained(ran, call.words):
        results.note("number", told, call)
        return
    try:
        require_end(ran)
    except AssertionError as error:
        # Of a line of an error, what it begins with: the rest is what was given.
        results.note("unsound", f"{_line(error)}: {ran.err[:60]!r}", call)
        return
    if told := misfit(call.arguments, ran):
        results.note("unsound", told, call)


def run_once(call: Call) -> Ran:
    """Return how a call ended, in a folder of its own; a warning is an error.

    Raises
    ------
    KeyboardInterrupt
        If that is how it ended.
    BaseException
        Whatever else comes out of the command but its end.
    """
    with TemporaryDirectory(prefix="fuzz-", dir=_SHELF) as name, _inside(Path(name)), ended_after(LONGEST):
        for file, text in call.files.items():
            Path(file).write_text(text, encoding="utf-8", errors="surrogatepass")
        for file, content in WEIGHTS.items():
            Path(file).write_bytes(content)
        out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
        given = io.TextIOWrapper(io.BytesIO(call.stdin.encode("utf-8", errors="surrogatepass")), "utf-8")
        status: object = 0
        with (
            mock.patch.object(sys, "stdin", given),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
            warnings.catch_warnings(),
        ):
            warnings.simplefilter("error")
            try:
                main(call.arguments)
            except SystemExit as ended:
                status = ended.code
        if status in (128 + signal.SIGINT, 128 + signal.SIGTERM):
            raise KeyboardInterrupt
        told = [stream.buffer.getvalue().decode() for stream in (out, err)]
        return Ran(status, *told, dict(_written(Path(name), call)))


def _written(folder: Path, call: Call) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix in TEXTS:
            text = path.read_text("utf-8", errors="surrogatepass")
            if call.files.get(path.name) != text:
                yield path.name, text


@contextlib.contextmanager
def _inside(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


@contextlib.contextmanager
def ended_after(seconds: float) -> Iterator[None]:
    """End a block that takes so long by the processor's time, which others on a busy machine take none of."""

    def end(_number: int, _frame: object) -> NoReturn:
        raise HungError

    timers = {
        signal.SIGPROF: (signal.ITIMER_PROF, seconds),
        signal.SIGALRM: (signal.ITIMER_REAL, 10.0 * seconds),
    }
    before = {number: signal.signal(number, end) for number in timers}
    # Again and again: one may be lost in a callback, from which Python lets no exception out.
    for timer, after in timers.values():
        signal.setitimer(timer, after, 1.0)
    try:
        yield
    finally:
        for number, (timer, _) in timers.items():
            signal.setitimer(timer, 0.0)
            signal.signal(number, before[number])


def place(error: BaseException) -> str:
    """Return the last line of ours that an error went through."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.startswith(_PACKAGE)]
    if not frames:
        return "no line of the package"
    return f"{Path(frames[-1].filename).relative_to(_PACKAGE).as_posix()}:{frames[-1].lineno}"


def _line(error: AssertionError) -> str:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"not so: {frame.line}" if frame.line else "not so"
