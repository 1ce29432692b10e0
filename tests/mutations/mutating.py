"""The central rooms mutated: one mutation at a time, in a copy of the repository, and whether a test notices.

cosmic-ray finds the mutations, makes them and runs the tests; here stands which of them are tried.
"""

from __future__ import annotations

import ast
import contextlib
import difflib
import itertools
import random
import re
import shlex
import shutil
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from queue import Queue
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from cosmic_ray.commands import init
from cosmic_ray.config import load_config
from cosmic_ray.modules import filter_paths, find_modules
from cosmic_ray.mutating import mutate_and_test, mutate_code
from cosmic_ray.plugins import get_operator
from cosmic_ray.work_db import WorkDB, use_db
from cosmic_ray.work_item import TestOutcome

from tests.mutations.reaching import command_of, within
from tests.mutations.survivors import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from cosmic_ray.work_item import MutationSpec

    from tests.mutations.reaching import Reach

CONFIGURATION = Path(__file__).with_name("cosmic-ray.toml")
_A_FEW = 20
_COPIED = (
    ".ci",
    "graphviz_lstm",
    "tests",
    "docs",
    "benchmarks",
    "output",
    "tools",
    "conftest.py",
    "pyproject.toml",
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
)


@dataclass(frozen=True, slots=True)
class Mutant:
    """One mutation of a module.

    Attributes
    ----------
    module
        Its place in the package: `paths/find.py`.
    operator, occurrence
        What cosmic-ray calls it.
    line
        Where it begins.
    before, after
        What stood there, and what stands there instead: lines that differ, without their indentation.
    """

    module: str
    operator: str
    occurrence: int
    line: int
    before: str
    after: str

    @property
    def room(self) -> str:
        """The folder that the module lies in, of the package."""
        return self.module.partition("/")[0]

    @property
    def key(self) -> tuple[str, str, str]:
        """What a survivor is listed by: a line may move."""
        return self.module, self.before, self.after

    def __str__(self) -> str:
        """As a row of the list of survivors, its reason left out."""
        return f"| `{self.module}` | `{self.before}` | `{self.after}` | "


@dataclass(slots=True)
class Results:
    """How many mutants were noticed, by room; which were not."""

    killed: Counter[str] = field(default_factory=Counter)
    tried: Counter[str] = field(default_factory=Counter)
    timeouts: list[Mutant] = field(default_factory=list)
    survivors: list[Mutant] = field(default_factory=list)

    def add(self, mutant: Mutant, outcome: str) -> None:
        """Count one more."""
        self.tried[mutant.room] += 1
        if outcome == "survived":
            self.survivors.append(mutant)
        else:
            self.killed[mutant.room] += 1
            self.timeouts += [mutant] if outcome == "timeout" else []


def mutated_modules() -> list[str]:
    """Return the modules that `cosmic-ray.toml` names, by their places in the repository."""
    configuration = load_config(CONFIGURATION)
    with contextlib.chdir(ROOT):
        found = find_modules([Path(each) for each in configuration["module-path"]])
        return sorted(map(Path.as_posix, filter_paths(found, configuration.get("excluded-modules", ()))))


def places(*parts: str) -> list[MutationSpec]:
    """Return where something can be mutated in the rooms that `cosmic-ray.toml` names, and how.

    Parameters
    ----------
    parts
        Only in modules whose place has one of these in it; by default in all.
    """
    configuration = load_config(CONFIGURATION)
    kept = [Path(place) for place in mutated_modules() if not parts or any(part in place for part in parts)]
    with (
        contextlib.chdir(ROOT),
        TemporaryDirectory() as folder,
        use_db(str(Path(folder) / "work.sqlite"), WorkDB.Mode.create) as work,
    ):
        init(kept, work, configuration.operators_config)
        specs = [item.mutations[0] for item in work.pending_work_items]
    left_out = re.compile("|".join(configuration.sub("filters", "operators-filter")["exclude-operators"]))
    chosen = [spec for spec in specs if not left_out.match(spec.operator_name)]
    return sorted(chosen, key=lambda each: (each.module_path, each.operator_name, each.occurrence))


def made(spec: MutationSpec) -> Mutant | None:
    """Return a mutation, or None if only annotations would be others, or what comes of it is no program."""
    text = (ROOT / spec.module_path).read_text(encoding="utf-8")
    mutated = mutate_code(text, get_operator(spec.operator_name)(), spec.occurrence)
    try:
        if mutated is None or _meaning(mutated) == _meaning(text):
            return None
    except SyntaxError:
        return None
    changed = [line for line in difflib.ndiff(text.splitlines(), mutated.splitlines()) if line[2:].strip()]
    before, after = (" ".join(next((c[2:] for c in changed if c[0] == sign), "nothing").split()) for sign in "-+")
    module = spec.module_path.as_posix().partition("graphviz_lstm/")[2]
    return Mutant(module, spec.operator_name, spec.occurrence, spec.start_pos[0], before, after)


class _Meaning(ast.NodeTransformer):
    """Leaves out what changes nothing.

    Annotations are not run: they are texts, and what is imported for them alone is not imported. To `reshape`, any
    negative number is as many as there are. Slots save memory.
    """

    def visit_Call(self, node: ast.Call) -> Any:
        """Take each negative length of a shape for the same; leave out whether there are slots."""
        node.keywords = [each for each in node.keywords if each.arg != "slots"]
        if ast.unparse(node.func).rpartition(".")[2] == "reshape":
            shapes = [each for given in node.args for each in ast.walk(given) if isinstance(each, ast.UnaryOp)]
            for each in shapes:
                if isinstance(each.op, ast.USub) and isinstance(each.operand, ast.Constant):
                    each.operand = ast.Constant(1)
        return self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> Any:
        """Keep the value."""
        node.annotation = ast.Constant(None)
        return self.generic_visit(node)

    def visit_arg(self, node: ast.arg) -> Any:
        """Keep the name."""
        node.annotation = None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> Any:
        """Keep all but what it returns."""
        node.returns = None
        return self.generic_visit(node)

    def visit_If(self, node: ast.If) -> Any:
        """Leave out what only a type checker reads, and whether it does."""
        return None if "TYPE_CHECKING" in ast.unparse(node.test) else self.generic_visit(node)


def _meaning(text: str) -> str:
    return ast.dump(_Meaning().visit(ast.parse(text)))


def sample(everything: Sequence[MutationSpec], *, seed: int) -> Iterator[Mutant]:
    """Yield all mutants in an order that is drawn: one of each room after the other, while there are."""
    draw = random.Random(seed)  # noqa: S311 -- a sample, no secret
    by_room: dict[str, list[MutationSpec]] = {}
    for spec in everything:
        by_room.setdefault(spec.module_path.parts[1], []).append(spec)
    drawn = [filter(None, map(made, draw.sample(inside, len(inside)))) for _, inside in sorted(by_room.items())]
    for turn in itertools.zip_longest(*drawn):
        yield from filter(None, turn)


@contextlib.contextmanager
def copied() -> Iterator[Path]:
    """Let there be a copy of what the tests need: the repository itself is never mutated."""
    with TemporaryDirectory(prefix="mutations-") as name:
        for each in _COPIED:
            source = ROOT / each
            if source.is_dir():
                shutil.copytree(source, Path(name, each), ignore=shutil.ignore_patterns("__pycache__", "_build"))
            else:
                shutil.copy(source, Path(name, each))
        yield Path(name)


def try_mutants(
    chosen: Sequence[Mutant],
    copies: Sequence[Path],
    reach: Reach,
    *,
    patience: float,
    seconds: float = float("inf"),
    tell: Callable[[Mutant, str, float], None] | None = None,
) -> Results:
    """Return which mutants were noticed, of those that there was time for.

    Parameters
    ----------
    chosen
        The mutants.
    copies
        Copies of the repository: in each one is tried at a time.
    reach
        Which tests come to which lines.
    patience
        How many seconds of tests each mutant has to survive, by the time that these took where nothing is mutated.
    seconds
        After so many none is begun any more.
    tell
        Is called with each mutant, how it ended, and after how many seconds.
    """
    results, until = Results(), time.monotonic() + seconds
    free: Queue[Path] = Queue()
    for copy in copies:
        free.put(copy)

    def one(mutant: Mutant) -> tuple[Mutant, str, float]:
        copy, began = free.get(), time.monotonic()
        tests = within(reach.tests_at(mutant.module, mutant.line), reach.seconds, patience)
        outcome = _try(mutant, copy, tests) if began < until else ""
        free.put(copy)
        return mutant, outcome, time.monotonic() - began

    with ThreadPoolExecutor(len(copies)) as pool:
        for mutant, outcome, took in pool.map(one, chosen):
            if outcome:
                results.add(mutant, outcome)
                if tell is not None:
                    tell(mutant, outcome, took)
    return results


def _try(mutant: Mutant, copy: Path, tests: Sequence[str]) -> str:
    """Return how a mutant fares: a few tests see most, and start sooner than all."""
    outcome = "survived"
    for some in filter(None, (tests[:_A_FEW], tests[_A_FEW:])):
        if outcome == "survived":
            outcome = _asked(mutant, copy, some)
    return outcome


def _asked(mutant: Mutant, copy: Path, tests: Sequence[str]) -> str:
    from cosmic_ray.work_item import MutationSpec

    (copy / "asked.txt").write_text("\n".join(tests), encoding="utf-8")
    command = command_of(["-x", "-q", "--tb=line", "-p", "no:cacheprovider", f"@{copy / 'asked.txt'}"], copy)
    place = copy / "graphviz_lstm" / mutant.module
    spec = MutationSpec(place, mutant.operator, mutant.occurrence, (mutant.line, 0), (mutant.line, 1))
    result = mutate_and_test([spec], shlex.join(command), load_config(CONFIGURATION).timeout)
    assert result.test_outcome in (TestOutcome.KILLED, TestOutcome.SURVIVED), result.output
    return "timeout" if result.output == "timeout" else str(result.test_outcome.value)
