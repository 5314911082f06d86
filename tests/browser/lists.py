"""What tests of lists share: one that is open over the board, what its rows say, and what is stored of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser.people import as_stored, with_memos

_ROWS = """list => [...list.querySelectorAll(":scope > .item-row:not(.item-row--new)")].map(row =>
    (row.querySelector(".item-row__indent input").checked ? "  " : "") + row.querySelector("textarea").value)"""


def items(*lines: str) -> dict[str, Any]:
    """A memo of these lines, two spaces in front of one that is indented, "[x] " of one that is ticked."""
    return {
        "items": [
            {
                "text": line.removeprefix("  ").removeprefix("[x] "),
                "indent": int(line.startswith("  ")),
                "checked": "[x] " in line,
            }
            for line in lines
        ]
    }


def open_list(page: Page, *lines: str) -> int:
    """Open a new list of these lines over the board; return its id. The caret is where items are added."""
    (memo,) = with_memos(page, [{"title": "List", **items(*lines)}])
    page.goto("/")
    page.get_by_role("link", name="List").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    if page.evaluate("matchMedia('(pointer: fine)').matches"):
        expect(page.locator("dialog .item-row--new textarea")).to_be_focused()
    return memo


def rows(page: Page, where: str = "dialog") -> tuple[list[str], list[str]]:
    """What the rows say, those that are ticked apart."""
    scope = page.locator(f"{where} memo-items:not([hidden])")
    return scope.locator(".item-rows").nth(0).evaluate(_ROWS), scope.locator(".item-rows").nth(1).evaluate(_ROWS)


def expect_rows(page: Page, *shown: str, ticked: Sequence[str] = (), where: str = "dialog") -> None:
    """The rows say this, once what was pressed has been done."""
    scope = page.locator(f"{where} memo-items:not([hidden])")
    for number, texts in enumerate((shown, ticked)):
        fields = scope.locator(".item-rows").nth(number).locator(".item-row:not(.item-row--new) textarea")
        expect(fields).to_have_count(len(texts))
        for place, text in enumerate(texts):
            expect(fields.nth(place)).to_have_value(text.removeprefix("  "))
    assert rows(page, where) == (list(shown), list(ticked))


def field(page: Page, text: str) -> Locator:
    """The field of the row that says this now."""
    number = page.locator("textarea.item-row__text").evaluate_all(
        "(fields, text) => fields.findIndex(field => field.value === text && field.checkVisibility())", text
    )
    assert number >= 0, f"no row says {text}"
    name = page.locator("textarea.item-row__text").nth(number).get_attribute("name")
    return page.locator(f"textarea[name='{name}']")


def box(page: Page, name: str) -> Locator:
    """The box of a row of the open memo."""
    return page.locator("dialog").get_by_role("checkbox", name=name, exact=True)


def saved(page: Page, where: str = ".memo") -> None:
    expect(page.locator(f"{where}__status")).to_have_text("Saved")


def stored(page: Page, memo: int) -> list[str]:
    """The items of a memo as lines."""
    return [
        "  " * item["indent"] + "[x] " * item["checked"] + item["text"] for item in as_stored(page, memo)["items"]
    ]
