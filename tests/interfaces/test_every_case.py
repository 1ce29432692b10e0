"""Every example that once broke something is answered by every command that draws or tells shares, 32 units too."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzz.command import require_sound, run

# A gradient of zero has no strands, and says so.
CASES = [path for path in sorted((Path(__file__).parents[1] / "cases").glob("*.json")) if path.stem != "zero"]
COMMANDS = (
    ("draw", "-o", "flow.svg"),
    ("draw", "--by", "gates", "-o", "gates.svg"),
    ("draw", "--by", "exit", "-o", "exits.svg"),
    ("draw", "--view", "rolled", "-o", "rolled.svg"),
    ("strip", "-o", "strip.svg"),
    ("triangle", "--json"),
    ("units", "--json"),
    ("routes", "--json"),
    ("paths", "--group-by", "crossings", "--json"),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_every_command_answers(
    case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, *options in COMMANDS:
        require_sound(run([name, str(case), *options], tmp_path, capsys), refused=False)
