"""The intended differences as a page of the guide, from the list that the comparison uses.

python -m tests.conformance.print_differences      writes docs/guide/27-differences.md, English and Korean
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from .differences import ANSWERS, CONFIGURED
from .differences_ko import KOREAN
from .table import FILES, ROWS

FOLDER: Final = Path(__file__).parents[2] / "docs" / "guide"
PAGES: Final = {"en": FOLDER / "27-differences.md", "ko": FOLDER / "ko" / "27-differences.md"}

_ENGLISH: Final = """\
# The differences

Everywhere else the answers are Flask's: `tests/conformance/` gives Flask and the layers the same requests, and
status, headers and body must be equal. What follows is all that may differ, and why. This page is printed from
[the list that the comparison uses](../../tests/conformance/differences.py); `python -m
tests.conformance.print_differences` prints it anew, and a test fails while it is not that list.

## Where Flask is told to do the same

Flask has a setting for these; it is set before anything is compared.

{configured}
## Where the answers differ

{answers}
---

[← {previous}]({previous_file}) · [Contents](README.md) · [{following} →]({following_file})
"""
_KOREAN: Final = """\
# 차이점 목록

다른 모든 곳에서 응답은 Flask와 같습니다. `tests/conformance/`는 Flask와 계층에 같은 요청을 보내고,
상태와 헤더와 본문이 같기를 요구합니다. 달라도 되는 것은 아래가 전부이며, 이유도 함께 적었습니다. 이 페이지는
[비교할 때 쓰는 바로 그 목록](../../../tests/conformance/differences.py)에서 뽑은 것입니다. `python -m
tests.conformance.print_differences`가 다시 뽑아 주며, 목록과 다르면 테스트가 실패합니다.

## Flask도 같게 맞출 수 있는 것

Flask에 설정이 있으므로, 비교하기 전에 그 설정을 켭니다.

{configured}
## 응답이 다른 것

{answers}
---

[← {previous}]({previous_file}) · [차례](README.md) · [{following} →]({following_file})
"""


def printed(language: str) -> str:
    """The page in `en` or `ko`."""
    korean = language == "ko"
    shown = {name: _shown_by(name, PAGES[language].parent) for name in ANSWERS}
    label = "비교한 사례" if korean else "Compared in"

    def entry(name: str, reason: str) -> str:
        name, reason = KOREAN[name] if korean else (name, reason)
        return f"### {name}\n\n{reason}\n"

    before, after = _neighbours(PAGES[language])
    return (_KOREAN if korean else _ENGLISH).format(
        configured="\n".join(entry(each.name, each.reason) for each in CONFIGURED),
        answers="\n".join(
            entry(each.name, each.reason) + f"\n{label}: {shown[each.name]}.\n" for each in ANSWERS.values()
        ),
        previous=_title(before),
        previous_file=before.name,
        following=_title(after),
        following_file=after.name,
    )


def _shown_by(name: str, folder: Path) -> str:
    """Links from `folder` to the files whose row has a case of that difference."""
    rows = [row for row, cases in ROWS.items() if any(name in case.differs for case in cases)]
    files = [file for row in rows for file in FILES[row]]
    return ", ".join(f"[{file.stem}]({os.path.relpath(file, folder)})" for file in files)


def _neighbours(page: Path) -> tuple[Path, Path]:
    files = sorted({*page.parent.glob("[0-9][0-9]-*.md"), page})
    here = files.index(page)
    return files[here - 1], files[here + 1]


def _title(path: Path) -> str:
    return path.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ")


if __name__ == "__main__":
    for language, page in PAGES.items():
        page.write_text(printed(language), encoding="utf-8")
