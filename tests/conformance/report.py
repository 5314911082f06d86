"""The written cases counted by row, at the end of a run that had some of them; called by `tests/conftest.py`."""

from __future__ import annotations

from collections import Counter
from typing import Any

OUTCOMES = ("passed", "failed", "error", "skipped")


def tell(terminalreporter: Any) -> None:
    """Print how many written cases there are, and how many of each row passed and failed."""
    by_row: dict[str, Counter[str]] = {}
    for outcome in OUTCOMES:
        for report in terminalreporter.stats.get(outcome, []):
            nodeid = getattr(report, "nodeid", "")
            if "conformance/test_rows.py::" in nodeid and "[" in nodeid:
                row = nodeid.partition("[")[2].partition(": ")[0]
                by_row.setdefault(row, Counter())[outcome] += 1
    if not by_row:
        return
    total = sum(by_row.values(), Counter[str]())
    terminalreporter.write_sep("-", f"conformance: {total.total()} cases in {len(by_row)} rows: {told(total)}")
    width = max(map(len, by_row))
    for row, counts in sorted(by_row.items()):
        terminalreporter.write_line(f"{row:<{width}}  {told(counts)}")


def told(counts: Counter[str]) -> str:
    """The outcomes that there were: `17 passed  1 failed`."""
    return "  ".join(f"{counts[outcome]} {outcome}" for outcome in OUTCOMES if counts[outcome])
