"""Paths as tables: one schema in every format, columns that callers add, edges that can be told apart."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import networkx as nx
import numpy as np
import pytest

from graphviz_lstm.paths import PathSet, find_paths
from graphviz_lstm.paths.listing.table import to_csv
from tests.paths.maps import ToNumber, digraph


def parallel() -> PathSet:
    """Return two paths over the same vertices, and one that looks like a formula."""
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    graph.add_edge("=s", "t", partial=2.0)
    graph.add_edge("=s", "t", key="second", partial=1.0)
    graph.add_edge("=s", "u", partial=1.0)
    graph.add_edge("u", "t", partial=0.5)
    return find_paths(graph, "=s", "t")


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_csv_json_records_and_frames_have_the_same_columns() -> None:
    paths = parallel()
    columns = {"first": lambda path: path.edges[0][1]}
    expected = ["rank", "share", "contribution", "first", "length", "keys", "path"]
    for table in (paths, paths.top(2)):
        assert list(next(iter(table.records(columns=columns)))) == expected
        assert list(rows(table.to_csv(columns=columns))[0]) == expected
        assert list(json.loads(table.to_json(columns=columns))[0]) == expected
        assert list(table.to_dataframe(columns=columns).columns) == expected


def test_parallel_edges_are_told_apart_in_every_output() -> None:
    paths = parallel()
    texts = [
        [str(path) for path in paths],
        [(row["keys"], row["path"]) for row in rows(paths.to_csv())],
        [(tuple(one["keys"]), tuple(one["path"])) for one in json.loads(paths.to_json())],
        [record["keys"] for record in paths.records()],
    ]
    for told in texts:
        assert len(set(told)) == 3
    assert str(paths[1]).endswith("=s -[second]-> t")
    assert str(paths[0]).endswith("=s -> t")


def test_text_that_a_spreadsheet_would_compute_is_quoted() -> None:
    assert all(row["path"].startswith("'=s -> ") for row in rows(parallel().to_csv()))
    added = parallel().to_csv(columns={"note": lambda _: "@now"})
    assert {row["note"] for row in rows(added)} == {"'@now"}


def test_every_number_reads_back_exactly_or_to_the_digits_asked_for() -> None:
    paths = find_paths(digraph([("s", "a", ToNumber(np.array([[0.1, 0.2]]))), ("a", "t", 0.73)]), "s", "t")
    (row,) = rows(paths.to_csv())
    assert [float(row["contribution[0,0]"]), float(row["contribution[0,1]"])] == np.ravel(paths.total).tolist()
    (row,) = rows(paths.to_csv(digits=2))
    assert (row["contribution[0,0]"], row["contribution[0,1]"]) == ("0.073", "0.15")
    (one,) = json.loads(paths.to_json())
    assert one["contribution"] == np.asarray(paths.total).tolist()


def test_what_is_not_finite_is_empty_or_null() -> None:
    paths = find_paths(digraph([("s", "a", 1.0), ("a", "t", 1.0), ("s", "b", -1.0), ("b", "t", 1.0)]), "s", "t")
    assert [row["share"] for row in rows(paths.to_csv())] == ["", ""]
    assert [one["share"] for one in json.loads(paths.to_json())] == [None, None]


@pytest.mark.parametrize("k", [0, 1, 3])
def test_a_last_row_tells_what_was_left_out(k: int) -> None:
    paths = parallel()
    chosen = paths.top(k)
    left = chosen.remainder
    text = to_csv(chosen, rest=(left.count, left.share, left.contribution), columns={"n": lambda path: len(path.edges)})
    last: dict[str, Any] = rows(text)[-1]
    if k < 3:
        assert len(rows(text)) == k + 1
        assert last["path"] == f"{3 - k} more paths"
        assert float(last["contribution"]) == left.contribution
        assert last["rank"] == ""
    else:
        assert "more paths" not in text
