"""Every written case: the same requests to Flask and to the layers, and the same answers."""

from __future__ import annotations

import pytest

from .comparison import Case, both, same
from .differences import expected
from .table import ROWS

CASES = [pytest.param(row, case, id=f"{row}: {case.sentence}") for row, cases in ROWS.items() for case in cases]


@pytest.mark.parametrize(("row", "case"), CASES)
def test_the_layers_answer_as_flask_does(row: str, case: Case) -> None:
    theirs, their_trail, ours, our_trail = both(case)
    for step, (flask, layers) in enumerate(zip(theirs, ours, strict=True)):
        wanted = expected(flask, layers, case.differs)
        assert same(wanted, layers), f"step {step}\nFlask   {wanted}\nlayers  {layers}"
    assert our_trail == (their_trail if case.trail is None else case.trail)
