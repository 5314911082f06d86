"""Whether every control of a page can be reached: by keyboard, in sight there, and not beyond the sides."""

from __future__ import annotations

from typing import Final

from playwright.sync_api import Page

# Controls of which a part lies beyond the sides, but for what is in something that scrolls sideways by itself.
BEYOND: Final = """() => {
const scrolled = (element) => element && (["auto", "scroll"].includes(getComputedStyle(element).overflowX)
    || scrolled(element.parentElement))
return [...document.querySelectorAll("a[href], button, input, select, textarea, summary")]
    .filter((element) => {
        const {left, right, width} = element.getBoundingClientRect()
        return width && (left < -1 || right > innerWidth + 1)
            && element.checkVisibility({visibilityProperty: true})
            && getComputedStyle(element).clipPath === "none" && !scrolled(element)
    })
    .map((element) => `beyond the sides: ${element.outerHTML}`)
}"""

# What Tab should come to, kept in the page: of a group of radio buttons one; of what is open, nothing behind it.
LIST_CONTROLS: Final = """() => {
    const open = ["details.menu[open]", "dialog:modal"].map((each) => document.querySelector(each))
    const place = open.find((each) => each) ?? document
    const all = [...place.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")]
    const group = (radio) => all.filter((other) => other.name === radio.name && other.form === radio.form)
    const chosen = (radio) => group(radio).find((other) => other.checked) ?? group(radio)[0]
    window.controls = all
    window.expects = (element) => !element.disabled && element.tabIndex >= 0
        && element.checkVisibility({visibilityProperty: true}) && !element.closest("[inert]")
        && (element.type !== "radio" || chosen(element) === element)
}"""

# What Tab never came to, though it is there.
MISSED: Final = """(reached) => window.controls
    .filter((element, number) => window.expects(element) && !reached.includes(number))
    .map((element) => `not reached: ${element.outerHTML}`)"""

# Which control has the focus, and what is wrong with how it shows: nothing, covered, faint or without a ring;
# null where the focus has been before.
LOOK: Final = """() => {
    const element = document.activeElement
    // In a list Tab may indent an item first, and the focus stays.
    window.stays = element === window.focused ? window.stays + 1 : 0
    window.focused = element
    if (window.round.has(element) && window.stays % 3 === 0) return null
    window.round.add(element)
    const number = window.controls.indexOf(element)
    if (number < 0) return [number, null]
    // A box that is drawn by its label is seen there.
    const box = element.getBoundingClientRect()
    const drawn = getComputedStyle(element).opacity !== "0" && getComputedStyle(element).clipPath === "none"
    const shown = drawn && box.width > 4 ? element : element.closest("label") ?? element.labels?.[0] ?? element
    const lines = [...shown.getClientRects()]
    const seen = lines.some(({left, top, width, height}) => [0.5, 0.2, 0.8].some((part) => {
        const hit = document.elementFromPoint(left + width * part, top + height * part)
        // The layer that closes an open menu lies over the page unseen.
        return hit && (shown.contains(hit) || hit.closest("label")?.control === element
            || hit.matches("details[open] > summary"))
    }))
    // In a field for text the caret shows it as well.
    let [opacity, ring] = [1, element.matches("textarea, input:not([type]), [type=search]")]
    for (let each = shown; each && each !== document.body; each = each.parentElement) {
        const style = getComputedStyle(each)
        opacity *= style.opacity
        ring ||= style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1
    }
    const problem = !seen ? "covered" : opacity < 0.9 ? "faint" : ring ? null : "no ring"
    return [number, problem && `${problem}: ${element.outerHTML}`]
}"""


def wrong_with_sides(page: Page) -> list[str]:
    """What of the page lies beyond the sides of the window."""
    too_wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    beyond: list[str] = page.evaluate(BEYOND)
    return [*beyond, *(["the page scrolls sideways"] if too_wide else [])]


def wrong_with_tabbing(page: Page) -> list[str]:
    """What is wrong with any control while Tab goes through the page, and which are never come to."""
    page.evaluate(LIST_CONTROLS)
    reached: list[int] = []
    wrong = once_round(page, "Tab", reached)
    if page.evaluate(MISSED, reached):
        # What opens before what has the focus, as a title above the text, is come to backwards.
        wrong += once_round(page, "Shift+Tab", reached)
    return [*wrong, *page.evaluate(MISSED, reached)]


def once_round(page: Page, key: str, reached: list[int]) -> list[str]:
    """Press the key until it has gone once round; adds to `reached`, and says what is wrong with what is new."""
    wrong: list[str] = []
    page.evaluate("window.round = new Set(), window.focused = null, 0")
    page.keyboard.press(key)
    while looked := page.evaluate(LOOK):
        number, problem = looked
        if number >= 0 and number not in reached:
            reached.append(number)
            wrong += [problem] if problem else []
        page.keyboard.press(key)
    return wrong
