"""Every path visited, on as many processors as there are: a shard is a range of numbers, and a pass a map over ranges.

Dask does the mapping (an optional extra): on threads or processes of this machine, or on a cluster by its address. What
is lost with a worker is worked out again by another, the path set that all need as well; nothing else is.
"""

from __future__ import annotations

import gc
import warnings
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np

from graphviz_lstm.errors import (
    CheckError,
    GraphvizLstmError,
    InputError,
    NumberError,
    TooManyPathsError,
    describe_unknown,
)
from graphviz_lstm.paths.compiled.wide import add_up, narrow, widen
from graphviz_lstm.paths.listing.limits import describe_count
from graphviz_lstm.paths.sweeping.settled import knows_sizes, rounding_scale

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop
    from collections.abc import Callable, Iterator

    from graphviz_lstm.paths.compiled.linear_map import FloatArray, Value
    from graphviz_lstm.paths.pathset import PathSet

SCHEDULERS = ("threads", "processes")
EXHAUSTIVE_LIMIT = 10**12
"""How many paths are visited at most, unless told otherwise: at 10^9 a second and processor, some minutes."""

# A shard is large enough that its sweeps and tables do not matter, and small enough that progress is seen.
_LEAST_IN_SHARD = 1 << 24
_MOST_SHARDS = 1_000
# Any port that is free, for nobody else to reach.
_THIS_MACHINE = "127.0.0.1:0"
# Rounding of a sum of many, relative to the sum of the absolute values.
_TOLERANCE = 1e-11
_SMALLEST = 5e-324


@dataclass(frozen=True, slots=True, eq=False)
class Exhaustive:
    """What a visit to every path found.

    Attributes
    ----------
    count
        How many were visited.
    summed, total
        Their sum, one by one, and the same by one sweep.
    residual
        How far apart these are, relative to the sum of the absolute values; below `tolerance`.
    shards
        How many ranges they were visited in.
    """

    count: int
    summed: Value
    total: Value
    residual: float
    tolerance: float
    shards: int


def sum_exhaustively(
    paths: PathSet,
    *,
    scheduler: str = "threads",
    client: Any = None,
    limit: int = EXHAUSTIVE_LIMIT,
    progress: Callable[[int, int], None] | None = None,
) -> Exhaustive:
    """Visit every path, add up the contributions, and hold the sum against the total that one sweep finds.

    Memory on each worker: that of `PathSet.blocks`, under 100 MB, whatever the count.

    Parameters
    ----------
    scheduler
        `"threads"` or `"processes"` of this machine, or the address of a Dask cluster, `tcp://host:port`.
    client
        A `distributed.Client` to use instead.
    limit
        How many paths may be visited.
    progress
        Called with how many shards are done, and how many there are.

    Raises
    ------
    InputError
        If the scheduler is unknown, or Dask is not installed.
    TooManyPathsError
        If there are more paths than `limit`.
    CheckError
        If the sum is not the total.
    GraphvizLstmError
        If workers die again and again.
    """
    if paths.count > limit:
        raise TooManyPathsError(
            f"{describe_count(paths.count)} paths are too many to visit (limit {describe_count(limit)}): "
            "one sweep gives their .total, or raise limit="
        )
    ranges = _shards(paths.count)
    # Workers need the numbers, not what else the graph says of its edges.
    light = replace(paths, dag=replace(paths.dag, attributes=()), known=(), of=None)
    sums: list[Value] = []
    with nullcontext(client) if client is not None else running_client(scheduler) as running:
        for part in _mapped(running, light, ranges):
            sums.append(part)
            if progress is not None:
                progress(len(sums), len(ranges))
    return require_total(paths, sums, len(ranges))


def _mapped(client: Any, paths: PathSet, ranges: list[tuple[int, int]]) -> Iterator[Value]:
    """Yield the sums over the ranges, as they come."""
    from distributed import KilledWorker, as_completed

    with warnings.catch_warnings():
        # It would rather have the set scattered. But what is scattered is lost with the workers that hold it; what is
        # a task's result is made anew, from what the scheduler keeps.
        warnings.filterwarnings("ignore", message="Sending large graph")
        held = client.submit(_as_it_is, paths, pure=False)
        futures = client.map(_sum_shard, ranges, paths=held, pure=False)
    try:
        for future in as_completed(futures):
            yield future.result()
    except KilledWorker as error:
        raise GraphvizLstmError(
            f"cannot visit every path: {error.allowed_failures + 1} workers died at one shard (out of memory?)"
        ) from None


def require_scheduler(scheduler: str) -> None:
    """Raise InputError if `scheduler` is neither known nor an address."""
    if scheduler not in SCHEDULERS and "://" not in scheduler:
        raise InputError(describe_unknown("scheduler", scheduler, (*SCHEDULERS, "tcp://host:port")))


def require_total(paths: PathSet, sums: list[Value], shards: int) -> Exhaustive:
    """Return what was found, if the sums over all shards are the total.

    Raises
    ------
    CheckError
        If they are not.
    NumberError
        If a sum over a shard leaves the range of a float64.
    """
    finite = all(np.isfinite(part).all() for part in sums)
    summed = np.asarray(narrow(add_up([widen(part) for part in sums])) if sums and finite else paths.total)
    if not (finite and np.isfinite(summed).all()):
        raise NumberError(
            f"not a finite number: the sum of the contributions of {describe_count(paths.count)} paths, visited one by "
            "one, leaves the range of a float64"
        )
    # Where the sum of the absolute values takes listing, the total stands in for it: it is no larger.
    absolute = paths.facts.absolute
    scale = float(np.max(np.abs(paths.total if absolute is None else narrow(absolute)), initial=0.0))
    apart = np.abs(summed - np.asarray(paths.total))
    # Below the normal numbers a rounding is as large as the smallest one, of each contribution and of the total.
    apart = np.where(apart <= (paths.count + 1.0) * _SMALLEST, 0.0, apart)
    error = float(np.max(apart, initial=0.0))
    residual = error / scale if scale else error
    if absolute is None and not residual <= _TOLERANCE:
        # It may be much smaller, where the paths cancel.
        with np.errstate(divide="ignore"):
            parts = apart[apart != 0.0] / _sizes(paths)[apart != 0.0]
        residual = float(np.max(parts, initial=0.0))
    if not residual <= _TOLERANCE:
        raise CheckError(
            f"the contributions of {describe_count(paths.count)} paths sum to {summed.tolist()}, the sweep says "
            f"{np.asarray(paths.total).tolist()} (residual {residual:.1e}, at most {_TOLERANCE:.1e})"
        )
    value: Value = summed if paths.dag.weights.source_shape else float(summed)
    return Exhaustive(paths.count, value, paths.total, residual, _TOLERANCE, shards)


def _sizes(paths: PathSet) -> FloatArray:
    """Return by entry the sum of the absolute values, each path visited again, and what the sweep may lose beside."""
    listed = sum(np.abs(block).sum(axis=0) for block in paths.blocks())
    return np.asarray(listed + rounding_scale(paths.dag) if knows_sizes(paths.dag.weights) else listed)


def _shards(count: int) -> list[tuple[int, int]]:
    """Return ranges of equal length that cover the numbers below `count`."""
    size = max(_LEAST_IN_SHARD, -(-count // _MOST_SHARDS))
    return [(start, min(start + size, count)) for start in range(0, count, size)]


def _as_it_is(paths: PathSet) -> PathSet:
    return paths


def _sum_shard(shard: tuple[int, int], paths: PathSet) -> Value:
    return paths.summed(*shard)


@contextmanager
def running_client(scheduler: str) -> Iterator[Any]:
    """Yield a client of the cluster that is asked for; a cluster that was started here is closed again.

    Raises
    ------
    InputError
        If the scheduler is unknown or cannot be reached, or Dask is not installed.
    """
    require_scheduler(scheduler)
    try:
        from dask import config
        from distributed import Client, LocalCluster
    except ImportError:
        raise InputError("visiting every path needs Dask (pip install 'graphviz-lstm[dask]')") from None
    if "://" in scheduler:
        why = ""
        try:
            running = Client(scheduler, timeout=10)
        except (OSError, ValueError) as error:  # nobody is there, or it is no address
            why = str(error)
        if why:
            # The client that was half made ends here and now: while a thread starts it would wait for that thread.
            gc.collect()
            raise InputError(f"cannot reach scheduler {scheduler!r}: {why}")
        with running:
            _ignore_unasked(running)
            yield running
        return
    with (
        # Otherwise Dask's own folder stays among the temporary ones, and who watches it does so from anywhere.
        TemporaryDirectory(prefix="graphviz-lstm-", ignore_cleanup_errors=True) as folder,
        config.set(temporary_directory=folder),
        LocalCluster(
            processes=scheduler == "processes",
            threads_per_worker=1,
            dashboard_address=_THIS_MACHINE,
            worker_dashboard_address=_THIS_MACHINE,
        ) as cluster,
        Client(cluster) as running,
    ):
        _ignore_unasked(running)
        yield running


def _ignore_unasked(client: Any) -> None:
    """Have the loop of a client of ours say nothing of errors that nobody asks for, as those of what is closed are.

    They would be told as garbage is collected, on standard error, by whatever is run then.
    """
    client.loop.asyncio_loop.set_exception_handler(_unless_unasked)


def _unless_unasked(loop: AbstractEventLoop, context: dict[str, Any]) -> None:
    if "was never retrieved" not in context.get("message", ""):
        loop.default_exception_handler(context)
