"""How quick the board is in a real browser: paint, layout shift, opening a memo, typing in search, bytes.

    python bench/browser.py [--memos 500] [--rounds 15]

`keepwsgi serve` with the demo's memos, and Debian's chromium-headless-shell on loopback, as the tests have it (the
whole Chromium loads pages of its own for each new window, at the same time as ours). Every time is the browser's
own: paints and shifts from its performance entries, the rest in the page, from the event's time stamp to the frame
after the one in which what was asked for is painted. Cold is an empty cache, warm the same page again. In each
round the board is also loaded with scripts off, and a line of plain text from the same server as the floor of this
machine. Needs the `test` extra.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Error, Page, sync_playwright

KEEPWSGI = [sys.executable, "-m", "keepwsgi"]
# Milliseconds, and the sum of shifts.
WANTED = {"first paint, cold": 300, "opening a memo": 100, "typing in search": 150, "layout shift": 0.02}
# Thousands of bytes over the wire.
MOST_BYTES = {"scripts": 60, "styles": 30}
# What is typed letter by letter; the results of each beginning are waited for. All of it is in the demo's memos.
TYPED = ("두부", "예산", "train", "회의")

# Notes what the page does, and times what it was asked for: `await_(selector, text)`, then the event, then `took`.
# Kept in the session's storage, it also times what is answered by a new page.
OBSERVE = """
const epoch = (time) => performance.timeOrigin + time
const shown = ({selector, text}) => [...document.querySelectorAll(selector)].some((element) =>
    element.checkVisibility({visibilityProperty: true, opacityProperty: true})
    && (text === null || element.textContent.normalize().toLowerCase() === text))
const stored = JSON.parse(sessionStorage.getItem("bench") ?? "null")
window.bench = {asked: stored, shifts: [], lcp: 0}
const watch = () => {
    const {asked} = window.bench
    if (!asked?.began || asked.took) return
    if (!shown(asked)) return requestAnimationFrame(watch)
    requestAnimationFrame(() => {
        asked.took = epoch(performance.now()) - asked.began
        sessionStorage.setItem("bench", JSON.stringify(asked))
    })
}
for (const name of ["click", "input", "keydown"])
    addEventListener(name, (event) => {
        const {asked} = window.bench
        if (asked?.event !== name || name === "keydown" && event.key !== "Enter") return
        const first = !asked.began
        asked.began = epoch(event.timeStamp)
        sessionStorage.setItem("bench", JSON.stringify(asked))
        if (first) requestAnimationFrame(watch)
    }, true)
requestAnimationFrame(watch)
new PerformanceObserver((list) => { for (const {value, startTime} of list.getEntries())
    window.bench.shifts.push([startTime, value]) }).observe({type: "layout-shift", buffered: true})
new PerformanceObserver((list) => { window.bench.lcp = list.getEntries().at(-1).startTime })
    .observe({type: "largest-contentful-paint", buffered: true})
"""

FIRST_PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
RESOURCES = """performance.getEntriesByType("resource")
    .map(({name, encodedBodySize, decodedBodySize}) => [name, encodedBodySize, decodedBodySize])"""

Figures = defaultdict[str, list[float]]


@contextlib.contextmanager
def served(memos: int) -> Iterator[tuple[str, str]]:
    """A server with the demo's memos: its address, and the password of the user `demo`."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "KEEPWSGI_DATA_DIR": folder}
        demo = subprocess.run(
            [*KEEPWSGI, "demo", "--memos", str(memos)], env=environment, capture_output=True, text=True, check=True
        )
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        server = subprocess.Popen([*KEEPWSGI, "serve", "--port", str(port)], env=environment)
        url = f"http://127.0.0.1:{port}"
        try:
            wait_for(url + "/healthz")
            yield url, demo.stdout.split()[-1]
        finally:
            server.terminate()
            server.wait()


def wait_for(url: str) -> None:
    """Until it answers."""
    for _ in range(200):
        try:
            urllib.request.urlopen(url).close()
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.05)
        else:
            return
    raise SystemExit(f"no answer from {url}")


def signed_in(browser: Browser, url: str, password: str) -> Any:
    """The cookies of the demo's reader, for contexts that have loaded nothing yet."""
    context = browser.new_context(base_url=url)
    page = context.new_page()
    page.goto("/login")
    page.locator("[name=username]").fill("demo")
    page.locator("[name=password]").fill(password)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url(url + "/")
    cookies = context.storage_state()
    context.close()
    return cookies


def load(page: Page, path: str) -> float:
    """Load a page; milliseconds to its first contentful paint."""
    page.goto("about:blank")
    page.goto(path, wait_until="load")
    while (painted := page.evaluate(FIRST_PAINT)) is None:
        time.sleep(0.01)  # a page without scripts has no animation frames to wait for
    return float(painted)


def paints(context: BrowserContext, bare: BrowserContext, figures: Figures) -> None:
    """The paints of one round, each page cold and then warm."""
    without = bare.new_page()
    figures["  scripts off, cold"].append(load(without, "/"))
    figures["  scripts off, warm"].append(load(without, "/"))
    figures["  plain text, the floor"].append(load(without, "/healthz"))
    page = context.new_page()
    figures["first paint, cold"].append(load(page, "/"))
    figures["  its first byte"].append(
        page.evaluate("performance.getEntriesByType('navigation')[0].responseStart")
    )
    figures["largest paint, cold"].append(page.evaluate("bench.lcp"))
    figures["first paint, warm"].append(load(page, "/"))


def shifts(page: Page) -> tuple[float, float]:
    """The layout shift of loading the board and scrolling to its very end: CLS as it is defined, and all of it."""
    load(page, "/")
    size = page.viewport_size or {"width": 0, "height": 0}
    page.mouse.move(size["width"] / 2, size["height"] / 2)
    end, still = 0.0, 0
    while still < 5:
        page.mouse.wheel(0, 600)
        page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        reached = page.evaluate("scrollY")
        still = still + 1 if reached == end else 0
        end = reached
        if still:
            page.wait_for_load_state("networkidle")
    found: list[tuple[float, float]] = page.evaluate("bench.shifts")
    # The worst session window: shifts less than a second apart, for at most five seconds.
    worst, window, began, last = 0.0, 0.0, 0.0, -1e9
    for at, value in found:
        if at - last > 1000 or at - began > 5000:
            window, began = 0.0, at
        window, last = window + value, at
        worst = max(worst, window)
    return worst, sum(value for _, value in found)


def ask(page: Page, event: str, selector: str, text: str | None = None) -> None:
    """Have the page time the next `event` until something that `selector` finds (with that text) is painted."""
    page.evaluate(
        """(asked) => {
            bench.asked = asked
            sessionStorage.setItem("bench", JSON.stringify(asked))
        }""",
        {"event": event, "selector": selector, "text": text},
    )


def took(page: Page, *, patience: float = 10) -> float | None:
    """Milliseconds from the event to the paint; None if there is none within `patience` seconds."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        # Asked from here: what waits in the page is an eval, which the site's policy does not allow.
        with contextlib.suppress(Error):  # between two pages
            answer = page.evaluate("window.bench?.asked?.took")
            if answer is not None:
                return float(answer)
        time.sleep(0.02)
    return None


def surely(milliseconds: float | None) -> float:
    """It, for something that must have happened."""
    assert milliseconds is not None, "nothing was painted in ten seconds"
    return milliseconds


def open_memos(page: Page, figures: Figures, *, rounds: int) -> str:
    """Click one card after the other; how a memo was opened."""
    load(page, "/")
    how = ""
    for number in range(rounds):
        link = page.locator(".memo-card__link:not(:has(.visually-hidden))").nth(number)
        link.scroll_into_view_if_needed()
        page.wait_for_load_state("networkidle")
        ask(page, "click", "#memo-title")
        link.click(position={"x": 12, "y": 12})
        figures["opening a memo"].append(surely(took(page)))
        if page.locator("dialog:modal").count():
            how = "in a dialog"
            page.keyboard.press("Escape")
        else:
            how = "by navigation"
            page.go_back()
        page.locator("#memo-title").wait_for(state="detached")
    return how


def type_in_search(page: Page, figures: Figures, *, rounds: int) -> str:
    """Type letter by letter; how the results came."""
    how = "as one types"
    for number in range(rounds):
        word = TYPED[number % len(TYPED)]
        load(page, "/")
        field = page.locator(".search__field")
        field.focus()
        for end in range(1, len(word) + 1):
            if how == "as one types":
                ask(page, "input", "mark", word[:end])
                page.keyboard.insert_text(word[end - 1])
                answer = took(page) if number else took(page, patience=3)
                if answer is not None or number:
                    figures["typing in search"].append(surely(answer))
                    continue
                how = "by Enter and navigation"
            field.fill(word)
            ask(page, "keydown", "mark", word)
            field.press("Enter")
            figures["typing in search"].append(surely(took(page)))
            break
    return how


def sizes(context: BrowserContext) -> dict[str, tuple[int, int, int]]:
    """Of scripts and styles of all pages a reader uses: how many, bytes over the wire, bytes unpacked."""
    page = context.new_page()
    found: dict[str, tuple[int, int]] = {}
    for path in ("/", "/memos/1", "/search?q=a", "/archive", "/labels", "/settings"):
        page.goto(path, wait_until="networkidle")
        for name, encoded, decoded in page.evaluate(RESOURCES):
            # What comes from the cache says 0 in some versions.
            found[name] = max(found.get(name, (0, 0)), (encoded, decoded))
    kinds = {"scripts": ".js", "styles": ".css"}
    return {
        kind: (len(of), sum(size for size, _ in of), sum(size for _, size in of))
        for kind, ending in kinds.items()
        if (of := [size for name, size in found.items() if name.partition("?")[0].endswith(ending)]) or True
    }


def measure(browser: Browser, url: str, password: str, *, rounds: int) -> tuple[Figures, dict[str, str], Any]:
    """Everything: the figures, how things came about, and the sizes."""
    cookies = signed_in(browser, url, password)
    options: dict[str, Any] = {
        "base_url": url,
        "storage_state": cookies,
        "viewport": {"width": 1440, "height": 900},
        "locale": "en-GB",
    }
    figures: Figures = defaultdict(list)
    for number in range(rounds + 1):
        context, bare = browser.new_context(**options), browser.new_context(**options, java_script_enabled=False)
        context.add_init_script(OBSERVE)
        # The first round only warms up browser and server.
        paints(context, bare, figures if number else defaultdict(list))
        context.close()
        bare.close()
    context = browser.new_context(**options)
    context.add_init_script(OBSERVE)
    page = context.new_page()
    for _ in range(3):
        worst, everything = shifts(page)
        figures["layout shift"].append(worst)
        figures["  all shifts together"].append(everything)
    how = {
        "opening a memo": open_memos(page, figures, rounds=rounds),
        "typing in search": type_in_search(page, figures, rounds=rounds),
    }
    fresh = browser.new_context(**options)
    return figures, how, sizes(fresh)


def report(figures: Figures, how: dict[str, str], weights: dict[str, tuple[int, int, int]]) -> Iterator[str]:
    """The lines of the table."""
    yield f"{'':<26} {'median':>9} {'min':>9} {'max':>9}  {'wanted':>8}"
    for name, values in figures.items():
        digits = 4 if "shift" in name else 1
        row = " ".join(f"{value:9.{digits}f}" for value in (statistics.median(values), min(values), max(values)))
        wanted = WANTED.get(name)
        limit = f"{wanted:8g}  {verdict(statistics.median(values), wanted)}" if wanted is not None else ""
        yield f"{name:<26} {row}  {limit}  {how.get(name, '')}".rstrip()
    for kind, (count, encoded, decoded) in weights.items():
        most = MOST_BYTES[kind]
        size = f"{encoded / 1000:9.1f} KB of {count} files ({decoded / 1000:.1f} unpacked)"
        yield f"{kind:<26} {size}, {most} KB at most: {verdict(encoded / 1000, most)}"
    cold, floor = (statistics.median(figures[name]) for name in ("first paint, cold", "  plain text, the floor"))
    without = statistics.median(figures["  scripts off, cold"])
    yield f"Cold, it takes {cold / without:.2f} times as long as without scripts, and {cold / floor:.1f} floors."


def verdict(value: float, wanted: float) -> str:
    """Whether it is met."""
    return "met" if value <= wanted else "NOT met"


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve, measure and print; the exit status is 0 whatever the figures are."""
    parser = argparse.ArgumentParser(description="How quick the board is in a real browser.")
    parser.add_argument("--memos", type=int, default=500, help="memos of the user (default: 500)")
    parser.add_argument("--rounds", type=int, default=15, help="times each thing is done (default: 15)")
    options = parser.parse_args(arguments)
    chromium = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    if chromium is None:
        parser.error("Chromium is not installed")
    with served(options.memos) as (url, password), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        print(f"{options.memos} memos, Chromium {browser.version}, {os.cpu_count()} processors,", end=" ")
        print(f"load {os.getloadavg()[0]:.1f}; milliseconds, {options.rounds} rounds", flush=True)
        print(*report(*measure(browser, url, password, rounds=options.rounds)), sep="\n")
        browser.close()


if __name__ == "__main__":
    main()
