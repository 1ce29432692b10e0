"""PyTorch's own modules, saved, loaded and live: what they give and every gradient are what is computed here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from graphviz_lstm import InputError, Problem, load_weights
from graphviz_lstm.problems.weights.torch import problem_of_module
from tests.problems.weights.holding import require_same

if TYPE_CHECKING:
    from pathlib import Path

torch = pytest.importorskip("torch")
nn = torch.nn

KINDS = {
    "lstm": (nn.LSTM, {}),
    "lstm without biases": (nn.LSTM, {"bias": False}),
    "lstm projected": (nn.LSTM, {"proj_size": 2}),
    "gru": (nn.GRU, {}),
    "rnn": (nn.RNN, {}),
    "rnn relu": (nn.RNN, {"nonlinearity": "relu"}),
    "lstm both ways": (nn.LSTM, {"bidirectional": True}),
    "lstm projected both ways": (nn.LSTM, {"bidirectional": True, "proj_size": 2}),
    "gru both ways without biases": (nn.GRU, {"bidirectional": True, "bias": False}),
    "rnn both ways": (nn.RNN, {"bidirectional": True}),
}
CELLS = {"lstm": nn.LSTMCell, "gru": nn.GRUCell, "rnn": nn.RNNCell}


class WithReadout(nn.Module):
    """Layers, and a linear map of the last."""

    def __init__(self, kind: Any, units: int, layers: int, options: dict[str, Any]) -> None:
        super().__init__()
        self.rnn = kind(3, units, layers, batch_first=True, **options)
        directions = 2 if options.get("bidirectional") else 1
        self.fc = nn.Linear(directions * (options.get("proj_size") or units), 2)

    def forward(self, rows: Any) -> Any:
        return self.fc(self.rnn(rows)[0])


def module_of(kind: str, units: int, layers: int, seed: int) -> Any:
    """Return a module of double precision with random weights."""
    torch.manual_seed(seed)
    made, options = KINDS[kind]
    return WithReadout(made, units, layers, options).double()


def answer(module: Any, inputs: Any, targets: Any, loss: str, at: str) -> tuple[float, dict[str, Any]]:
    """Return the loss as PyTorch computes it, and its gradient by key."""
    gave = module(inputs)
    gave = (gave[0] if isinstance(gave, tuple) else gave).reshape(len(targets), -1)
    gave, due = (gave, targets) if at == "every" else (gave[-1:], targets[-1:])
    if loss == "squared_error":
        value = ((gave - due) ** 2).sum() / 2
    else:
        value = nn.functional.cross_entropy(gave, due, reduction="sum")
    module.zero_grad()
    value.backward()
    return value.item(), {name: each.grad.numpy() for name, each in module.named_parameters()}


def saved(module: Any, suffix: str, folder: Path) -> Any:
    """Return where the weights of a module are: a file, a folder, or the state dict itself."""
    state = module.state_dict()
    if suffix == ".safetensors":
        pytest.importorskip("safetensors.torch").save_file(state, folder / "model.safetensors")
    elif suffix == ".npz":
        np.savez_compressed(folder / "model.npz", **{key: each.numpy() for key, each in state.items()})
    elif suffix == "folder":
        for key, each in state.items():
            np.save(folder / f"{key}.npy", each.numpy())
        return folder
    else:
        return state
    return folder / f"model{suffix}"


@pytest.mark.parametrize("suffix", [".safetensors", ".npz", "folder", "state dict"])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("units", "layers", "loss", "at"),
    [(3, 1, "squared_error", "every"), (4, 2, "cross_entropy", "last"), (8, 3, "cross_entropy", "every")],
)
def test_what_pytorch_saved_gives_what_pytorch_gives(
    suffix: str, kind: str, units: int, layers: int, loss: str, at: str, tmp_path: Path
) -> None:
    """At 3, 4 and 8 units, one to three layers; a projection needs more units than it gives."""
    module = module_of(kind, units, layers, seed=units)
    random = np.random.default_rng(units)
    inputs = random.normal(size=(4, 3))
    targets = np.exp(random.normal(size=(4, 2)))
    targets /= targets.sum(axis=1, keepdims=True)
    options = {"f_H": "relu"} if kind == "rnn relu" else None
    net = load_weights(saved(module, suffix, tmp_path), activations=options)
    assert (len(net.plan.layers), net.plan.layers[0].units, net.plan.readout.prefix) == (layers, units, "fc")
    value, gradients = answer(module, torch.as_tensor(inputs)[None], torch.as_tensor(targets), loss, at)
    require_same(net, net.problem(inputs, targets, loss=loss, at=at), value, gradients)


@pytest.mark.parametrize("units", [1, 5])
@pytest.mark.parametrize("kind", CELLS)
def test_a_live_cell_is_its_steps(kind: str, units: int) -> None:
    torch.manual_seed(units)
    cell = CELLS[kind](3, units).double()
    inputs, targets = torch.randn(4, 3).double(), torch.randn(4, units).double()
    start = torch.randn(units).double()
    state = (start, start / 2) if kind == "lstm" else start
    problem = Problem.from_torch(cell, inputs, targets, state=state)
    given, rows = state, []
    for row in inputs:
        given = cell(row, given)
        rows.append(given[0] if kind == "lstm" else given)
    value = ((torch.stack(rows) - targets) ** 2).sum() / 2
    value.backward()
    gradients = {name: each.grad.numpy() for name, each in cell.named_parameters()}
    require_same(load_weights(cell.state_dict()), problem, value.item(), gradients)


@pytest.mark.parametrize("batch", ["none", "first", "second"])
@pytest.mark.parametrize(
    "kind", ["lstm", "gru", "rnn relu", "lstm projected", "lstm both ways", "lstm projected both ways", "rnn both ways"]
)
def test_a_live_module_with_a_state_gives_its_gradients(kind: str, batch: str) -> None:
    torch.manual_seed(1)
    made, options = KINDS[kind]
    module = made(3, 4, 2, batch_first=batch == "first", **options).double()
    outputs, ways = options.get("proj_size", 4), 2 if options.get("bidirectional") else 1
    inputs, targets = torch.randn(5, 3).double(), torch.randn(5, ways * outputs).double()
    given = {"none": inputs, "first": inputs[None], "second": inputs[:, None]}[batch]
    ones = [torch.randn(2 * ways, *([] if batch == "none" else [1]), n).double() for n in (outputs, 4)]
    state = tuple(ones) if made is nn.LSTM else ones[0]
    problem = problem_of_module(module, given, targets, at="last", state=state, weight=0.5)
    gave = module(given, state)[0].reshape(5, -1)
    value = 0.25 * ((gave[-1] - targets[-1]) ** 2).sum()
    value.backward()
    gradients = {name: each.grad.numpy() for name, each in module.named_parameters()}
    options = {"f_H": "relu"} if kind == "rnn relu" else None
    require_same(load_weights(module.state_dict(), activations=options), problem, value.item(), gradients)


class Last(nn.Module):
    """The last step of an LSTM, and what is made of it."""

    def __init__(self, *more: Any) -> None:
        super().__init__()
        self.lstm, self.more = nn.LSTM(3, 4, batch_first=True), nn.ModuleList(more)

    def forward(self, rows: Any) -> Any:
        last = self.lstm(rows)[0][:, -1]
        for part in self.more:
            last = part(last)
        return last


def test_a_module_of_single_precision_that_gives_its_last_step_alone() -> None:
    torch.manual_seed(0)
    module = Last(nn.Linear(4, 3))
    problem = Problem.from_torch(module, torch.randn(1, 6, 3), [[0.0, 1.0, 0.0]], loss="cross_entropy", at="last")
    assert (problem.steps, problem.cell.output, problem.losses[0].steps) == (6, "Y", (6,))


class Tokens(nn.Module):
    """Layers over an embedding of tokens, and a linear map of the last."""

    def __init__(self, emb: Any, more: Any = None, *, units: int = 4, layers: int = 1, both: bool = False) -> None:
        super().__init__()
        self.emb, self.more = emb, more
        self.rnn = nn.LSTM(emb.embedding_dim, units, layers, batch_first=True, bidirectional=both)
        self.fc = nn.Linear(2 * units if both else units, 2)

    def forward(self, tokens: Any) -> Any:
        rows = self.emb(tokens) if self.more is None else self.emb(tokens) + self.more(tokens)
        return self.fc(self.rnn(rows)[0])


@pytest.mark.parametrize("both", [False, True])
@pytest.mark.parametrize(("units", "layers"), [(1, 1), (2, 2), (3, 1), (4, 2)])
def test_tokens_and_classes_give_pytorchs_gradients(units: int, layers: int, both: bool, tmp_path: Path) -> None:  # noqa: FBT001 -- a case
    """A token that comes twice has both gradients in its row; a class to ignore has none. Live, and from a file."""
    torch.manual_seed(units)
    module = Tokens(nn.Embedding(6, 3), units=units, layers=layers, both=both).double()
    tokens, classes = torch.tensor([4, 0, 5, 0]), torch.tensor([1, -100, 0, 1])
    value = nn.functional.cross_entropy(module(tokens[None])[0], classes, reduction="sum", ignore_index=-100)
    value.backward()
    gradients = {name: each.grad.numpy() for name, each in module.named_parameters()}
    net = load_weights(saved(module, ".npz", tmp_path), embedding="emb")
    told = {"loss": "cross_entropy", "ignore": -100}
    for problem in (
        net.problem(tokens.numpy(), classes.numpy(), **told),
        Problem.from_torch(module, tokens[None], classes, **told),
        Problem.from_torch(module, tokens[None], classes.tolist(), **told),
    ):
        require_same(net, problem, value.item(), gradients)


def test_padding_that_does_not_come_is_no_matter() -> None:
    module = Tokens(nn.Embedding(5, 3, padding_idx=0))
    assert Problem.from_torch(module, [[1, 4]], [0, 1], loss="cross_entropy").inputs["k"].tolist() == [1, 4]


KINDLY = {"loss": "cross_entropy"}
TWICE = (nn.Embedding(5, 3), nn.Embedding(5, 3))
ROWS = np.ones((1, 6, 3))
FOUR, TWO = [[0.5] * 4] * 6, [[0.5] * 2] * 6


@pytest.mark.parametrize(
    ("module", "inputs", "targets", "options", "said"),
    [
        (Last(nn.ReLU(), nn.Linear(4, 2)), ROWS, TWO, {"at": "last"}, "not what was read: the module gives numbers "),
        (Last(nn.Linear(4, 2)), ROWS, TWO, {}, "of its last step alone (the loss counts there: at='last')"),
        (Last(nn.Linear(4, 5), nn.Linear(5, 2)), ROWS, TWO, {"at": "last"}, "unknown layer: 'more.1.weight', float32"),
        (Last(nn.Dropout(0.5)), ROWS, FOUR, {"at": "last"}, "drawn at random: 'more.0' drops 0.5 (call module.eval())"),
        (Last(nn.LayerNorm(4)), ROWS, FOUR, {"at": "last"}, "unknown layer: 'more.0.weight', float32 (4,) and 1 more"),
        (nn.LSTM(3, 4, bidirectional=True), ROWS[0], FOUR, {}, "(4,), must be (8,)"),
        (Tokens(nn.Embedding(5, 3)), [[0, 5]], [0, 1], KINDLY, "no such token: input 'k' has 5 at [1] (must be a whol"),
        (Tokens(nn.Embedding(5, 3)), [[0.5, 1]], [0, 1], KINDLY, "not tokens: inputs are float32, must be whole numbe"),
        (Tokens(nn.Embedding(5, 3)), ROWS[0], [0, 1], KINDLY, "more than one sequence: inputs are (6, 3)"),
        (Tokens(nn.Embedding(5, 3)), [[0, 1]], [0, 2], KINDLY, "no such class: targets of 'Y' has 2 at [1] (must be a"),
        (Tokens(nn.Embedding(5, 3)), [[0, 1]], [7, 7], {**KINDLY, "ignore": 7}, "no steps: ignore leaves none of the "),
        (Tokens(nn.Embedding(5, 3, padding_idx=0)), [[0, 1]], [0, 1], KINDLY, "'emb' has padding_idx=0, by which PyTo"),
        (Tokens(nn.Embedding(5, 3, max_norm=1.0)), [[0, 1]], [0, 1], KINDLY, "'emb' has max_norm=1.0, by which PyTorc"),
        (Tokens(*TWICE), [[0, 1]], [0, 1], KINDLY, "more than one embedding: 'emb', 'more' (the net here has one)"),
        (nn.LSTM(3, 4), np.ones((2, 6, 3)), FOUR, {}, "more than one sequence: inputs are (2, 6, 3)"),
        (nn.LSTM(3, 4), ROWS[0], FOUR, {"state": np.ones((1, 4))}, "wrong number of states: 1 (must be (h_0, c_0))"),
        (nn.LSTM(3, 4).half(), ROWS[0], FOUR, {}, "the module is of torch.float16"),
        (nn.LSTM(3, 4), np.ones((6, 5)), FOUR, {}, "inputs are (6, 5), must be (steps, 3)"),
        (nn.Linear(3, 4), ROWS[0], FOUR, {}, "no recurrent layer of PyTorch, Keras, Flax, ONNX"),
        ("lstm", ROWS, FOUR, {}, "not a module: 'lstm'"),
        (nn.LSTM(3, 4, num_layers=2, dropout=0.1), ROWS[0], FOUR, {}, "drawn at random: 'the module' drops 0.1"),
    ],
)  # fmt: skip
def test_what_a_module_has_beside_what_is_known_is_refused_in_one_line(
    module: Any, inputs: Any, targets: Any, options: dict[str, Any], said: str
) -> None:
    with pytest.raises(InputError) as refused:
        Problem.from_torch(module, inputs, targets, **options)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 500


def test_one_wrong_gate_is_noticed() -> None:
    """The law can fail: what holds the gradients together would see two gates exchanged."""
    module = module_of("lstm", 4, 1, seed=0)
    inputs, targets = torch.randn(4, 3).double(), torch.randn(4, 2).double()
    value, gradients = answer(module, inputs[None], targets, "squared_error", "every")
    state = {key: each.numpy().copy() for key, each in module.state_dict().items()}
    state["rnn.weight_hh_l0"] = np.roll(state["rnn.weight_hh_l0"], 4, axis=0)
    net = load_weights(state)
    with pytest.raises(AssertionError):
        require_same(net, net.problem(inputs.numpy(), targets.numpy()), value, gradients)
