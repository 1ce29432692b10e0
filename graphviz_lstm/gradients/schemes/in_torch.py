"""What each operation is in PyTorch: a table of its own, so that what is checked and what checks share no formula.

Where PyTorch's own derivative loses its digits as a function saturates (1 - tanh(z)^2 has none left beyond |z| = 19),
the function is put together from others that keep them.
"""

from __future__ import annotations

import math
from contextlib import contextmanager
from functools import reduce
from operator import add, matmul, mul, neg, pow as power, truediv
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


@contextmanager
def one_thread_of(torch: Any) -> Iterator[None]:
    """Have PyTorch compute in one thread: of some thousand small tensors each would wait for the others.

    How many it had before it has again.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def tensor_functions(torch: Any) -> Mapping[str, Callable[..., Any]]:
    """Return the name of each operation that can stand in an equation, and of each loss -> what it is of tensors.

    Parameters
    ----------
    torch
        The module: it is imported where it is there, and by nobody else.
    """
    log_sigmoid = torch.nn.functional.logsigmoid

    def sigmoid(z: Any) -> Any:
        return torch.exp(log_sigmoid(z))

    def tanh(z: Any) -> Any:
        # The value of the one, which keeps its digits near 0, and the derivative of the other.
        other = 2.0 * sigmoid(2.0 * z)
        return torch.tanh(z).detach() + (other - other.detach())

    return {
        "add": lambda *terms: reduce(add, terms),
        "negative": neg,
        "multiply": mul,
        "divide": truediv,
        "power": power,
        "matmul": matmul,
        "dot": lambda x, y: (x * y).sum(),
        # Two by two, and without zeros, of which the length has no derivative: its square may leave the range.
        "norm": lambda x: reduce(torch.hypot, x[x != 0.0].abs(), 0.0 * x[0]),
        "outer": torch.outer,
        "transpose": lambda x: x.swapaxes(-1, -2),
        "concat": lambda x, y: torch.cat([x, y]),
        "row": lambda w, k: w[int(k)],
        "entries": lambda x, *places: x[[int(place) for place in places]],
        "tanh": tanh,
        "sigmoid": sigmoid,
        "identity": lambda z: z,
        "relu": torch.relu,
        "softplus": lambda z: -log_sigmoid(-z),
        "log_sigmoid": log_sigmoid,
        "gelu": lambda z: z * torch.special.erfc(-z / math.sqrt(2.0)) / 2.0,
        "silu": lambda z: z * sigmoid(z),
        "sin": torch.sin,
        "cos": torch.cos,
        "exp": torch.exp,
        "log": torch.log,
        "sqrt": torch.sqrt,
        "abs": torch.abs,
        # At a tie the first has the derivative, see the table of operations.
        "max": lambda x, y: torch.where(x >= y, x, y),
        "min": lambda x, y: torch.where(x <= y, x, y),
        "squared_error": lambda h, y: ((h - y) ** 2).sum() / 2.0,
        "cross_entropy": lambda h, y: (y * (torch.logsumexp(h, -1) - h)).sum(),
        "binary_cross_entropy": lambda h, y: (-log_sigmoid(-h) - h * y).sum(),
        "given": lambda h, y: (h * y).sum(),
    }
