"""A weights file as EXAMPLE of every command, and `inspect`."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from click.shell_completion import ShellComplete

from graphviz_lstm import Study, load_weights
from graphviz_lstm.cells import LOSSES
from graphviz_lstm.interfaces import choices
from graphviz_lstm.interfaces.cli import cli
from graphviz_lstm.interfaces.cli.weights import WeightsOption
from graphviz_lstm.problems.example import PLACES
from graphviz_lstm.problems.weights.inspecting import inspect_weights
from graphviz_lstm.reports.inspected import command_of, describe_inspection
from tests.interfaces.running import run
from tests.interfaces.schema import require_fit
from tests.problems.weights.documented import arrays_of
from tests.problems.weights.written import npz_bytes, safetensors_bytes

if TYPE_CHECKING:
    from subprocess import CompletedProcess

LSTM = {f"lstm.{key}": array for key, array in arrays_of(("PyTorch", "nn.LSTM", "lstm"), 2, 3, seed=0).items()}
RANDOM = np.random.default_rng(1)
FC = {"fc.weight": RANDOM.normal(size=(2, 2)), "fc.bias": RANDOM.normal(size=2)}
WIDE = {"fc.weight": RANDOM.normal(size=(2, 4)), "fc.bias": FC["fc.bias"], "emb.weight": RANDOM.normal(size=(9, 3))}
RNN = arrays_of(("Keras", "SimpleRNN", "rnn"), 2, 3, seed=0)
INPUTS, TARGETS = RANDOM.normal(size=(3, 3)), np.array([[0.0, 1.0], [1.0, 0.0], [0.5, 0.5]])
GIVEN = ["--inputs", "x.npy", "--targets", "y.npy"]
# What each command needs beside its example.
MORE = {
    "explain": ["--out", "out"], "draw": ["-o", "a.svg"], "strip": ["-o", "b.svg"], "page": ["-o", "c.html"],
    "before-after": ["m.npz"], "derive": [], "compare": ["--schemes", "full"],
}  # fmt: skip


@pytest.fixture(autouse=True)
def _there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("m.safetensors").write_bytes(safetensors_bytes({**LSTM, **FC}))
    Path("m.npz").write_bytes(npz_bytes({**LSTM, **FC}))
    Path("rnn.npz").write_bytes(npz_bytes(RNN))
    Path("more.npz").write_bytes(npz_bytes({**LSTM, **FC, "emb.weight": np.ones((9, 3), dtype=np.float16)}))
    np.save("x.npy", INPUTS)
    np.save("y.npy", TARGETS)


def ask(*arguments: str) -> CompletedProcess[str]:
    """Return what came of a command."""
    return run(*arguments, cwd=Path())


QUICK = ("batch", "paths", "count", "triangle", "routes", "check", "compare", "before-after")


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=() if name in QUICK else pytest.mark.slow)
        for name in sorted(cli.commands)
        if name != "train-curve"  # takes a folder of them
        and any(isinstance(option, WeightsOption) for option in cli.commands[name].params)
    ],
)
def test_every_command_of_an_example_takes_a_weights_file(name: str) -> None:
    done = ask(name, "m.safetensors", *MORE.get(name, []), *GIVEN)
    assert (done.returncode, done.stderr) == (0, "")


def test_every_command_of_an_example_has_the_options() -> None:
    without = [n for n, c in cli.commands.items() if not any(isinstance(o, WeightsOption) for o in c.params)]
    assert without == ["cells", "inspect"]


def test_the_loss_that_is_asked_for_is_the_one_that_is_told() -> None:
    """Cross entropy of the last step: what the command counts is what Python computes."""
    options = ["--loss", "cross_entropy", "--at", "last", "--source", "W_f", "--json"]
    told = json.loads(ask("paths", "m.npz", *GIVEN, *options).stdout)
    problem = load_weights("m.npz").problem(INPUTS, TARGETS, loss="cross_entropy", at="last")
    study = Study(problem, "W_f")
    assert told["example"] == "m"
    assert told["paths"][0]["share"] == pytest.approx(study.path(1).share)


def test_tokens_classes_and_what_to_ignore_are_told_by_options() -> None:
    """What the command that `inspect` tells counts is what Python computes; a token too many is one line."""
    Path("both.npz").write_bytes(npz_bytes({**LSTM, **{f"{key}_reverse": a[::-1] for key, a in LSTM.items()}, **WIDE}))
    np.save("x.npy", np.array([8, 0, 8]))
    np.save("y.npy", np.array([1, -100, 0]))
    options = ["--embedding", "emb", *GIVEN, "--loss", "cross_entropy", "--ignore", "-100"]
    told = json.loads(ask("paths", "both.npz", *options, "--json").stdout)
    net = load_weights("both.npz", embedding="emb")
    problem = net.problem([8, 0, 8], [1, -100, 0], loss="cross_entropy", ignore=-100)
    assert problem.losses[0].steps == (1, 3)
    assert told["paths"][0]["share"] == pytest.approx(Study(problem).path(1).share)
    found = ask("inspect", "both.npz").stdout
    assert "lstm.weight_hh_l0_reverse  float64 (8, 2)  U_i, U_f, U_A, U_o, backward" in found
    assert "1 layer of 2 units in each of both directions: it reads 3 numbers a step and gives 2 numbers, by" in found
    np.save("x.npy", np.array([8, 9, 8]))
    done = ask("paths", "both.npz", *options)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "no such token: input 'k' has 9 at [1] (must be a whole number from 0 to 8: 'W_X' has 9 rows)" in done.stderr
    missing = ask("paths", "both.npz", "--embedding", "emb")
    assert "missing: --inputs, a .npy file of (steps,) whole numbers from 0 to 8, for weights file" in missing.stderr


def test_what_inspect_tells_of_an_embedding_that_keys_tell() -> None:
    Path("k.npz").write_bytes(npz_bytes({**RNN, "embedding/embeddings": np.ones((9, 3))}))
    told = ask("inspect", "k.npz").stdout
    assert "it reads one of 9 tokens, by the embedding 'embedding', a step and gives 2 numbers." in told
    assert "x.npy is (steps,), whole numbers from 0 to 8, and y.npy (steps, 2)" in told


def test_another_function_of_a_layer_is_told_by_an_option() -> None:
    plain, other = (
        ask("paths", "rnn.npz", *GIVEN, "--json", *more).stdout for more in ([], ["--activations", "f_H=relu"])
    )
    assert plain != other
    net = load_weights("rnn.npz", activations={"f_H": "relu"})
    assert json.loads(other)["paths"][0]["share"] == pytest.approx(Study(net.problem(INPUTS, TARGETS)).path(1).share)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["paths", "m.npz"], "missing: --inputs, a .npy file of (steps, 3) numbers, a row a step, for weights file 'm"),
        (["paths", "m.npz", "--inputs", "x.npy"], "missing: --targets, a .npy file of (steps, 2) numbers"),
        (["paths", "--inputs", "x.npy"], "--inputs x.npy is of a weights file (give one as EXAMPLE, such as model.s"),
        (["count", "gomez", "--prefix", "lstm"], "--prefix lstm is of a weights file"),
        (["paths", "m.pt", *GIVEN], "never read: a pickle can run code (save it anew: safetensors.torch.save_file(mod"),
        (["paths", "more.npz", *GIVEN], "explained alone is PyTorch's nn.LSTM: prefix 'lstm', readout 'fc'; an embe"),
        (["paths", "m.npz", *GIVEN, "--readout", "out"], "unknown readout: 'out' (must be one of 'fc') in weights fil"),
        (["paths", "m.npz", *GIVEN, "--prefix", "gru"], "unknown prefix: 'gru' (must be one of 'lstm') of a recurrent"),
        (["paths", "m.npz", *GIVEN, "--cell", "gru"], "unknown cell: 'gru' (must be one of 'lstm', 'lstm-projected', "),
        (["paths", "m.npz", *GIVEN, "--activations", "relu"], "not activations: 'relu' (must be such as f_H=relu)"),
        (["paths", "m.npz", *GIVEN, "--loss", "hinge"], "Invalid value for '--loss': 'hinge' is not one of"),
        (["paths", "m.npz", "--inputs", "y.npy", "--targets", "y.npy"], "inputs are (3, 2), must be (steps, 3)"),
        (["inspect", "m.pt"], "never read: a pickle can run code"),
        (["inspect", "no.npz"], "cannot read: No such file or directory: weights file 'no.npz'"),
        (["inspect"], "Missing argument 'FILE'."),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_one_line(arguments: list[str], said: str) -> None:
    done = ask(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_inspect_tells_what_is_there_and_the_command_that_it_tells_runs() -> None:
    told = ask("inspect", "more.npz").stdout
    assert "lstm.weight_hh_l0  float64 (8, 2)  U_i, U_f, U_A, U_o" in told
    assert (
        "PyTorch's nn.LSTM, 1 layer of 2 units: it reads 3 numbers a step and gives 2 numbers, by the readout 'fc'."
        in told
    )
    assert "It leaves out emb.weight" in told
    [line] = [line for line in told.splitlines() if "graphviz-lstm explain" in line]
    words = shlex.split(line)[1:]
    assert words == ["explain", "more.npz", "--prefix", "lstm", "--readout", "fc", *GIVEN]
    assert ask("count", *words[1:]).returncode == 0
    found = inspect_weights("more.npz")
    assert describe_inspection(found, "more.npz") + "\n" == told
    assert command_of(found.nets[0], "more.npz") == line.strip()


@pytest.mark.parametrize(
    ("arrays", "nets", "refused"),
    [
        ({**LSTM, **FC}, 1, False),
        ({**LSTM, **{f"{key}_reverse": array for key, array in LSTM.items()}}, 1, False),
        ({**RNN, "embedding/embeddings": np.ones((9, 3))}, 1, False),
        ({**{f"a.{k}": v for k, v in LSTM.items()}, **{f"b.{k}": v for k, v in LSTM.items()}}, 2, False),
        ({**LSTM, "lstm.weight_ih_l0": np.ones((3, 8))}, 1, False),
        ({"w": np.ones(3)}, 0, True),
        ({**LSTM, **{f"k/{k}": v for k, v in RNN.items()}}, 0, True),
    ],
)
def test_what_inspect_tells_as_json_fits_its_schema(arrays: dict[str, object], nets: int, refused: bool) -> None:  # noqa: FBT001 -- a case
    Path("some.npz").write_bytes(npz_bytes(arrays))
    told = json.loads(ask("inspect", "some.npz", "--json").stdout)
    require_fit(told, "inspect")
    assert (len(told["nets"]), told["refused"] is not None) == (nets, refused)
    assert len(ask("inspect", "some.npz").stdout.splitlines()) > len(arrays)


def test_a_shell_completes_weights_files() -> None:
    shell = ShellComplete(cli, {}, "graphviz-lstm", "_GRAPHVIZ_LSTM_COMPLETE")
    assert [item.value for item in shell.get_completions(["inspect"], "m")] == ["m.npz", "m.safetensors", "more.npz"]
    assert "m.npz" in [item.value for item in shell.get_completions(["paths"], "")]


def test_what_can_be_chosen_is_what_there_is() -> None:
    assert sorted(choices.LOSSES) == sorted(LOSSES)
    assert choices.PLACES == PLACES
