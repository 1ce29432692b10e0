"""What the rooms return is told once: nobody changes a result, or a row of a table, behind another's back."""

from __future__ import annotations

import dataclasses
import inspect
import pkgutil
import re
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

import graphviz_lstm
from graphviz_lstm import cells, claims, figures, gradients, graph, notation, paths, problems, reports

if TYPE_CHECKING:
    from types import ModuleType

# In an annotation; what takes or returns some has none.
HAS_ARRAYS = re.compile(r"^(?!Callable\b).*\b(?:\w*Array|LinearMap|DiGraph|Dag|Weights|\w*PathSet)\b")
ROOMS = (cells, graph, paths, gradients, problems, notation, claims)
# What say what those have that they are mixed into, or what has no fields but its own arguments.
MIXED = {"paths.choosing.ranking._Searched", "paths.listing.arrays.Arrays", "paths.questions.Questions"}
# What is filled while it is made, and handed on by nobody.
FILLED = {"graph.recipe.Recipe", "graph.recipe.Stage", "cells.shapes._Forest", "problems.document._Reading"}


def classes_of(room: ModuleType) -> dict[str, type]:
    """Return the classes that name what they have and are defined in a room, by where they stand."""
    found: dict[str, type] = {}
    for module in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
        for name, each in vars(import_module(module.name)).items():
            if isinstance(each, type) and each.__module__ == module.name and inspect.get_annotations(each):
                found[f"{module.name.removeprefix(graphviz_lstm.__name__ + '.')}.{name}"] = each
    return found


def dataclasses_of(room: ModuleType) -> dict[str, Any]:
    """Return those that are dataclasses."""
    return {name: each for name, each in classes_of(room).items() if dataclasses.is_dataclass(each)}


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.__name__)
def test_what_has_fields_is_a_tuple_a_dictionary_or_a_dataclass(room: ModuleType) -> None:
    """Of which the laws below are asked."""
    others = classes_of(room).keys() - dataclasses_of(room).keys()
    plain = {name for name in others if not issubclass(classes_of(room)[name], (tuple, dict))}
    assert plain == {name for name in MIXED if name.startswith(room.__name__.rpartition(".")[2])}


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.__name__)
def test_what_has_arrays_is_compared_by_what_it_is(room: ModuleType) -> None:
    """Two arrays are not equal or unequal: `==` of what has some would be an error, and so would its hash."""
    compared = {
        name
        for name, each in dataclasses_of(room).items()
        if each.__eq__ is not object.__eq__
        and any(HAS_ARRAYS.search(str(field.type)) for field in dataclasses.fields(each) if field.compare)
    }
    assert compared - FILLED == set()


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.__name__)
def test_a_result_is_not_changed(room: ModuleType) -> None:
    changing = {name for name, each in dataclasses_of(room).items() if not each.__dataclass_params__.frozen}
    assert changing == {name for name in FILLED if name.startswith(room.__name__.rpartition(".")[2])}


def test_what_travels_says_so_in_a_way_that_every_python_keeps() -> None:
    """Before Python 3.11.4 a frozen dataclass with slots has `__getstate__` of the library's, whatever its own was."""
    # Not of the doors: some import what only those have who use them.
    found = {name: each for room in (*ROOMS, figures, reports) for name, each in dataclasses_of(room).items()}
    slotted = {name: vars(each) for name, each in found.items() if "__slots__" in vars(each)}
    assert len(slotted) > 100
    own = {name for name, its in slotted.items() if its.get("__getstate__", len).__module__.startswith("graphviz_lstm")}
    assert own == set()
