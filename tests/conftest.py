"""What holds for every test: the same draws everywhere, and no check that CI silently leaves out."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from collections.abc import Generator

# Tests run in as many processes as there are cores: threads of the linear algebra beside them wait for each other, and
# products of matrices take ten times as long. Read when NumPy is first imported, here and in each command.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# What a shell starts in the background ignores Ctrl-C, what `nohup` starts a lost terminal, and so would the commands
# that tests interrupt.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
    signal.signal(signal.SIGHUP, signal.SIG_DFL)

# A shared machine may be slow, and a law that is true today must not fail tomorrow for another draw.
settings.register_profile("long", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ours", settings.get_profile("long"), max_examples=25)
# What sets `max_examples` itself keeps it: a law that needs many draws is marked `slow`, or `long`.
settings.register_profile("quick", settings.get_profile("long"), max_examples=10)


def pytest_configure(config: pytest.Config) -> None:
    """Take the profile before a test module is imported: `@settings` reads it then."""
    asked = [name for name in ("quick", "long") if config.getoption(name)]
    settings.load_profile(asked[0] if asked else "ours")


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Turn a file that skips itself into a failure in CI: no test of it would be missed otherwise."""
    report = yield
    if report.skipped and os.environ.get("CI"):
        report.outcome = "failed"
        report.longrepr = _refusal(collector.nodeid, report.longrepr)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skip into a failure in CI: there everything is installed, so whatever skips was not looked at."""
    report = yield
    if report.skipped and os.environ.get("CI") and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = _refusal(item.nodeid, report.longrepr)
    return report


def _refusal(name: str, reason: object) -> str:
    return f"{name} was skipped, and in CI a skip is a failure: {reason}"
