"""What a weights file holds, in words and as JSON."""

from __future__ import annotations

import shlex
from math import prod
from typing import TYPE_CHECKING, Any

from graphviz_lstm.errors import clip
from graphviz_lstm.problems.weights.entries import HALF
from graphviz_lstm.reports.tables import json_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graphviz_lstm.problems.weights.inspecting import InspectedNet, Inspection
    from graphviz_lstm.problems.weights.load import Plan

_MOST_LINES = 60
_LONGEST_KEY = 60


def describe_inspection(found: Inspection, file: str) -> str:
    """Return what a file holds: each array, and then each net and the command that would explain it."""
    return "\n".join(_lines(found, file))


def _lines(found: Inspection, file: str) -> Iterator[str]:
    entries = found.weights.entries
    numbers = sum(prod(entry.shape) for entry in entries.values())
    yield f"{file} holds {_counted(len(entries), 'array')} of {numbers:,} numbers:"
    yield ""
    holds = found.holds()
    keys = list(entries)[:_MOST_LINES]
    wide = max((len(clip(key, _LONGEST_KEY)) for key in keys), default=0)
    kind = max((len(str(entries[key])) for key in keys), default=0)
    for key in keys:
        yield f"  {clip(key, _LONGEST_KEY):{wide}}  {entries[key]!s:{kind}}  {holds.get(key, '')}".rstrip()
    if len(entries) > len(keys):
        yield f"  and {len(entries) - len(keys)} more (--json tells all)"
    for net in found.nets:
        yield ""
        yield from _net_lines(net, file)
    if found.weights.others:
        yield ""
        yield f"It does more, which is not known here: {clip(', '.join(found.weights.others), 300)}."
    halved = [key for key in holds if entries[key].dtype in HALF]
    if halved:
        yield ""
        yield f"Half precision: {clip(halved[0])} and others are taken as they are, each number exactly."
    if found.refused:
        yield ""
        yield f"It cannot be explained: {found.refused}."


def _net_lines(net: InspectedNet, file: str) -> Iterator[str]:
    plan = net.plan
    if plan is None:
        yield f"{net.framework}'s net under {', '.join(map(repr, net.prefixes))} cannot be explained: {net.refused}."
        return
    first = plan.layers[0]
    units = " and ".join(str(layer.units) for layer in plan.layers)
    ways = "" if first.backward is None else " in each of both directions"
    reads, tokens = f"{plan.inputs} numbers", f"(steps, {plan.inputs})"
    if plan.embedding is not None:
        reads = f"one of {plan.embedding.tokens} tokens, by the embedding {plan.embedding.prefix!r},"
        tokens = f"(steps,), whole numbers from 0 to {plan.embedding.tokens - 1},"
    yield (
        f"{net.framework}'s {first.layout.module}, {_counted(len(plan.layers), 'layer')} of {units} units{ways}: it "
        f"reads {reads} a step and gives {plan.outputs} numbers"
        f"{'' if plan.readout is None else f', by the readout {plan.readout.prefix!r}'}."
    )
    cells = dict.fromkeys(layer.layout.cell for layer in plan.layers)
    note = f"; {first.layout.note}" if first.layout.note else ""
    yield f"Here it is the cell {', '.join(map(repr, cells))}{note}."
    if plan.left:
        yield f"It leaves out {clip(', '.join(plan.left), 200)}: what it reads, or gives, is then what is asked about."
    yield "To explain it:"
    yield f"  {command_of(net, file)}"
    yield f"  x.npy is {tokens} and y.npy (steps, {plan.outputs}): a row of numbers a step."


def command_of(net: InspectedNet, file: str) -> str:
    """Return the command that explains a net that can be read."""
    plan = net.plan
    words = ["graphviz-lstm", "explain", file]
    if net.named:
        words += ["--prefix", ",".join(net.prefixes)]
    if net.named and plan is not None and plan.readout is not None:
        words += ["--readout", plan.readout.prefix]
    if net.named and plan is not None and plan.embedding is not None:
        words += ["--embedding", plan.embedding.prefix]
    return shlex.join([*words, "--inputs", "x.npy", "--targets", "y.npy"])


def inspection_json(found: Inspection, file: str) -> str:
    """Return what a file holds as one JSON object."""
    holds = found.holds()
    return json_text(
        {
            "file": file,
            "arrays": [
                {"key": key, "dtype": entry.dtype, "shape": list(entry.shape), "holds": holds.get(key)}
                for key, entry in found.weights.entries.items()
            ],
            "nets": [_net_content(net, file) for net in found.nets],
            "refused": found.refused or None,
        }
    )


def _net_content(net: InspectedNet, file: str) -> dict[str, Any]:
    plan = net.plan
    told: dict[str, Any] = {"framework": net.framework, "prefixes": list(net.prefixes), "refused": net.refused or None}
    return told if plan is None else {**told, **_plan_content(plan), "command": command_of(net, file)}


def _plan_content(plan: Plan) -> dict[str, Any]:
    return {
        "layers": [
            {
                "module": found.layout.module,
                "cell": found.layout.cell,
                "inputs": found.inputs,
                "units": found.units,
                "outputs": found.outputs,
                "direction": found.direction,
                "note": found.layout.note,
            }
            for found in plan.layers
        ],
        "readout": None if plan.readout is None else plan.readout.prefix,
        "embedding": None if plan.embedding is None else plan.embedding.prefix,
        "inputs": plan.inputs,
        "outputs": plan.outputs,
        "left_out": list(plan.left),
    }


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
