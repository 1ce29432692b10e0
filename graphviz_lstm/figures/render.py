"""The one place where Graphviz runs, in the shape of the pygraphviz wheel: DOT text in, a picture's bytes out.

Graphviz says nothing when it leaves an edge out, so what it drew is counted. It is shown one font, DejaVu Sans, which
Matplotlib's wheel brings: a picture is then the same on a machine with other fonts, or none. What it takes from the
process (the time zone, where fonts are looked for, standard error) is lent to it under a lock, and given back.
"""

from __future__ import annotations

import json
import os
import re
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import IO, TYPE_CHECKING, Literal
from xml.etree import ElementTree as ET

from graphviz_lstm.errors import OutputError, RenderError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graphviz_lstm.figures.scene import Point

Format = Literal["svg", "png", "pdf"]
_SVG = "{http://www.w3.org/2000/svg}"
_CONFIGURATION = Path(__file__).with_name("fonts.conf")
ALONE = threading.RLock()
"""Held by who draws with a library that is the process's own: Graphviz, and Matplotlib with its settings."""


def render(dot: str, form: Format, *, vertices: int, edges: int) -> bytes:
    """Return the picture of a DOT text in which every vertex and edge has its position.

    Parameters
    ----------
    vertices, edges
        How many the picture must show.

    Raises
    ------
    RenderError
        If Graphviz fails, or draws fewer.
    """
    drawn = _run(dot, "svg")
    _count_drawn(drawn, vertices, edges)
    return drawn if form == "svg" else _run(dot, form)


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be arranged in layers: widths and heights of boxes and of edges' labels, in points."""

    boxes: list[tuple[float, float]]
    edges: list[tuple[int, int]]
    labels: list[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Where everything of a wish stands: centres of boxes, courses of edges with their tips last, middles of labels."""

    places: list[Point]
    courses: list[tuple[Point, ...]]
    labels: list[Point]


def arrange(wish: Wish) -> Arrangement:
    """Return where Graphviz's layered layout (`dot`, from left to right) puts boxes and edges.

    Its time is more than linear: a few hundred edges are enough.

    Raises
    ------
    RenderError
        If Graphviz fails, or leaves an edge out.
    """
    cell = '<<TABLE BORDER="0" FIXEDSIZE="TRUE" WIDTH="{:.0f}" HEIGHT="{:.0f}"><TR><TD></TD></TR></TABLE>>'
    lines = ["digraph {", 'graph [rankdir="LR", nodesep="0.3", ranksep="0.35"]', 'node [shape="box", fixedsize="true"]']
    lines += [f'v{k} [label="", width="{w / 72:.3f}", height="{h / 72:.3f}"]' for k, (w, h) in enumerate(wish.boxes)]
    lines += [
        f'v{tail} -> v{head} [id="e{k}", label={cell.format(*size)}]'
        for k, ((tail, head), size) in enumerate(zip(wish.edges, wish.labels, strict=True))
    ]
    found = json.loads(_run("\n".join([*lines, "}"]), "json0", program="dot"))
    places = {node["name"]: _points(node["pos"])[0] for node in found["objects"]}
    edges = {edge["id"]: edge for edge in found.get("edges", ())}
    lost = [k for k in range(len(wish.edges)) if "pos" not in edges.get(f"e{k}", {})]
    if lost:
        raise RenderError(f"Graphviz arranged {len(wish.edges) - len(lost)} of {len(wish.edges)} edges")
    courses = []
    for k in range(len(wish.edges)):
        tip, *course = _points(edges[f"e{k}"]["pos"].removeprefix("e,"))
        courses.append((*course, tip))
    labels = [_points(edges[f"e{k}"]["lp"])[0] for k in range(len(wish.edges))]
    return Arrangement([places[f"v{k}"] for k in range(len(wish.boxes))], courses, labels)


def _points(text: str) -> list[Point]:
    """Return the points of a position as Graphviz writes it."""
    pairs = (point.split(",") for point in text.split())
    return [(round(float(x), 2), round(float(y), 2)) for x, y in pairs]


def _run(dot: str, form: Format | Literal["json0"], program: Literal["nop2", "dot"] = "nop2") -> bytes:
    try:
        with aside(2) as complaints, _environment({"TZ": "UTC0"} | _one_font()):
            # Graphviz is a large library: it is loaded when the first picture is asked for.
            import pygraphviz

            picture = pygraphviz.AGraph(string=dot).draw(format=form, prog=program)
    except (OSError, ValueError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise OutputError(f"cannot write a temporary file: {error.strerror}") from None
        raise RenderError(f"Graphviz failed to draw {form}: {' '.join(str(error).split())}") from error
    errors = [line for line in complaints if line.startswith("Error")]
    if errors or not picture:
        raise RenderError(f"Graphviz failed to draw {form}: {errors[0] if errors else 'it drew nothing'}")
    return _without_date(picture) if form == "pdf" else bytes(picture)


def _count_drawn(svg: bytes, vertices: int, edges: int) -> None:
    root = ET.fromstring(svg)  # noqa: S314 -- our own Graphviz wrote it a moment ago
    for kind, shape, expected in (("node", None, vertices), ("edge", "path", edges)):
        groups = [group for group in root.iter(f"{_SVG}g") if kind in group.get("class", "").split()]
        found = sum(1 for group in groups if shape is None or group.find(f".//{_SVG}{shape}") is not None)
        if found != expected:
            raise RenderError(f"Graphviz drew {found} of {expected} {kind}s")


def _one_font() -> dict[str, str]:
    """Return the environment in which fontconfig finds the font that Matplotlib ships, and no other.

    `fonts.conf` looks below XDG_DATA_HOME: so no file has to be written for it. What the user has set stays as it is:
    who brings a configuration wants it.
    """
    matplotlib = find_spec("matplotlib")
    if "FONTCONFIG_FILE" in os.environ or matplotlib is None or matplotlib.origin is None:
        return {}
    data = Path(matplotlib.origin).parent / "mpl-data"
    return {"FONTCONFIG_FILE": str(_CONFIGURATION), "XDG_DATA_HOME": str(data)}


@contextmanager
def aside(descriptor: int) -> Iterator[list[str]]:
    """Keep what libraries write to a file descriptor: its lines are in the list when the block has ended.

    fontconfig complains of other programs' configurations there, and Graphviz of what it could not draw. One block runs
    at a time; a descriptor that was closed is closed again.
    """
    lines: list[str] = []
    with ALONE, _memory() as file:
        if sys.stderr is not None:
            sys.stderr.flush()
        kept = _duplicate(descriptor)
        try:
            os.dup2(file.fileno(), descriptor)
            yield lines
        finally:
            file.seek(0)
            lines += file.read().decode(errors="replace").splitlines()
            if kept is not None:
                os.dup2(kept, descriptor)
                os.close(kept)
            elif descriptor != file.fileno():
                os.close(descriptor)


def _duplicate(descriptor: int) -> int | None:
    try:
        return os.dup(descriptor)
    except OSError:  # it is closed
        return None


def _memory() -> IO[bytes]:
    """Return a file that needs no disk, where there is such a thing."""
    return os.fdopen(os.memfd_create("aside"), "w+b") if hasattr(os, "memfd_create") else tempfile.TemporaryFile()


@contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    """Set variables of the environment. TZ is one: a PDF's date has more characters elsewhere than in UTC."""
    before = {name: os.environ.get(name) for name in values}
    try:
        os.environ.update(values)
        _read_zone()
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        _read_zone()


def _read_zone() -> None:
    # Windows has no tzset, and no TZ that a library would read.
    if hasattr(time, "tzset"):
        time.tzset()


def _without_date(pdf: bytes) -> bytes:
    """Return a PDF with its date set to 1970, so that the same figure is the same bytes."""
    return re.sub(rb"(/CreationDate \(D:)\d{14}", rb"\g<1>19700101000000", pdf)
