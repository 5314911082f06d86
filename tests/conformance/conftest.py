"""The written cases counted by row, at the end of a run.

Under pytest-xdist the table appears when this folder is named on the command line (`pytest -n 2
tests/conformance`): the controlling process loads only the conftest files of the paths it is given.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

OUTCOMES = ("passed", "failed", "error", "skipped")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print how many written cases of each row passed and failed."""
    by_row: dict[str, Counter[str]] = {}
    for outcome in OUTCOMES:
        for report in terminalreporter.stats.get(outcome, []):
            nodeid = getattr(report, "nodeid", "")
            if "conformance/test_rows.py::" in nodeid and "[" in nodeid:
                row = nodeid.partition("[")[2].partition(": ")[0]
                by_row.setdefault(row, Counter())[outcome] += 1
    if not by_row:
        return
    terminalreporter.write_sep("-", "written cases by row of what Flask layers on WSGI")
    width = max(map(len, by_row))
    for row, counts in sorted(by_row.items()):
        told = "  ".join(f"{counts[outcome]:4} {outcome}" for outcome in OUTCOMES if counts[outcome])
        terminalreporter.write_line(f"{row:<{width}}  {told}")
    total = sum(by_row.values(), Counter[str]())
    told = "  ".join(f"{total[outcome]:4} {outcome}" for outcome in OUTCOMES if total[outcome])
    terminalreporter.write_line(f"{'all':<{width}}  {told}")
