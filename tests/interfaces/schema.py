"""The schema of what the command answers in JSON: which definition is whose, and whether an answer fits it."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from jsonschema import Draft202012Validator

if TYPE_CHECKING:
    from collections.abc import Sequence

SCHEMA = json.loads(files("graphviz_lstm.interfaces").joinpath("answers.json").read_text("utf-8"))
# What answers otherwise for an option of it.
_OTHERWISE = {("paths", "--group-by"): "groups", ("compare", "--list"): "schemes"}


def definition_of(arguments: Sequence[str]) -> str:
    """Return the name of the definition that the JSON of a call fits."""
    name, *options = arguments
    return next((other for (whose, option), other in _OTHERWISE.items() if whose == name and option in options), name)


def require_fit(content: Any, name: str) -> None:
    """Raise unless a value fits a definition of the schema.

    Raises
    ------
    jsonschema.ValidationError
        If it does not.
    """
    _validator(name).validate(content)


@cache
def _validator(name: str) -> Draft202012Validator:
    return Draft202012Validator({**SCHEMA, "$ref": f"#/$defs/{name}"})
