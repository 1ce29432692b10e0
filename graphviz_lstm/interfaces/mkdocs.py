"""A fence for MkDocs, and for whatever else renders Markdown with `pymdownx.superfences`.

In `mkdocs.yml`::

    markdown_extensions:
      - pymdownx.superfences:
          custom_fences:
            - name: lstm-graph
              class: lstm-graph
              validator: !!python/name:graphviz_lstm.interfaces.mkdocs.validate
              format: !!python/name:graphviz_lstm.interfaces.mkdocs.format_graph
            - name: lstm-paths
              class: lstm-paths
              validator: !!python/name:graphviz_lstm.interfaces.mkdocs.validate
              format: !!python/name:graphviz_lstm.interfaces.mkdocs.format_paths
            - name: lstm-plot
              class: lstm-plot
              validator: !!python/name:graphviz_lstm.interfaces.mkdocs.validate
              format: !!python/name:graphviz_lstm.interfaces.mkdocs.format_plot

and in a page::

    ``` lstm-graph
    example: gomez
    source: W_A
    caption: The whole gradient.
    ```

or, with the options on the fence itself::

    ``` {.lstm-paths top=5}
    ```

(quoted, `top="5"`, where the options have no braces).

Zensical reads the same `mkdocs.yml`, and the fence as it stands.

A JSON file is looked for beside the page, or from the folder of all pages on where its name begins with a `/`. Other
renderers do not say which page it is: there it is looked for in the folder where they run.
"""

from __future__ import annotations

import re
import sys
from functools import partial
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from weakref import WeakKeyDictionary

from click import ClickException
from pymdownx.superfences import SuperFencesException

from graphviz_lstm.errors import GraphvizLstmError, InputError, describe_unknown
from graphviz_lstm.figures.embedding import address_of
from graphviz_lstm.interfaces.complaints import one_line
from graphviz_lstm.interfaces.documents import (
    EXAMPLES,
    FIGURE_OPTIONS,
    PLOT_OPTIONS,
    TABLE_OPTIONS,
    ask_figure,
    ask_plot,
    ask_table,
    require_known,
    words_of,
)
from graphviz_lstm.interfaces.html import attributes_html, table_html

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from markdown import Markdown

    from graphviz_lstm.figures import Figure
    from graphviz_lstm.figures.plots import Plot

# No name of an attribute may end the tag that it stands in.
_HTML = re.compile(r"(?:data|aria)-[\w.-]+")
_READ: WeakKeyDictionary[Markdown, int] = WeakKeyDictionary()
_OURS = ("example", "caption", "alt")
_KNOWN = tuple(dict.fromkeys((*_OURS, *FIGURE_OPTIONS, *TABLE_OPTIONS, *PLOT_OPTIONS)))


class MkDocsMistake(SuperFencesException, ClickException):  # type: ignore[misc]  # superfences are not typed
    """A mistake on a page of MkDocs, which tells of it in one line, with the page: here there is nothing to add."""

    def show(self, file: Any = None) -> None:
        """Print nothing."""


def validate(
    language: str, inputs: dict[str, str], options: dict[str, Any], attrs: dict[str, str], md: Markdown
) -> bool:
    """Take what stands on the fence: options of ours into `options`, HTML's `data-` and `aria-` into `attrs`.

    Raises
    ------
    SuperFencesException
        If it is neither: by a mere refusal, or by any other error, the fence would silently become a block of code.
    """
    attrs |= {name: value for name, value in inputs.items() if _HTML.fullmatch(name)}
    options |= {name: value for name, value in inputs.items() if name not in attrs}
    try:
        require_known(options, _KNOWN)
    except InputError as error:
        wrong = next(name for name in options if name not in _KNOWN)
        raise _mistake(md, language, [], error, on_fence=wrong) from None
    return True


def format_graph(source: str, language: str, css_class: str, options: dict[str, Any], md: Markdown, **more: Any) -> str:
    """Return the figure within the page, dark where the page is; in one theme as an image that holds its SVG.

    Either way there is no second file, and no id that another figure has too.

    Raises
    ------
    SuperFencesException
        If the fence asks for what cannot be had; MkDocs then stops, and names page and line.
    """
    return _formatted(_graph, source, language, css_class, options, md, **more)


def format_paths(source: str, language: str, css_class: str, options: dict[str, Any], md: Markdown, **more: Any) -> str:
    """Return the leading paths as a table.

    Raises
    ------
    SuperFencesException
        If the fence asks for what cannot be had; MkDocs then stops, and names page and line.
    """
    return _formatted(_paths, source, language, css_class, options, md, **more)


def format_plot(source: str, language: str, css_class: str, options: dict[str, Any], md: Markdown, **more: Any) -> str:
    """Return the gradient in bars or cells as an image that holds its SVG.

    Raises
    ------
    SuperFencesException
        If the fence asks for what cannot be had; MkDocs then stops, and names page and line.
    """
    return _formatted(_plot, source, language, css_class, options, md, **more)


def _formatted(  # noqa: PLR0913 -- what stands on a fence and in it
    make: Callable[[str, dict[str, str], str, Callable[[str], str], int], str],
    source: str,
    language: str,
    css_class: str,
    options: dict[str, Any],
    md: Markdown,
    *,
    classes: list[str] | None = None,
    id_value: str = "",
    attrs: dict[str, str] | None = None,
    **_: Any,
) -> str:
    """Return what `make` makes of a fence's example, options and attributes."""
    named = {"id": id_value, "class": " ".join([css_class, *(classes or [])]), **(attrs or {})}
    try:
        asked = _options(source, options)
        example = _example(md, asked.pop("example", ""))
        return make(example, asked, attributes_html(named), lambda given: _beside(md, given), _count(md))
    except GraphvizLstmError as error:
        raise _mistake(md, language, source.splitlines(), error) from error
    except Exception as error:
        # Not a mistake on the page but one of ours: superfences would show the fence as code, and go on.
        raise SuperFencesException(f"{language}: {type(error).__name__}: {one_line(error)}") from error


def _graph(example: str, asked: dict[str, str], attributes: str, file: Callable[[str], str], number: int) -> str:
    caption, alt = (asked.pop(name, "") for name in ("caption", "alt"))
    figure = ask_figure(example, asked, file)
    if figure.theme == "auto":
        return f"<figure{attributes}>\n{figure.inline(alt, number=number).strip()}{_told(caption)}\n</figure>"
    return _image(figure, attributes, caption, alt)


def _plot(example: str, asked: dict[str, str], attributes: str, file: Callable[[str], str], _number: int) -> str:
    caption, alt = (asked.pop(name, "") for name in ("caption", "alt"))
    return _image(ask_plot(example, asked, file), attributes, caption, alt)


def _told(caption: str) -> str:
    return f"\n<figcaption>{escape(caption)}</figcaption>" if caption else ""


def _image(figure: Figure | Plot, attributes: str, caption: str, alt: str) -> str:
    words, told = escape(alt or words_of(figure)), _told(caption)
    return f'<figure{attributes}>\n<img src="{address_of(figure.svg)}" alt="{words}">{told}\n</figure>'


def _paths(example: str, asked: dict[str, str], attributes: str, _file: Callable[[str], str], _number: int) -> str:
    caption = asked.pop("caption", "")
    return table_html(ask_table(example, asked), attributes, caption=caption)


def _options(source: str, options: dict[str, Any]) -> dict[str, str]:
    """Return the options of a fence: those on it, and its lines `key: value`, which win."""
    asked = {name: str(value) for name, value in options.items()}
    for number, line in enumerate(source.splitlines(), start=1):
        if not line.strip():
            continue
        name, colon, value = (part.strip() for part in line.partition(":"))
        if not colon:
            raise InputError(f"not an option: {line.strip()!r} in line {number} of the fence (must be 'key: value')")
        if name not in _KNOWN:
            raise InputError(f"{describe_unknown('option', name, _KNOWN)} in line {number} of the fence")
        asked[name] = value
    return asked


def _count(md: Markdown) -> int:
    """Return which fence of ours it is that this converter of Markdown reads: MkDocs makes one for each page."""
    _READ[md] = _READ.get(md, 0) + 1
    return _READ[md]


class _Page(NamedTuple):
    """Where the page lies that is being rendered, and the folder of all pages."""

    file: Path
    root: Path
    by_zensical: bool = False


def _page(md: Markdown) -> _Page | None:
    """Return the page that is being rendered: MkDocs' extension for links knows it, Zensical's for its context."""
    name, context = "relpath", "rendering_context"
    page: Any = getattr(md.treeprocessors[name], "file", None) if name in md.treeprocessors else None
    if getattr(page, "abs_src_path", None):
        here = Path(page.abs_src_path)
        return _Page(here, here.parents[len(Path(page.src_uri).parts) - 1])
    if context not in md.preprocessors:
        return None
    known: Any = md.preprocessors[context]
    root = Path(known.config["root_dir"], known.config["docs_dir"])
    return _Page(root / known.page.path, root, by_zensical=True)


def _example(md: Markdown, given: str) -> str:
    """Return a built-in name, or where the file is: beside the page, or from the root of the pages with a `/`."""
    if not given or given in EXAMPLES or not Path(given).suffix:
        return given or EXAMPLES[0]
    return _beside(md, given)


def _beside(md: Markdown, given: str) -> str:
    """Return where a file is: beside the page, or from the root of the pages with a `/`."""
    page = _page(md)
    if page is None:
        return given
    return str(page.root / given.lstrip("/") if given.startswith("/") else page.file.parent / given)


def _mistake(
    md: Markdown, language: str, body: Iterable[str], error: GraphvizLstmError, *, on_fence: str = ""
) -> SuperFencesException:
    """Return the error that stops the build, with the line where it is known which page it is."""
    told = f"{language}: {one_line(error)}"
    page = _page(md)
    if page is None:
        return SuperFencesException(told)
    lines = page.file.read_text("utf-8-sig").splitlines()
    told = f"line {_line_of(lines, language, list(body), on_fence)}: {told}"
    if page.by_zensical:
        told = f"Error reading page {page.file.relative_to(page.root).as_posix()!r}: {told}"
        # It lets whatever a page raises out as it is: the last who can make one line of it is who prints it.
        sys.excepthook = partial(_tell, told, sys.excepthook)
    return MkDocsMistake(told)


def _tell(mistake: str, otherwise: Callable[..., object], kind: type[BaseException], error: Any, trace: Any) -> None:
    """Print a mistake on a page in one line, whatever was made of its error; any other error as ever."""
    if mistake in str(error):
        sys.stderr.write(f"{mistake}\n")
    else:
        otherwise(kind, error, trace)


def _line_of(lines: list[str], language: str, body: list[str], on_fence: str) -> int:
    """Return the number of the line at which a fence begins: the first of those that say the same."""
    wanted = [line.strip() for line in body]
    for number, line in enumerate(lines, start=1):
        below = [one.lstrip("> \t").strip() for one in lines[number : number + len(wanted)]]
        is_fence = line.lstrip("> \t").startswith(("```", "~~~"))
        if is_fence and language in line and on_fence in line and below == wanted:
            return number
    return 1
