"""A live PyTorch module as a problem: its weights are read as those of a file, and what it gives is held against ours.

What a module does between its layers stands in no file of weights. Here it can be asked: it is called once with the
inputs, and where it gives anything else than the net that was read, it is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from graphviz_lstm.errors import InputError, ShapeError, WeightsError, shorten
from graphviz_lstm.problems.layer import BACKWARD
from graphviz_lstm.problems.weights.forward import outputs_of
from graphviz_lstm.problems.weights.load import load_weights

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from graphviz_lstm.cells.cell import Cell
    from graphviz_lstm.problems.problem import Problem

# Of the largest number: what rounding comes to over hundreds of steps, and half precision or a wrong gate does not.
_ROUNDING = {"torch.float64": 1e-9, "torch.float32": 1e-4}


def problem_of_module(  # noqa: PLR0913 -- an option each
    module: Any,
    inputs: Any,
    targets: Any,
    *,
    loss: str = "squared_error",
    at: str = "every",
    weight: float = 1.0,
    ignore: int | None = None,
    state: Any = None,
    readout: str | None = None,
    name: str = "module",
) -> Problem:
    """Return a module, one sequence and its targets as a problem. `Problem.from_torch` says what is meant.

    Raises
    ------
    WeightsError
        If the module has layers that are not known, or does not give what the net that was read gives.
    InputError
        If it is no module, draws at random, cannot be called with the inputs, or there are several sequences.
    """
    torch = _torch()
    if not isinstance(module, torch.nn.Module):
        raise InputError(f"not a module: {shorten(module)} (must be a torch.nn.Module, such as nn.LSTM)")
    _require_certain(module, torch)
    embedding = _embedding(module, torch)
    kinds = {part.nonlinearity for part in module.modules() if hasattr(part, "nonlinearity")}
    if len(kinds) > 1:
        raise WeightsError(f"more than one function of its layers: {', '.join(sorted(kinds))} (must be one)")
    activations = None if not kinds else {"f_H": kinds.pop()}
    net = load_weights(module.state_dict(), readout=readout, embedding=embedding, activations=activations)
    dtype = next(module.parameters()).dtype
    if str(dtype) not in _ROUNDING:
        raise WeightsError(
            f"not weights: the module is of {dtype} (must be {' or '.join(_ROUNDING)}; see module.double())"
        )
    given = torch.as_tensor(inputs).detach()
    given = given.to(dtype) if embedding is None else given
    states = _states(state, net.cell, sum(len(found.directions) for found in net.plan.layers))
    problem = net.problem(
        _one_sequence(given, axes=2 if embedding is None else 1),
        _plain(targets),
        loss=loss,
        at=at,
        weight=weight,
        ignore=ignore,
        initial=states,
        name=name,
    )
    if embedding is not None:
        _require_learnt(module.get_submodule(embedding), embedding, given)
    with torch.no_grad():
        gave = _called(module, given, state, dtype, torch)
    _require_same(gave, problem, at, _ROUNDING[str(dtype)])
    return problem


def _torch() -> Any:
    try:
        import torch
    except ImportError:
        raise InputError("PyTorch is not installed: a module of it is asked for (pip install torch)") from None
    return torch


def _require_certain(module: Any, torch: Any) -> None:
    """Refuse what gives other numbers each time that it is called."""
    if not module.training:
        return
    for called, part in module.named_modules():
        drops = getattr(part, "dropout", 0) if isinstance(part, torch.nn.RNNBase) else 0
        drops = part.p if isinstance(part, torch.nn.modules.dropout._DropoutNd) else drops  # noqa: SLF001 -- of all its kinds
        if drops:
            raise InputError(f"drawn at random: {shorten(called or 'the module')} drops {drops:g} (call module.eval())")


def _embedding(module: Any, torch: Any) -> str | None:
    """Return the name of the embedding that a module has."""
    named = [name for name, part in module.named_modules() if isinstance(part, torch.nn.Embedding)]
    if len(named) > 1:
        raise WeightsError(f"more than one embedding: {', '.join(map(shorten, named))} (the net here has one)")
    return named[0] if named else None


def _require_learnt(part: Any, name: str, tokens: Any) -> None:
    """Refuse an embedding whose gradient PyTorch changes: that of a row that it leaves as it is, or of how often."""
    changed = {key: value for key in ("max_norm", "scale_grad_by_freq") if (value := getattr(part, key))}
    if part.padding_idx is not None and bool((tokens == part.padding_idx).any()):
        changed["padding_idx"] = part.padding_idx
    if changed:
        told = ", ".join(f"{key}={value}" for key, value in changed.items())
        raise WeightsError(
            f"not the gradient: {shorten(name)} has {told}, by which PyTorch changes that of its rows (must have none, "
            "nor a token that is padding)"
        )


def _plain(array: Any) -> NDArray[np.generic]:
    return np.asarray(array.detach().cpu() if hasattr(array, "detach") else array)


def _one_sequence(given: Any, axes: int = 2) -> NDArray[np.generic]:
    """Return the inputs as (T, m), or tokens as (T,): an axis of a batch of one is left out."""
    array = _plain(given)
    for axis in (0, 1):
        if array.ndim == axes + 1 and array.shape[axis] == 1:
            return array.squeeze(axis)
    if array.ndim == axes + 1:
        raise ShapeError(f"more than one sequence: inputs are {array.shape} (give one, with a batch of 1 or without)")
    return array


def _states(state: Any, cell: Cell, layers: int) -> dict[str, NDArray[np.generic]] | None:
    """Return h_0, or (h_0, c_0), as our initial states, each (layers, units), with a batch of one or without.

    Of two directions each layer counts twice, the forward one first.
    """
    if state is None:
        return None
    given = state if isinstance(state, tuple | list) else (state,)
    # Of each layer its output first, as PyTorch has it, then what only the layer itself reads; and what runs forward
    # before what runs backward.
    names = {key: cell.name_of(key) for key in cell.states}
    states = sorted(names, key=lambda key: (names[key].layer or 0, names[key].part == BACKWARD))
    outputs = [key for key in states if names[key].base == "H"]
    others = [key for key in states if key not in outputs]
    ours = [outputs, others] if others else [outputs]
    if len(given) != len(ours):
        due = "(h_0, c_0)" if others else "h_0"
        raise InputError(f"wrong number of states: {len(given)} (must be {due})")
    told: dict[str, NDArray[np.generic]] = {}
    for keys, part in zip(ours, given, strict=True):
        array = _plain(part)
        rows = array.reshape(layers, -1) if array.size % layers == 0 else array
        told |= dict(zip(keys, rows, strict=False))
    return told


def _called(module: Any, given: Any, state: Any, dtype: Any, torch: Any) -> NDArray[np.generic]:
    """Return what the module gives."""
    tensors = _as_tensors(state, dtype)
    try:
        if isinstance(module, torch.nn.RNNCellBase):
            return _cell_by_steps(module, given, tensors, torch)
        result = module(given) if tensors is None else module(given, tensors)
    except Exception as error:  # noqa: BLE001 -- whatever it is, it is said
        raise InputError(
            f"the module cannot be called with inputs of {tuple(given.shape)}: {shorten(str(error))} (give them as it "
            "takes them)"
        ) from None
    first = result[0] if isinstance(result, tuple | list) else result
    if not hasattr(first, "detach"):
        raise InputError(
            f"the module gives no tensor: {shorten(first)} (must give one, or a tuple that begins with it)"
        )
    return _plain(first)


def _as_tensors(state: Any, dtype: Any) -> Any:
    import torch

    if state is None:
        return None
    if isinstance(state, tuple | list):
        return tuple(torch.as_tensor(part).to(dtype) for part in state)
    return torch.as_tensor(state).to(dtype)


def _cell_by_steps(module: Any, given: Any, state: Any, torch: Any) -> NDArray[np.generic]:
    rows = []
    for row in torch.as_tensor(_one_sequence(given)):
        state = module(row) if state is None else module(row, state)
        rows.append(_plain(state[0] if isinstance(state, tuple) else state))
    return np.array(rows)


def _require_same(gave: NDArray[np.generic], problem: Problem, at: str, rounding: float) -> None:
    """Hold what the module gives against the net: at every step, or the last one where it gives no other."""
    ours = outputs_of(problem)
    if gave.size == ours[-1].size < ours.size:
        if at != "last":
            raise InputError(
                f"the module gives {gave.shape}, of its last step alone (the loss counts there: at='last')"
            )
        ours = ours[-1:]
    if gave.size != ours.size:
        raise WeightsError(f"not what was read: the module gives {gave.shape}, the net {ours.shape}")
    apart = float(np.abs(gave.astype(np.float64).reshape(ours.shape) - ours).max())
    if not apart <= rounding * max(1.0, float(np.abs(ours).max())):
        raise WeightsError(
            f"not what was read: the module gives numbers {apart:.3g} apart from those of {problem.cell.name!r} (it "
            "does more than its weights tell; give the recurrent part of it alone, and a loss of what that gives)"
        )
