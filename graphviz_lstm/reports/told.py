"""What a count and a check come to, as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from graphviz_lstm.graph import TARGET
from graphviz_lstm.reports.tables import array_content, check_content, json_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphviz_lstm.gradients import Check
    from graphviz_lstm.paths.exhaustive import Exhaustive
    from graphviz_lstm.reports.study import Study


def count_json(study: Study, number: int, steps: int | None) -> str:
    """Return a number of paths as one JSON object; `steps` where others than those of the example were asked for."""
    told = study.problem.steps if steps is None else steps
    content = {"example": study.problem.name, "source": study.source, "target": TARGET, "detail": study.detail}
    return json_text({**content, "steps": told, "count": number})


def check_json(study: Study, checks: Sequence[dict[str, Any]], scheme: str | None) -> str:
    """Return checks, each as `checked_content` has it, as one JSON object."""
    content = {"example": study.problem.name, "target": TARGET, "detail": study.detail, "scheme": scheme}
    return json_text({**content, "checks": list(checks)})


def checked_content(check: Check, visited: Exhaustive | None = None) -> dict[str, Any]:
    """Return a check as JSON has it, and what a visit to every path found, where there was one."""
    content: dict[str, Any] = {"source": check.source, "count": check.count, **check_content(check, full=False)}
    if visited is not None:
        content["exhaustive"] = {
            "count": visited.count,
            "shards": visited.shards,
            "sum": array_content(np.asarray(visited.summed)),
            "residual": visited.residual,
            "tolerance": visited.tolerance,
        }
    return content
