"""How much of the guide was run, at the end of a run that had some of it; called by `tests/conftest.py`."""

from __future__ import annotations

from typing import Any


def tell(terminalreporter: Any) -> None:
    """Print how many programs of the guide ran and how many commands they answered."""
    reports = [
        (report, dict(report.user_properties))
        for outcome in ("passed", "failed")
        for report in terminalreporter.stats.get(outcome, [])
        if "guide/test_blocks.py::" in getattr(report, "nodeid", "")
    ]
    ran = [properties["guide_commands"] for _, properties in reports if "guide_commands" in properties]
    if ran:
        failed = sum(report.outcome == "failed" for report, _ in reports)
        terminalreporter.write_sep("-", "the guide")
        terminalreporter.write_line(
            f"{len(ran)} programs of the guide, Flask's included, answered {sum(ran)} commands; {failed} failed"
        )
