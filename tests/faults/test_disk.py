"""What is written when the disk is full, a folder cannot be written to, something is in the way, or another writes."""

from __future__ import annotations

import errno
import json
import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from graphviz_lstm import files
from graphviz_lstm.errors import OutputError
from graphviz_lstm.files import require_folder, uninterrupted, write_files
from graphviz_lstm.interfaces.cli.apart import apart
from tests.faults.commands import COMMAND, GOMEZ, WRITING, another_example, contents, environment, left_behind, run

EXPLAIN = "explain --out out"


# No file grows past so many bytes: as on a disk that is full, it is in the middle of a file that this shows. Python
# would cut short what it has compiled too, and keep it for the next command.
LIMITED = """
import resource, sys
sys.dont_write_bytecode = True
before = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, ({bytes}, before[1]))
from graphviz_lstm.__main__ import main
try:
    main()
finally:
    # What measures the coverage writes at the end.
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
"""


def without(folder: Path, *names: str) -> dict[str, bytes]:
    """Return what is in a folder, but for what the test itself has put there."""
    return {name: text for name, text in contents(folder).items() if name.partition("/")[0] not in ("tmp", *names)}


@pytest.mark.parametrize(("command", "size"), [("explain", 100_000), ("draw", 40_000), ("page", 40_000)])
def test_a_disk_that_is_full_half_way_leaves_what_was_there(tmp_path: Path, command: str, size: int) -> None:
    """One line that names the file; of an answer's files those that would have fitted are not written either."""
    if command != "explain":
        (tmp_path / "out").mkdir()
    done = run(
        WRITING[command].format(example="gomez"),
        tmp_path,
        program=(sys.executable, "-c", LIMITED.replace("{bytes}", str(size))),
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("graphviz-lstm: cannot write file 'out/")
    assert done.stderr.endswith(": File too large\n")
    assert without(tmp_path) == ({} if command == "explain" else {"out": b""}) | {"home": b""}
    assert left_behind(tmp_path) == []


@pytest.mark.parametrize("command", ["explain", "draw"])
def test_where_a_figure_has_no_room_while_it_is_drawn_one_line_says_so(tmp_path: Path, command: str) -> None:
    """It was told as a failure of Graphviz."""
    program = (sys.executable, "-c", LIMITED.replace("{bytes}", "5000"))
    done = run(WRITING[command].format(example="gomez"), tmp_path, program=program)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "graphviz-lstm: cannot write a temporary file: File too large\n"
    assert left_behind(tmp_path) == []


def test_a_full_device_is_one_line(tmp_path: Path) -> None:
    """Behind a link, which stays one."""
    (tmp_path / "x.csv").symlink_to("/dev/full")
    done = run("paths -o x.csv", tmp_path)
    assert (done.returncode, done.stderr) == (
        2,
        "graphviz-lstm: cannot write file 'x.csv': No space left on device\n",
    )
    assert (tmp_path / "x.csv").is_symlink()


@pytest.mark.parametrize("arguments", ["explain", "draw -o x.svg"])
def test_a_working_folder_that_cannot_be_written_is_one_line(tmp_path: Path, arguments: str) -> None:
    """Nobody, not even root, can make a file in `/proc`."""
    done = run(arguments, tmp_path, cwd="/proc")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("graphviz-lstm: cannot write ")


def test_reading_needs_no_folder_that_can_be_written(tmp_path: Path) -> None:
    """Nor a temporary one: what is not there cannot be used either."""
    done = run("paths --top 1", tmp_path, cwd="/proc", more={"TMPDIR": "/proc", "HOME": "/proc"})
    assert (done.returncode, done.stderr) == (0, "")
    drawn = run(["draw", "-o", str(tmp_path / "x.svg")], tmp_path, cwd="/proc", more={"TMPDIR": "/proc"})
    assert (drawn.returncode, drawn.stderr) == (0, "")


def test_a_set_of_which_one_file_cannot_be_written_is_not_written(tmp_path: Path) -> None:
    """A folder is in the way of the third."""
    (tmp_path / "c").mkdir()
    (tmp_path / "a").write_bytes(b"old")
    before = contents(tmp_path)
    with pytest.raises(OutputError, match=r"cannot write file '.*c': Is a directory"):
        write_files({tmp_path / name: b"new" for name in "abc"})
    assert contents(tmp_path) == before


@pytest.mark.parametrize("failing", [1, 2, 3, 4])
def test_a_set_that_fails_half_way_is_undone(tmp_path: Path, failing: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """At whichever file: old ones come back, new ones go, and what was to go stays."""
    (tmp_path / "a").write_bytes(b"old a")
    (tmp_path / "c").write_bytes(b"old c")
    (tmp_path / "stale").write_bytes(b"old")
    before = contents(tmp_path)
    count = 0

    def refuse(self: Path, *arguments: object, **options: object) -> object:
        nonlocal count
        count += self.name == "stale" or bool(arguments)
        if count == failing:
            count += 1
            raise PermissionError(errno.EPERM, "Operation not permitted")
        return (replace if arguments else unlink)(self, *arguments, **options)  # type: ignore[arg-type]

    replace, unlink = Path.replace, Path.unlink
    monkeypatch.setattr(Path, "replace", refuse)
    monkeypatch.setattr(Path, "unlink", refuse)
    with pytest.raises(OutputError, match="Operation not permitted"):
        write_files({tmp_path / name: b"new" for name in "abc"}, stale=lambda: [tmp_path / "stale"])
    monkeypatch.undo()
    assert contents(tmp_path) == before


def test_an_answer_takes_the_figures_of_an_earlier_one_away(tmp_path: Path) -> None:
    """One step has no path that crosses a gate, two have four; what else lies there stays."""
    data = json.loads(GOMEZ.read_text("utf-8"))
    (tmp_path / "out").mkdir()
    others = ("gomez-W_A-path.svg", "gomez-W_A-0-0-path-1.svg", "gomez-W_A-path-1.svg.txt", "mine.svg")
    for name in others:
        (tmp_path / "out" / name).write_bytes(b"mine")
    assert run(EXPLAIN, tmp_path).returncode == 0
    assert len(list((tmp_path / "out").glob("gomez-W_A-path-*.svg"))) == 4
    data |= {"inputs": data["inputs"][:1], "targets": data["targets"][:1]}
    (tmp_path / "gomez.json").write_text(json.dumps(data))
    done = run("explain gomez.json --out out", tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert sorted(path.name for path in (tmp_path / "out").glob("*-path*.svg*")) == sorted(others[:3])
    assert (tmp_path / "out" / "mine.svg").read_bytes() == b"mine"


def test_a_file_that_is_written_anew_keeps_its_mode(tmp_path: Path) -> None:
    """And a new one has that of this process's mask."""
    file = tmp_path / "x.csv"
    write_files({file: b"1"})
    mask = os.umask(0)
    os.umask(mask)
    assert stat.S_IMODE(file.stat().st_mode) == 0o666 & ~mask
    for mode in (0o600, 0o640, 0o755, 0o400):
        file.chmod(mode)
        write_files({file: b"2"})
        assert (stat.S_IMODE(file.stat().st_mode), file.read_bytes()) == (mode, b"2")


def test_a_link_stays_a_link_and_its_target_is_written(tmp_path: Path) -> None:
    """Over several links, to another folder, and where the target is not there yet."""
    (tmp_path / "far").mkdir()
    (tmp_path / "far" / "x.csv").write_bytes(b"old")
    (tmp_path / "far" / "link").symlink_to("x.csv")
    (tmp_path / "x.csv").symlink_to(tmp_path / "far" / "link")
    (tmp_path / "y.csv").symlink_to(tmp_path / "far" / "y.csv")
    write_files({tmp_path / "x.csv": b"new", tmp_path / "y.csv": b"new"})
    assert [(tmp_path / name).is_symlink() for name in ("x.csv", "y.csv", "far/link")] == [True] * 3
    assert {name: (tmp_path / "far" / name).read_bytes() for name in ("x.csv", "y.csv")} == dict.fromkeys(
        ("x.csv", "y.csv"), b"new"
    )
    assert len(list(tmp_path.iterdir())) + len(list((tmp_path / "far").iterdir())) == 6


def test_a_name_may_be_as_long_as_the_disk_allows(tmp_path: Path) -> None:
    """What is written aside has a short one."""
    file = tmp_path / ("x" * 251 + ".csv")
    write_files({file: b"1"})
    assert contents(tmp_path) == {file.name: b"1"}


def test_a_folder_that_is_tried_is_not_made(tmp_path: Path) -> None:
    """It comes with the files, and goes if they do not."""
    require_folder(tmp_path / "a" / "b")
    assert list(tmp_path.iterdir()) == []
    write_files({tmp_path / "a" / "b" / "x": b"1"}, folder=tmp_path / "a" / "b")
    assert contents(tmp_path) == {"a/b/x": b"1"}
    with pytest.raises(OutputError, match="No such file or directory"):
        write_files({tmp_path / "c" / "none" / "x": b"1"}, folder=tmp_path / "c")
    assert not (tmp_path / "c").exists()
    with pytest.raises(OutputError, match=r"cannot write output folder '.*x': File exists"):
        require_folder(tmp_path / "a" / "b" / "x")


@pytest.mark.slow
def test_two_commands_that_write_to_one_folder_do_not_mix(tmp_path: Path) -> None:
    """In the end all files are of one of them."""
    another_example(tmp_path)
    sets = []
    for example in ("gomez", "gomez.json"):
        assert run(f"explain {example} --out {len(sets)}", tmp_path).returncode == 0
        sets.append(contents(tmp_path / str(len(sets))))
    for _ in range(3):
        both = [
            subprocess.Popen(
                [*COMMAND, "explain", example, "--out", "out"],
                cwd=tmp_path,
                env=environment(tmp_path),
                stdout=subprocess.DEVNULL,
            )
            for example in ("gomez", "gomez.json")
        ]
        assert [process.wait(60) for process in both] == [0, 0]
        assert contents(tmp_path / "out") in sets


def test_writers_of_one_folder_take_turns(tmp_path: Path) -> None:
    """Eight threads write sets of twenty files; whoever looks in between in a turn of his own sees one set."""
    seen: list[set[bytes]] = []

    def look() -> list[Path]:
        seen.append({path.read_bytes() for path in tmp_path.glob("file-*")})
        return []

    def write(content: bytes) -> None:
        for _ in range(10):
            write_files({tmp_path / f"file-{k}": content for k in range(20)}, stale=look)

    writers = [threading.Thread(target=write, args=(bytes([65 + k]),)) for k in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert len(seen) == 80
    assert max(map(len, seen)) == 1
    assert len(contents(tmp_path)) == 20


def test_a_folder_that_another_process_holds_for_long_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for ever."""
    fcntl = pytest.importorskip("fcntl")
    monkeypatch.setattr(files, "_PATIENCE", 0.0)
    descriptor = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    with pytest.raises(OutputError, match="another process is writing there"):
        write_files({tmp_path / "x": b"1"})
    os.close(descriptor)
    assert list(tmp_path.iterdir()) == []


def test_a_disk_without_locks_or_links_is_written_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some network disks have neither."""

    def refuse(*_: object) -> None:
        raise OSError(errno.ENOTSUP, "Operation not supported")

    monkeypatch.setattr("graphviz_lstm.files.fcntl.flock", refuse)
    monkeypatch.setattr(Path, "hardlink_to", refuse)
    for content in (b"1", b"2"):
        write_files({tmp_path / name: content for name in "ab"})
        assert contents(tmp_path) == {"a": content, "b": content}


def test_a_process_that_writes_and_dies_is_told_of() -> None:
    """It is another one than this: here nothing can be known of its reason."""
    with pytest.raises(OutputError, match="the process that writes the files ended early"):
        apart(lambda: os._exit(3))


def test_where_no_process_can_be_had_this_one_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """There are no more, or the system knows of no splitting."""

    def refuse() -> int:
        raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", refuse)
    apart(lambda: write_files({tmp_path / "x": b"1"}))
    monkeypatch.delattr(os, "fork")
    apart(lambda: write_files({tmp_path / "y": b"1"}))
    assert contents(tmp_path) == {"x": b"1", "y": b"1"}


def test_signals_take_effect_when_the_block_has_ended() -> None:
    """Each once, with the handler that was there before."""
    program = """
import os, signal, sys
from graphviz_lstm.files import uninterrupted
signal.signal(signal.SIGTERM, lambda *_: print("ended"))
try:
    with uninterrupted():
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGTERM):
            os.kill(os.getpid(), number)
        print("done")
except KeyboardInterrupt:
    print("interrupted")
os.kill(os.getpid(), signal.SIGTERM)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["done", "ended", "interrupted", "ended"]


def test_another_thread_holds_nothing_back() -> None:
    """Python hands it no signals: there is nothing to set and nothing to restore."""
    told: list[bool] = []

    def hold() -> None:
        with uninterrupted():
            told.append(True)

    thread = threading.Thread(target=hold)
    thread.start()
    thread.join()
    assert told
