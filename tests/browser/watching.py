"""Everything about the pages of a browser context that should not have happened, collected while a test runs."""

from __future__ import annotations

from collections.abc import Collection

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response

# What a test may expect: a status, or a part of what the browser writes to its console.
Expected = Collection[int | str]

_REPORT_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) =>
    window.reportViolation(`${event.violatedDirective} blocked ${event.blockedURI} in ${event.sourceFile}`));
"""


class Watched:
    """A browser context whose pages are watched; `troubles` says what was wrong with them."""

    def __init__(self, context: BrowserContext, origin: str, *, refused_from: int, expected: Expected) -> None:
        self.context = context
        self.troubles: list[str] = []
        self._here = (f"{origin}/", "data:", f"blob:{origin}/")
        self._refused_from = refused_from
        self._statuses = {status for status in expected if isinstance(status, int)}
        self._texts = [text for text in expected if isinstance(text, str)]
        # The context speaks for pages that a page opens, too.
        context.on("console", self._console)
        context.on("weberror", lambda failed: self._note(f"script error: {failed.error}"))
        context.on("request", self._request)
        context.on("response", self._response)
        context.expose_binding("reportViolation", lambda source, what: self._note(f"CSP: {what}"))
        context.add_init_script(_REPORT_VIOLATIONS)

    def settle(self) -> list[str]:
        """The troubles, once every page still open has told its last events."""
        for page in self.context.pages:
            _settle(page)
        return self.troubles

    def _note(self, trouble: str) -> None:
        if not any(text in trouble for text in self._texts):
            self.troubles.append(trouble)

    def _console(self, message: ConsoleMessage) -> None:
        # The browser's own line for an answer of 4xx or 5xx; `_response` knows which of them are wrong.
        if message.type in ("error", "warning") and "the server responded with a status of" not in message.text:
            self._note(f"console {message.type}: {message.text}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith(self._here):
            self._note(f"request to elsewhere: {request.url}")

    def _response(self, response: Response) -> None:
        if response.status >= self._refused_from and response.status not in self._statuses:
            self._note(f"{response.status} for {response.request.method} {response.url}")


def _settle(page: Page) -> None:
    """Wait for an answer from the page, before which everything it had to tell has arrived."""
    if not page.is_closed():
        page.title()
