"""What the rooms return is told once: nobody changes a result, or a row of a table, behind another's back."""

from __future__ import annotations

import dataclasses
import pkgutil
from importlib import import_module
from typing import TYPE_CHECKING

import pytest

import graphviz_lstm
from graphviz_lstm import cells, claims, gradients, graph, notation, paths, problems

if TYPE_CHECKING:
    from types import ModuleType

ROOMS = (cells, graph, paths, gradients, problems, notation, claims)
# What is filled while it is made, and handed on by nobody.
FILLED = {"graph.recipe.Recipe", "graph.recipe.Stage", "cells.shapes._Forest", "problems.document._Reading"}


def classes_of(room: ModuleType) -> dict[str, type]:
    """Return the dataclasses that are defined in a room, by where they stand."""
    found: dict[str, type] = {}
    for module in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
        for name, each in vars(import_module(module.name)).items():
            if isinstance(each, type) and dataclasses.is_dataclass(each) and each.__module__ == module.name:
                found[f"{module.name.removeprefix(graphviz_lstm.__name__ + '.')}.{name}"] = each
    return found


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.__name__)
def test_a_result_is_not_changed(room: ModuleType) -> None:
    changing = {name for name, each in classes_of(room).items() if not each.__dataclass_params__.frozen}  # type: ignore[attr-defined]
    assert changing == {name for name in FILLED if name.startswith(room.__name__.rpartition(".")[2])}
