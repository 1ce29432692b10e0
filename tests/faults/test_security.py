"""What the page on security says is never done is not done: Python tells of it (PEP 578), and a test listens."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from graphviz_lstm.cells import parse
from graphviz_lstm.figures import foreign
from graphviz_lstm.gradients.symbolic import proof
from graphviz_lstm.graph.unroll import MOST_STEPS
from graphviz_lstm.interfaces import complaints
from graphviz_lstm.paths import exhaustive
from graphviz_lstm.paths.listing import limits
from tests.faults.commands import ROOT, WRITING, contents, left_behind, run

if TYPE_CHECKING:
    from pathlib import Path

PAGE = (ROOT / "docs" / "security.md").read_text("utf-8")
CANARY = "canary_in_the_mine"
EXAMPLE = {
    "cell": {
        "equations": [f"H[t] = f_H(W_{CANARY} @ X[t] + u_{CANARY} * H[t-1])"],
        "activations": {"f_H": "tanh"},
    },
    "parameters": {f"W_{CANARY}": [[0.5, -0.2]], f"u_{CANARY}": [0.9]},
    "inputs": [[1, 2], [0.5, 3]],
    "targets": [[0.5], [1.25]],
    "loss": {"kind": "squared_error"},
    "about": f"__import__('os').system('{CANARY}')",
}
# Prints each event that must not happen. What is executed is named, and it must not be a text of the example's.
LISTENING = f"""
import sys, types

def names(code):
    yield from (*code.co_names, *code.co_varnames, *code.co_consts)
    for part in code.co_consts:
        if isinstance(part, types.CodeType):
            yield from names(part)

def hear(event, arguments):
    if event.startswith(("socket.", "subprocess.", "urllib.", "pickle.find_class", "os.system", "os.exec")):
        print("heard", event, arguments, file=sys.stderr)
    if event == "exec" and any({CANARY!r} in str(name) for name in names(arguments[0])):
        print("heard", event, arguments, file=sys.stderr)

sys.addaudithook(hear)
from graphviz_lstm.__main__ import main
main()
"""


@pytest.mark.slow
@pytest.mark.parametrize("command", [*WRITING.values(), "check {example}", "count {example} --steps 50"])
def test_no_command_reaches_out_or_runs_what_it_reads(tmp_path: Path, command: str) -> None:
    """No socket, no other program, no pickle, no code that holds a name of the example's; nothing left behind."""
    (tmp_path / "mine.json").write_text(json.dumps(EXAMPLE))
    (tmp_path / "out").mkdir()
    arguments = command.format(example="mine.json").replace("W_A", f"W_{CANARY}")
    done = run(arguments, tmp_path, program=(sys.executable, "-c", LISTENING))
    assert (done.returncode, done.stderr) == (0, "")
    assert left_behind(tmp_path) == []
    assert len(contents(tmp_path)) >= 3


def test_a_hook_that_hears_would_tell() -> None:
    """The listening is not idle."""
    for deed in ("import socket; socket.socket()", f"exec('{CANARY} = 1')", "import os; os.system('')"):
        program = LISTENING.replace("from graphviz_lstm.__main__ import main\nmain()", deed)
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
        assert done.stderr.startswith("heard "), deed


@pytest.mark.slow
@pytest.mark.parametrize("scheduler", ["threads", "processes"])
def test_an_exhaustive_check_leaves_nothing_and_is_heard_by_this_machine_alone(tmp_path: Path, scheduler: str) -> None:
    """Dask, on threads or processes of this machine."""
    hook = """
import sys
def hear(event, arguments):
    if event == "socket.bind" and arguments[1][0] not in ("127.0.0.1", "::1"):
        print("heard", event, arguments, file=sys.stderr)
sys.addaudithook(hear)
if __name__ == "__main__":
    from graphviz_lstm.__main__ import main
    main()
"""
    (tmp_path / "hook.py").write_text(hook)
    done = run(f"hook.py check --source W_A --exhaustive --scheduler {scheduler}", tmp_path, program=(sys.executable,))
    assert (done.returncode, done.stderr) == (0, "")
    assert left_behind(tmp_path) == []


def test_the_limits_on_the_page_are_those_of_the_rooms() -> None:
    """Each number stands where it is enforced."""
    rows = dict(re.findall(r"^\| ([^|]+?) \| ([^|]+?) \|$", PAGE, flags=re.MULTILINE))
    numbers = {what: re.findall(r"10\^\d+|\d[\d,]*", told) for what, told in rows.items()}
    assert numbers["an equation"] == [f"{vars(parse)['_LONGEST_EQUATION']:,}", str(vars(parse)["_DEEPEST"])]
    assert numbers["paths that a call lists"][0] == f"10^{len(str(limits.LISTING_LIMIT)) - 1}"
    assert numbers["paths that `check --exhaustive` visits"] == [f"10^{len(str(exhaustive.EXHAUSTIVE_LIMIT)) - 1}"]
    assert numbers["edges of a drawn graph of your own"] == [str(foreign.MOST_EDGES)]
    assert numbers["steps of a graph that `unroll` makes without numbers"] == [f"{MOST_STEPS:,}"]
    bounds = (proof.MOST_SYMBOLS, proof.MOST_TERMS, round(proof.MOST_PRODUCTS))
    assert numbers["symbols of a proof"] == [f"{bound:,}" for bound in bounds]
    assert numbers["a value that an error repeats"] == [str(vars(complaints)["_LONGEST_VALUE"])]
    assert "security" in (ROOT / "docs" / "index.md").read_text("utf-8")
