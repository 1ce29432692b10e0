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

A file of numbers is looked for in the folder where `mkdocs` runs.
"""

from __future__ import annotations

from base64 import b64encode
from html import escape
from typing import TYPE_CHECKING, Any

from pymdownx.superfences import SuperFencesException

from graphviz_lstm.cells.example import EXAMPLES
from graphviz_lstm.errors import GraphvizLstmError, InputError, describe_unknown
from graphviz_lstm.interfaces.documents import FIGURE_OPTIONS, TABLE_OPTIONS, ask_figure, ask_table

if TYPE_CHECKING:
    from markdown import Markdown

_KNOWN = tuple(dict.fromkeys(("example", "caption", "alt", *FIGURE_OPTIONS, *TABLE_OPTIONS)))


def validate(
    language: str, inputs: dict[str, str], options: dict[str, Any], attrs: dict[str, str], md: Markdown
) -> bool:
    """Take what stands on the fence: options of ours into `options`, HTML's `data-` and `aria-` into `attrs`.

    Raises
    ------
    SuperFencesException
        If it is neither: by a mere refusal the fence would silently become a block of code.
    """
    del md
    for name, value in inputs.items():
        if name in _KNOWN:
            options[name] = value
        elif name.startswith(("data-", "aria-")):
            attrs[name] = value
        else:
            raise SuperFencesException(f"{language}: {describe_unknown('option', name, _KNOWN)}")
    return True


def format_graph(
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
    """Return the figure as an image that holds its SVG: no second file, and no id that another figure has too.

    Raises
    ------
    SuperFencesException
        If the fence asks for what cannot be had; MkDocs then stops, and names the page.
    """
    del md
    try:
        asked = _options(source, options)
        example, caption, alt = (asked.pop(name, "") for name in ("example", "caption", "alt"))
        figure = ask_figure(example or EXAMPLES[0], asked)
        address = f"data:image/svg+xml;base64,{b64encode(figure.svg.encode()).decode()}"
    except GraphvizLstmError as error:
        raise SuperFencesException(f"{language}: {error}") from error
    words = escape(alt or f"{figure.scene.title}. {figure.scene.description}")
    told = f"\n<figcaption>{escape(caption)}</figcaption>" if caption else ""
    attributes = _attributes(css_class, classes, id_value, attrs)
    return f'<figure{attributes}>\n<img src="{address}" alt="{words}">{told}\n</figure>'


def format_paths(
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
    """Return the leading paths as a table.

    Raises
    ------
    SuperFencesException
        If the fence asks for what cannot be had; MkDocs then stops, and names the page.
    """
    del md
    try:
        asked = _options(source, options)
        example, caption = (asked.pop(name, "") for name in ("example", "caption"))
        table = ask_table(example or EXAMPLES[0], asked)
    except GraphvizLstmError as error:
        raise SuperFencesException(f"{language}: {error}") from error
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in table.head)
    rows = "\n".join(f"<tr>{''.join(f'<td>{escape(text)}</td>' for text in row)}</tr>" for row in table.rows)
    return (
        f"<table{_attributes(css_class, classes, id_value, attrs)}>\n"
        f"<caption>{escape(caption or table.caption)}</caption>\n"
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>"
    )


def _options(source: str, options: dict[str, Any]) -> dict[str, str]:
    """Return the options of a fence: those on it, and its lines `key: value`, which win."""
    asked = {name: str(value) for name, value in options.items()}
    for number, line in enumerate(source.splitlines(), start=1):
        if not line.strip():
            continue
        name, colon, value = (part.strip() for part in line.partition(":"))
        if not colon:
            raise InputError(f"not an option: {line.strip()!r} in line {number} (must be 'key: value')")
        if name not in _KNOWN:
            raise InputError(f"{describe_unknown('option', name, _KNOWN)} in line {number}")
        asked[name] = value
    return asked


def _attributes(css_class: str, classes: list[str] | None, id_value: str, attrs: dict[str, str] | None) -> str:
    named = {"id": id_value, "class": " ".join([css_class, *(classes or [])]), **(attrs or {})}
    return "".join(f' {name}="{escape(str(value))}"' for name, value in named.items() if value)
