"""Rows of the table of operations that are losses: of an output H and a target y, to one number."""

from __future__ import annotations

from graphviz_lstm.cells import numeric as num
from graphviz_lstm.cells.expression import Apply, add, multiply, negative
from graphviz_lstm.cells.operation import Operation, Partial

LOSS_ROWS = (
    Operation(
        "squared_error",
        (2, 2),
        num.squared_error,
        (Partial("inner", lambda whole: add(whole.arguments[0], negative(whole.arguments[1]))),),
        lambda _, h, y: (h - y) ** 2 / 2,
        "half the square of the distance, as in the worked example; the derivative is H - y",
        shape="reduced",
        ranked=True,
        loss=True,
    ),
    # -sum_k y_k log softmax(H)_k; its derivative is softmax(H) - y where y sums to 1, as a distribution does.
    Operation(
        "cross_entropy",
        (2, 2),
        num.cross_entropy,
        (
            Partial(
                "inner",
                lambda whole: add(
                    multiply(Apply("softmax", whole.arguments[:1]), Apply("sum", whole.arguments[1:])),
                    negative(whole.arguments[1]),
                ),
            ),
        ),
        None,
        "C. Bishop, Pattern Recognition and Machine Learning, 2006, equation 4.109",
        shape="inner",
        loss=True,
    ),
    # Of a logit: -y log s - (1 - y) log(1 - s) with s = sigmoid(H), written so that it does not overflow.
    Operation(
        "binary_cross_entropy",
        (2, 2),
        num.binary_cross_entropy,
        (
            Partial(
                "inner",
                lambda whole: add(Apply("logistic", whole.arguments[:1]), negative(whole.arguments[1])),
            ),
        ),
        lambda sp, h, y: sp.log(1 + sp.exp(h)) - y * h,
        "C. Bishop, Pattern Recognition and Machine Learning, 2006, equations 4.90 and 4.91 with y = sigmoid(a): "
        "softplus(H) - y H",
        shape="reduced",
        ranked=True,
        loss=True,
    ),
    # E is linear in the output, so that the target itself is dE/dH: for a gradient that comes from elsewhere.
    Operation(
        "given",
        (2, 2),
        num.given,
        (Partial("inner", lambda whole: whole.arguments[1]),),
        lambda _, h, y: y * h,
        "the inner product with what is given as dE/dH",
        shape="reduced",
        ranked=True,
        loss=True,
    ),
)
