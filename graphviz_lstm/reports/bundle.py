"""The answer as files: figures, tables and the page, made in memory so that they are written together or not at all."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.notation.numbers import sum_exactly
from graphviz_lstm.paths import Remainder, Selection
from graphviz_lstm.paths.choosing.selection import Rest
from graphviz_lstm.paths.compiled.wide import narrow, widen
from graphviz_lstm.reports.approximations import approximation_content
from graphviz_lstm.reports.lines import npz_bytes, paths_arrays
from graphviz_lstm.reports.pages.answer import answer_page
from graphviz_lstm.reports.tables import paths_csv, paths_json

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path as FilePath

    from graphviz_lstm.paths import Path, PathSet
    from graphviz_lstm.reports.answer import Answer

# Of more paths the leading ones are listed, and the remainder is told.
_LISTED = 1_000
_ON_THE_PAGE = 50
_DIGITS = 12


def answer_files(answer: Answer, *, full: bool = False) -> dict[str, bytes]:
    """Return name -> content of everything that is written about an answer.

    The whole gradient as `.svg` and `.dot` (of a gradient of zero its values, since there is nothing to share), each
    leading path that crosses a gate as `-path-K.svg`, the leading paths as `-paths.csv` and `-paths.json`, and the
    page. Numbers in the tables have twelve significant digits. Arrays of more than 64 entries are told by their length,
    unless `full`: so that what is written has a bounded size.

    Raises
    ------
    RenderError
        If Graphviz fails or leaves something out.
    """
    stem = _stem(answer)
    study, paths = answer.study, answer.paths
    listed = paths.top(min(paths.count, _LISTED))
    shown = first_of(paths, listed, _ON_THE_PAGE)
    whole = study.figure("values" if answer.is_zero else "flow")
    figure = whole.svg
    # Of a gradient of zero a path has no share to draw.
    focused = [] if answer.is_zero else [study.figure(path=path).svg for path in answer.leading]
    approximations = approximation_content(study.approximations) if study.approximations else None
    texts = {
        f"{stem}.html": answer_page(answer, shown, figure),
        f"{stem}.svg": figure,
        f"{stem}.dot": whole.dot,
        **{f"{stem}-path-{k}.svg": svg for k, svg in enumerate(focused, start=1)},
        f"{stem}-paths.csv": paths_csv(study, listed, digits=_DIGITS, full=full),
        f"{stem}-paths.json": paths_json(
            study, listed, digits=_DIGITS, full=full, verdict=answer.verdict, approximations=approximations
        ),
    }
    return {name: text.encode() for name, text in texts.items()}


def stale_files(folder: FilePath, contents: Iterable[str]) -> list[FilePath]:
    """Return the figures in a folder that an earlier answer to the same question left: of paths that are none now.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as name:
    ...     for file in ("g-W.svg", "g-W-path-1.svg", "g-W-path-2.svg", "g-W-path-x.svg", "g-W-0-path-2.svg"):
    ...         _ = (Path(name) / file).write_bytes(b"")
    ...     [path.name for path in stale_files(Path(name), ["g-W.html", "g-W.svg", "g-W-path-1.svg"])]
    ['g-W-path-2.svg']
    """
    current = set(contents)
    stem = next(name for name in current if name.endswith(".html")).removesuffix(".html")
    ours = re.compile(rf"{re.escape(stem)}-path-[1-9][0-9]*\.svg")
    there = sorted(folder.iterdir()) if folder.is_dir() else []
    return [path for path in there if ours.fullmatch(path.name) and path.name not in current]


def answer_arrays(answer: Answer) -> bytes:
    """Return the contributions of the listed paths, whole, as the content of a `.npz` file; see `paths_arrays`."""
    paths = answer.paths
    return npz_bytes(paths_arrays(answer.study, paths.top(min(paths.count, _LISTED)), paths=paths))


def first_of(paths: PathSet, selection: Selection, most: int) -> Selection:
    """Return the first of the paths that were found, at most so many: without another search."""
    if len(selection) <= most:
        return selection
    found = selection.paths[:most]
    with np.errstate(all="ignore"):  # of what is too large to be told, what is left is no number either
        contribution = paths.total - sum((path.contribution for path in found), start=np.zeros(np.shape(paths.total)))
    share = sum_exactly([paths.share, *(-path.share for path in found)])
    rest = Rest(Remainder(paths.count - most, contribution, share, None), None)
    bound = max(_size_of(paths, selection.paths[most]), selection.bound)
    return Selection(found, lambda: rest, proven=selection.proven, bound=bound)


def _size_of(paths: PathSet, path: Path) -> float:
    """Return the |share| of a path; where there is nothing to share, its |contribution|."""
    if not math.isnan(path.share):
        return abs(path.share)
    return abs(float(narrow(paths.facts.whole.along(widen(path.contribution)))))


def _stem(answer: Answer) -> str:
    """Return what every file's name begins with: `gomez-W_A`, `gomez-W_A-0-0` for one element."""
    element = "".join(f"-{index}" for index in answer.element or ())
    detail = "" if answer.study.detail == "gate" else f"-{answer.study.detail}"
    # Windows has no file whose name holds these.
    source = answer.source.replace("<", "-backward").replace(">", "-forward")
    return f"{answer.problem.name}-{source}{element}{detail}{answer.study.suffix}"
