"""A cell from a file: TOML with a name, where it is from, and its equations. The library's own are files of this form.

```toml
name = "leaky"
sentence = "A leaky integrator of its input."
output = "H"
equations = '''
H[t] = (1 - alpha) * H[t-1] + alpha * f_H(W @ X[t] + b)
'''
activations = {f_H = "tanh"}
constants = {alpha = 0.1}
citation = {author = "H. Jaeger", year = 2001, title = "The echo state approach"}
```
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphviz_lstm.cells.about import About, Citation
from graphviz_lstm.cells.parse import parse_cell
from graphviz_lstm.errors import CellError, InputError, UnknownNameError, describe_unknown, shorten
from graphviz_lstm.files import require_path

if TYPE_CHECKING:
    import os

    from graphviz_lstm.cells.cell import Cell

SUFFIX = ".toml"
UNNAMED = "cell"
"""What a cell is called where nobody gave it a name."""
_LARGEST = 1_000_000
_KEYS = (
    *("name", "sentence", "citation", "notes", "equations", "inputs", "output"),
    *("activations", "constants", "ranks", "groups"),
)
_CITED = ("author", "year", "title", "doi", "arxiv", "url")
_REQUIRED = _CITED[:3]
_KINDS = {str: "a text", dict: "a table", list: "an array", int: "a whole number"}


def load_cell(path: str | os.PathLike[str]) -> Cell:
    """Return the cell that a TOML file describes; `read_cell` says what it may hold.

    Raises
    ------
    CellError
        If the file cannot be read or is none of that form; the line names the file.
    EquationError, UnknownNameError, InputError
        If its equations cannot be read, or do not fit what else it says.
    """
    file = _path(path)
    try:
        return read_cell(_text(file), name=file.stem)
    except InputError as error:
        raise type(error)(f"{error} in cell file {str(file)!r}") from None


def read_cell(text: str, *, name: str = UNNAMED) -> Cell:
    r"""Return the cell that a TOML text describes.

    It has `equations`, a text of one a line or an array of texts, and may have `name`, `output` (the last equation's
    quantity, if it is not told), `inputs` (held against what the equations read), `activations`, `constants`, `ranks`,
    `groups` (all four as `parse_cell` takes them), `sentence`, `notes`, and `citation`: a table, or an array of
    tables, of `author`, `year`, `title`, and of `doi`, `arxiv`, `url` what there is.

    Parameters
    ----------
    name
        What it is called where the text does not say so.

    Raises
    ------
    CellError
        If it is no TOML, a key is missing or is of another kind than it must be.
    EquationError, UnknownNameError, InputError
        If a key is unknown, or its equations cannot be read or do not fit what else it says.

    Examples
    --------
    >>> cell = read_cell("name = 'sum'\nequations = 'H[t] = X[t] + beta * H[t-1]'\nconstants = {beta = 0.5}")
    >>> cell.name, cell.inputs, cell.constants
    ('sum', ('X',), {'beta': 0.5})
    """
    if not isinstance(text, str):
        raise CellError(f"not TOML text: {shorten(text)} (a file is read by load_cell)")
    data = _tables(text)
    for key in data:
        if key not in _KEYS:
            raise UnknownNameError(describe_unknown("key", key, _KEYS))
    if "equations" not in data:
        raise CellError("missing key: 'equations' (a cell has a line for each quantity)")
    cell = parse_cell(
        _word(data, "name", name),
        _equations(data["equations"]),
        activations=_at(data, "activations", dict, {}),
        output=_word(data, "output", "") or None,
        ranks=_at(data, "ranks", dict, {}),
        constants=_at(data, "constants", dict, {}),
        about=About(_word(data, "sentence", ""), _citations(data), _texts(data, "notes")),
        groups=_at(data, "groups", list, []),
    )
    inputs = _texts(data, "inputs")
    if "inputs" in data and set(inputs) != set(cell.inputs):
        raise CellError(f"wrong inputs: 'inputs' has {shorten(list(inputs))}, the equations read {list(cell.inputs)}")
    return cell


def _tables(text: str) -> dict[str, Any]:
    if len(text) > _LARGEST:
        raise CellError(f"too large: {len(text):,} characters (a cell has at most {_LARGEST:,})")
    import tomllib  # only where a cell is read: importing the package is to be quick

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CellError(f"not TOML: {_one_line(error)}") from None
    except RecursionError:
        raise CellError("not TOML: nested too deeply") from None
    except ValueError:  # Python reads no integer of thousands of digits
        raise CellError("not TOML: a number of too many digits") from None


def _one_line(error: Exception) -> str:
    told = " ".join(str(error).split())
    return told[:1].lower() + told[1:]


def _at(data: dict[str, Any], key: str, kind: type, default: object, where: str = "") -> Any:
    """Return the value of a key, which must be of a kind."""
    value = data.get(key, default)
    if not isinstance(value, kind) or isinstance(value, bool):
        raise CellError(
            f"wrong value: {f'{where}.{key}' if where else key!r} is {shorten(value)}, must be {_KINDS[kind]}"
        )
    return value


def _word(data: dict[str, Any], key: str, default: str, where: str = "") -> str:
    """Return the text of a key: one line."""
    text: str = _at(data, key, str, default, where)
    return " ".join(text.split())


def _texts(data: dict[str, Any], key: str) -> tuple[str, ...]:
    """Return the texts of a key."""
    texts = _at(data, key, list, [])
    for k, each in enumerate(texts):
        if not isinstance(each, str):
            raise CellError(f"wrong value: '{key}[{k}]' is {shorten(each)}, must be a text")
    return tuple(" ".join(each.split()) for each in texts)


def _equations(value: object) -> str:
    """Return the equations as one text, from a text or from one for each."""
    if isinstance(value, str):
        return value
    if not isinstance(value, list) or not all(isinstance(line, str) for line in value):
        raise CellError(f"wrong value: 'equations' is {shorten(value)}, must be a text, or an array of texts")
    for k, line in enumerate(value):
        if len(line.splitlines()) > 1:
            raise CellError(f"wrong value: 'equations[{k}]' has several lines, must be one equation")
    return "\n".join(value)


def _citations(data: dict[str, Any]) -> tuple[Citation, ...]:
    given = data.get("citation", [])
    cited = [given] if isinstance(given, dict) else given
    if not isinstance(cited, list) or not all(isinstance(each, dict) for each in cited):
        raise CellError(f"wrong value: 'citation' is {shorten(given)}, must be a table, or an array of tables")
    return tuple(_citation(each, "citation" if len(cited) == 1 else f"citation[{k}]") for k, each in enumerate(cited))


def _citation(data: dict[str, Any], where: str) -> Citation:
    for key in data:
        if key not in _CITED:
            raise UnknownNameError(describe_unknown(f"key of {where!r}", key, _CITED))
    for key in _REQUIRED:
        if key not in data:
            raise CellError(f"missing key: '{where}.{key}' (a citation has {', '.join(map(repr, _REQUIRED))})")
    words = {key: _word(data, key, "", where) for key in _CITED if key != "year"}
    return Citation(year=_at(data, "year", int, 0, where), **words)


def _path(where: object) -> Path:
    """Return a path that may lead to a cell's file."""
    try:
        return require_path(Path(where))  # type: ignore[arg-type]
    except TypeError:
        raise CellError(f"not a path: {shorten(where)} (must be that of a {SUFFIX} file)") from None


def _text(path: Path) -> str:
    try:
        # A pipe or a device may have no end.
        if path.exists() and not (path.is_file() or path.is_dir()):
            raise CellError("cannot be read: not an ordinary file")
        if path.is_file() and path.stat().st_size > _LARGEST:
            raise CellError(f"too large: {path.stat().st_size:,} bytes (a cell has at most {_LARGEST:,})")
        return path.read_text("utf-8")
    except OSError as error:
        raise CellError(f"cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise CellError(f"not UTF-8 text at byte {error.start}") from None
