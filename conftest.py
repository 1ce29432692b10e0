"""What is collected: doors to other programs where these are installed; with `--quick` less, with `--long` more."""

from __future__ import annotations

from fnmatch import fnmatch
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest  # noqa: TC002 -- pluggy reads the annotations

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

# What is collected only where a library is.
_NEEDING = {
    "sphinx": ("graphviz_lstm/interfaces/sphinx.py",),
    "pymdownx": ("graphviz_lstm/interfaces/mkdocs.py",),
    "torch": ("tests/cells/published.py",),
    "cosmic_ray": ("tests/mutations/mutating.py", "tests/mutations/__main__.py"),
    "zensical": ("tests/interfaces/test_zensical.py",),
    "atheris": ("tests/fuzz/guided.py",),
}

collect_ignore = [file for library, files in _NEEDING.items() if find_spec(library) is None for file in files]
# The judges of the layouts of weights: where they are not, the table is held against numpy alone.
_JUDGES = ("keras", "flax", "onnx")
_MISSING = [library for library in _JUDGES if find_spec(library) is None]
collect_ignore += [f"tests/problems/weights/test_{library}.py" for library in _MISSING]

# What `--quick` leaves out, and what takes the time there: whole files, and single tests by a part of their names.
# Another slow test is marked `slow` where it stands.
SLOW = {
    "tests/problems/test_stacks_in_torch*": "needs PyTorch",
    "tests/pages/*": "a browser",
    "tests/interfaces/test_sphinx*": "builds projects",
    "tests/interfaces/test_figure_options*": "builds projects and sites",
    "tests/interfaces/test_mkdocs*": "builds sites",
    "tests/interfaces/test_zensical*": "builds sites",
    "tests/interfaces/test_jupyter*": "runs kernels",
    "tests/paths/test_exhaustive*": "starts a cluster",
    "tests/faults/test_kill*": "starts processes, and kills them",
    "tests/faults/test_signals*": "starts processes",
    "tests/faults/test_surroundings*": "starts processes",
    "tests/faults/test_disk*": "starts processes",
    "tests/interfaces/test_interrupt*": "starts processes",
    "tests/mutations/test_mutating*": "copies the repository, and runs tests of a mutation",
    "tests/test_docs.py": "builds the documentation",
    "tests/cells/*::*torchs*": "needs PyTorch, which takes a gigabyte",
    "tests/problems/weights/test_torch*": "needs PyTorch, which takes a gigabyte",
    "tests/problems/weights/test_documentation*::*torchs*": "needs PyTorch, which takes a gigabyte",
    "tests/problems/weights/test_keras*": "needs Keras, and compiles every net",
    "tests/problems/weights/test_flax*": "needs Flax, and compiles every net",
    "tests/problems/weights/test_onnx*": "needs ONNX",
    "tests/gradients/schemes/test_detached*": "needs PyTorch, which takes a gigabyte",
    "tests/reports/test_under*::*an_entry*": "needs PyTorch, which takes a gigabyte",
    "tests/*::*compiles*": "runs TeX",
    "tests/*::*latex_too*": "runs TeX",
    "tests/figures/*::*in_every_form*": "runs TeX",
    "tests/figures/test_look*::*document*": "runs TeX",
    "tests/figures/*::*no_label_lies_on_anything*": "measures every label against every line",
    "tests/figures/test_any_cell*": "measures every label against every line, for every shape of cell",
    "tests/figures/*::*only_what_lies_on_a_path*": "draws many steps",
    "tests/figures/*::*steps*": "draws many steps",
    "tests/figures/test_plots*::*too_small[[][!g]*": "measures every text of every plot against all others",
    "tests/*::*depend_on_the_process*": "starts processes",
    "tests/figures/test_foreign*::*too_large*": "makes a graph of a hundred thousand vertices",
    "tests/figures/test_edge_labels*::*nothing_overlaps*": "measures every label against every line",
    "tests/figures/test_units*::*nothing_overlaps*": "measures every label against every line",
    "tests/figures/test_units*::*is_the_share_of*": "draws every unit",
    "tests/doors/*": "exports a notebook of marimo",
    "tests/figures/test_plots*": "draws bars by Matplotlib",
    "tests/figures/test_strip*": "draws bars by Matplotlib",
    "tests/figures/test_rows*": "measures every number of every view and case",
    "tests/figures/test_look*::*hostile*": "draws every view in every form",
    "tests/figures/test_any_net*": "measures every view of many nets",
    "tests/figures/test_every_option*::*used_or_refused*": "draws every view with every option",
    "tests/reports/test_no_number*": "answers for many problems",
    "tests/figures/test_embedding*": "starts notebooks",
    "tests/figures/test_shown*::*lies_on_nothing*": "measures every label against every line",
    "tests/figures/test_renaming*::*new_ones_everywhere*": "draws every view in every form",
    "tests/figures/test_every_option*::*schemes_too*": "draws every scheme",
    "tests/figures/test_strands*::*lies_on_anything*": "measures every label against every line",
    "tests/figures/test_strands*::*fault_comes_back*": "draws every case",
    "tests/reports/test_under*::*what_is_left*[[]lstm-[p]*": "checks every parameter of a large cell",
    "tests/reports/test_scheme_figures*": "draws every scheme",
    "tests/reports/test_approximations*::*takes_long*": "takes long, and says so",
    "tests/reports/test_conversation*::*large_net*": "evaluates 64 units over 50 steps",
    "tests/interfaces/test_habits*::*bytes_of_the_file*": "draws every form of file twice",
    "tests/interfaces/test_edges_and_cells*": "draws every view at every door",
    "tests/test_gallery.py": "draws all of the gallery",
    "tests/interfaces/test_cli.py": "writes every kind of file; tests/messages has what commands refuse",
    "tests/interfaces/test_paths_command*": "starts a process for each test",
    "tests/gradients/schemes/test_schemes*::*stopped_differentiation*[[][!l]*": "differentiates every cell anew",
    "tests/reports/test_under*::*what_is_left*[[][!l]*": "checks every parameter of every cell",
    "tests/reports/test_comparison*::*[[][!l]*": "compares every cell under every scheme",
    "tests/gradients/test_mutations*::*at_one_unit[[][!mr]*": "makes every rule of a cell wrong, one after another",
    "tests/cells/test_limits*::*thousands_of_equations*10000[]]": "reads ten thousand equations",
    "tests/reports/test_answer*::*every_cell_and_source*[[]3-*": "answers for every source",
    "tests/reports/test_derivation*::*takes_too_long*": "proves until it may not go on",
    "tests/gradients/test_derivation*::*on_the_worked_example[[]*-[!W]*": "proves for every parameter",
    "tests/gradients/test_derivation*::*on_the_worked_example[[]*-W_[!A]*": "proves for every parameter",
    "tests/reports/test_derivation*::*every_library_cell_derives[[]*[!u][]]": "derives every cell",
    "tests/reports/test_derivation*::*side_by_side*": "derives a cell and its gradient",
    "tests/figures/test_strip*::*from_arrays_are_those_of_the_graph[[]*[!u][]]": "sweeps through every cell",
    "tests/gradients/test_pathsets*::*from_arrays_are_those_of_the_graph[[]*[!u][]]": "sweeps through every cell",
    "tests/fuzz/test_any_source*::*[[]*-[bfoXHS]_*": "asks about every vertex",
    "tests/paths/test_limits*::*680_digits*": "makes a graph of a thousand steps",
    "tests/paths/test_memory*": "makes long chains",
    "tests/paths/*::*long_chain*": "makes long chains",
    "tests/laws/*::*where_paths_are_long*": "makes long chains",
    "tests/gradients/*::*other_cells*": "compares long expressions",
    "tests/gradients/*::*general_functions*": "compares long expressions",
}

# What is left out unless `--long` asks for it, as CI does: the same law at more places, beside one that always runs.
# Another such test is marked `long` where it stands: the same law on hundreds of other draws.
LONG = {
    "tests/problems/weights/test_torch*::*what_pytorch_gives[[]*-[.]npz[]]": "so is every module as safetensors",
    "tests/problems/weights/test_torch*::*what_pytorch_gives[[]*-folder[]]": "so is every module as safetensors",
    "tests/problems/weights/test_torch*::*what_pytorch_gives[[]*-state dict[]]": "so is every module as safetensors",
    "tests/gradients/test_mutations*::*at_sixteen_units[[]*cross_entropy*": "squared errors are always tried",
    "tests/cells/test_published*::*at_every_size_and_length*": "so is every cell at one size",
    "tests/gradients/test_mutations*::*at_a_hundred_units[[]128-100[]]": "so are 64 units",
    "tests/gradients/test_mutations*::*at_one_unit[[]lstm-peephole[]]": "so is every smaller cell",
    "tests/gradients/test_mutations*::*at_one_unit[[]slstm[]]": "so is every smaller cell",
    "tests/gradients/test_derivation*::*general_functions[[]*-3[]]": "so are two steps",
    "tests/gradients/test_derivation*::*general_functions[[]slstm-2[]]": "so is one step, and two of the others",
    "tests/gradients/test_derivation*::*other_cells[[]every-*": "so is a loss at the last step",
    "tests/figures/test_scene*::*no_label_lies_on_anything[[]3-3-operation-*": "so is every gate, and two steps",
    "tests/gradients/test_mutations*::*at_sixteen_units[[]gru-*": "so is the LSTM",
    "tests/reports/test_under*::*what_is_left*[[][!l]*": "so is the LSTM",
    "tests/gradients/test_derivation*::*on_the_worked_example[[]True-[!W]*": "so is every W",
    "tests/fuzz/test_any_source*::*write_pages_and_pictures[[]*-[bfoX]_[o01][]]": "so are other vertices",
    "tests/reports/test_answer*::*every_cell_and_source*[[]3-*": "so is one unit",
    "tests/faults/test_surroundings*::*change_no_byte[[]{'PYTHON[OU]*": "so are two other surroundings",
    "tests/faults/test_surroundings*::*change_no_byte[[]{'[CH]*": "so are two other surroundings",
    "tests/faults/test_kill*::*wherever_the_kill_strikes*[!-][2-9]*[]]": "so are the first moments",
    "tests/faults/test_kill*::*never_mixed[[]*[03]0[]]": "so are the first moments",
    "tests/faults/test_kill*::*at_any_moment*": "random moments, beside those that are told",
    "tests/cells/test_limits*::*thousands_of_equations*10000[]]": "so are a thousand",
    "tests/figures/test_units*::*runs_through_a_box[[]operation-[13]-*": "so is the detail of gates, and two units",
    "tests/figures/test_units*::*in_any_view[[]*-[!l]*": "so are flows of every cell",
    "tests/figures/test_rows*::*nothing_lies_on_anything[[]*-[fmv]*": "so are paths, and strands",
    "tests/figures/test_rows*::*nothing_lies_on_anything[[]*-narrow*": "so is the wide layout",
    "tests/figures/test_strands*::*keeps_its_width[[]14-*": "so are four steps",
    "tests/faults/test_kill*::*being_drawn*[[]_*": "so is the moment between the two",
    "tests/faults/test_kill*::*wherever_the_kill_strikes[[]apart*": "so are the first moments",
    "tests/faults/test_kill*::*never_mixed[[]_write*": "so are the first moments",
    "tests/faults/test_disk*::*two_commands*": "so are writers that take turns",
    "tests/faults/test_surroundings*::*change_no_byte[[]{'L*": "so are two other surroundings",
    "tests/faults/test_surroundings*::*not_utf8*[[][fo]*": "so is the name of an example",
    "tests/faults/test_surroundings*::*are_escaped[[]l*": "so is the smaller set of letters",
    "tests/faults/test_surroundings*::*one_line[[]explain[]]": "so are shorter commands",
    "tests/faults/test_surroundings*::*no_traceback[[]explain[]]": "so are shorter commands",
    "tests/faults/test_surroundings*::*no_settings_of_others*": "so are figures drawn in one process",
    "tests/faults/test_security*::*reaches_out*[[][bcdrst]*": "so are the commands that write most",
    "tests/faults/test_security*::*this_machine_alone[[]p*": "so are threads",
    "tests/faults/test_signals*::*written_first[[]*-[47]0[]]": "so are the first moments",
    "tests/figures/test_any_cell*::*text_over_text[[]5-operation-*": "so is the detail of gates",
    "tests/figures/test_any_cell*::*in_any_view[[]gate-20-*": "so are two steps",
    "tests/figures/test_any_cell*::*keep_apart[[]14-[!l]*": "so is a first layer of LSTMs",
    "tests/figures/test_edge_labels*::*nothing_overlaps*-slstm[]]": "so is every smaller cell",
    "tests/figures/test_edge_labels*::*nothing_overlaps*-lstm-peephole[]]": "so is every smaller cell",
    "tests/figures/test_elide*::*elided_figure[[]operation-*": "so is the detail of gates",
    "tests/figures/test_elide*::*overlaps[[]*-slstm-*": "so is every smaller cell",
    "tests/figures/test_scene*::*lies_on_anything[[]*-slstm[]]": "so is every smaller cell",
    "tests/figures/test_scene*::*lies_on_anything[[]*-lstm-peephole[]]": "so is every smaller cell",
    "tests/figures/test_units*::*runs_through_a_box[[]*-3-[!g]*": "so are two units",
    "tests/figures/test_units*::*runs_through_a_box[[]operation-*": "so is the detail of gates",
    "tests/figures/test_plots*::*too_small[[][abc]*": "so are the other cases",
    "tests/figures/test_plots*::*too_small[[]*-narrow[]]": "so is the wide form, which has more on it",
    "tests/figures/test_files*::*hundred_steps*": "so are a dozen",
    "tests/interfaces/test_sphinx*::*content_and_builds*[[][mt]*": "so are pages and papers",
    "tests/pages/test_accessibility*::*finds_nothing[[]dark[]]": "so is the light page",
    "tests/pages/test_interpreter*::*computes_what_python_does[[]slstm[]]": "so are the LSTM, the GRU and every row",
    "tests/gradients/schemes/test_schemes*::*stopped_differentiation*[[]lstm-peephole-*": "so is every smaller cell",
    "tests/reports/test_answer*::*every_cell_and_source*[[]1-*lstm*": "so is the GRU; the LSTM is the worked example",
    "tests/test_docs.py::*builds_without_a_warning*": "Sphinx itself says as much",
    "tests/pages/test_interpreter*::*computes_what_python_does[[][!lg]*": "so are the LSTM, the GRU and every row",
    "tests/pages/test_interpreter*::*computes_what_python_does[[]l[!s]*": "so is the LSTM",
    "tests/pages/test_interpreter*::*computes_what_python_does[[]*-*": "so is the LSTM",
    "tests/gradients/schemes/test_known*::*that_the_page_shows*[!5][]]": "so is one scale",
    "tests/figures/test_any_net*::*random_nets[[][1-9]*": "so are the first ten",
    "tests/figures/test_any_net*::*showed_faults[[][!g]*": "so is one of them, and strands of all",
    "tests/figures/test_rows*::*where_it_is_shown[[]*-[fmsv]*": "so are paths; strands of one cell of each kind",
}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--quick` and `--long`."""
    amount = parser.getgroup("amount").addoption
    amount("--quick", action="store_true", help="leave out slow tests and draw fewer examples of each law")
    amount(
        "--long", action="store_true", help="also try laws at more places and on hundreds of other draws, as CI does"
    )


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say which judges did not judge."""
    if _MISSING:
        files = ", ".join(f"test_{library}.py" for library in _MISSING)
        terminalreporter.write_line(f"not collected in tests/problems/weights, since not installed: {files}")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave slow files out before they are imported; None leaves the rest to pytest."""
    if not config.getoption("quick") or not collection_path.is_relative_to(config.rootpath):
        return None
    return True if _is_slow(collection_path.relative_to(config.rootpath).as_posix()) else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave slow tests out, or long ones."""
    quick, long = config.getoption("quick"), config.getoption("long")
    left_out = {
        item
        for item in items
        if (quick and (item.get_closest_marker("slow") or _is_slow(item.nodeid)))
        or (not long and (item.get_closest_marker("long") or _matches(item.nodeid, LONG)))
    }
    config.hook.pytest_deselected(items=list(left_out))
    items[:] = [item for item in items if item not in left_out]


def _is_slow(name: str) -> bool:
    return _matches(name, SLOW)


def _matches(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatch(name, pattern) for pattern in patterns)
