"""The API's reference: plain HTML, and Swagger UI on a press; nothing from outside."""

from __future__ import annotations

from tests.browser.conftest import OpenPage


def test_with_scripts_the_api_can_be_tried_out_in_swagger_ui(open_signed_out: OpenPage) -> None:
    page = open_signed_out(expecting=[401])
    page.goto("/api/docs")
    page.get_by_role("button", name="Try it out here").click()
    page.locator("#operations-memos-create_memo").wait_for()
    assert page.locator(".opblock").count() > 15
    page.locator("#operations-memos-list_memos button.opblock-summary-control").click()
    page.get_by_role("button", name="Try it out", exact=True).click()
    page.get_by_role("button", name="Execute").click()
    answer = page.locator(".live-responses-table")
    answer.wait_for()
    assert "Unauthorized" in answer.inner_text()


def test_without_scripts_the_reference_is_read_as_it_is(open_signed_out: OpenPage) -> None:
    page = open_signed_out(java_script_enabled=False)
    page.goto("/api/docs#problem-not-found")
    assert page.locator("#create_memo").is_visible()
    assert page.locator("#problem-not-found").is_visible()
    assert page.locator("#object-MemoObject").is_visible()
