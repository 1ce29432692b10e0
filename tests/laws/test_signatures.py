"""How functions are called: by the names that their documentation gives to what they take."""

from __future__ import annotations

import inspect
import pkgutil
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

import graphviz_lstm
from graphviz_lstm import cells, claims, gradients, graph, notation, paths, problems

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

ROOMS = (cells, graph, paths, gradients, problems, notation, claims)


def functions_of(room: ModuleType) -> Iterator[tuple[str, Any]]:
    """Yield the functions that a room defines, those of its classes too, by where they stand."""
    for module in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
        loaded = import_module(module.name)
        owners = [loaded, *(each for each in vars(loaded).values() if isinstance(each, type))]
        for owner in owners:
            for name, each in vars(owner).items():
                function = inspect.unwrap(getattr(each, "__func__", each)) if callable(each) else None
                if inspect.isfunction(function) and function.__module__ == module.name:
                    place = f"{module.name}.{getattr(owner, '__qualname__', '')}.{name}"
                    yield place.removeprefix(f"{graphviz_lstm.__name__}."), function


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.__name__)
def test_what_a_function_takes_has_a_name(room: ModuleType) -> None:
    """Nothing is known by its place alone, but in protocols, which are written with whatever name one likes."""
    unnamed = {
        place
        for place, function in functions_of(room)
        for each in inspect.signature(function).parameters.values()
        if each.kind is each.POSITIONAL_ONLY and not each.name.startswith("_")
    }
    assert {place for place in unnamed if not place.startswith("paths.compiled.linear_map.")} == set()


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.__name__)
def test_whether_is_told_by_name(room: ModuleType) -> None:
    """`f(graph, True)` says nothing to who reads it; what has fields is made of them in their order."""
    flags = {
        f"{place}({each.name})"
        for place, function in functions_of(room)
        if not place.endswith("__")
        for each in inspect.signature(function).parameters.values()
        if isinstance(each.default, bool) and each.kind is not each.KEYWORD_ONLY
    }
    assert flags == set()
