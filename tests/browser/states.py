"""Every page there is, and what can be open on it: a name, and what brings a reader with scripts there.

`STATES` is what the tests of accessibility and of reachability go through. A function is given the page of
somebody new, signed in and nowhere yet, in whatever language; it finds things by their markup, never by a word.
What answers a form is reached by a form of its own, past any script: what scripts never show is seen, too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, get_args

from playwright.sync_api import FilePayload, Page

from keepwsgi.memos.schemas import Color
from tests.browser.people import PASSWORD, as_stored, csrf_token, name_of, send, with_memos, with_pictures
from tests.browser.pictures import png
from tests.transfer.takeout import odd_takeout

COMPOSER: Final = ".composer [name=body]"
COLOURS: Final = "color-choice summary"
LABELS: Final = ".menu:has(label-picker) > summary"

State = Callable[[Page], Any]

TEXT: Final = {
    "title": "회의 Meeting",
    "body": "# 안건\n\n1. 예산 **budget**\n2. `code` and https://example.com/\n\n- ~~done~~\n\n```\nlong = 1\n```",
    "labels": ["일", "Work"],
}
LIST: Final = {
    "title": "장보기",
    "items": [{"text": "우유"}, {"text": "두부", "indent": 1}, {"text": "eggs", "checked": True}],
}
TAGGED: Final = {**LIST, "labels": ["집"]}
FEW: Final = [{"body": "without a title " * 40, "labels": ["one", "two", "three", "four", "five"]}, LIST, TEXT]
#: A card of each colour, too.
SEVERAL: Final = [
    *({"title": color, "body": "plain text\n두부 한 모", "color": color} for color in get_args(Color)),
    *FEW,
]


# --- The ways there ---------------------------------------------------------------------------------------------


def at(path: str, *memos: Any) -> State:
    """The page at `path`, by somebody who has these memos; `{0}` in the path is the id of the first of them."""

    def visit(page: Page) -> None:
        page.goto(path.format(*with_memos(page, memos)))

    return visit


def signed_out(path: str) -> State:
    def visit(page: Page) -> None:
        page.context.clear_cookies()
        page.goto(path)

    return visit


def after(*steps: State) -> State:
    """What one step after the other leads to."""

    def visit(page: Page) -> None:
        for step in steps:
            step(page)

    return visit


def posted(path: str, *memos: Any, **fields: str) -> State:
    """The page that answers a form with these fields; `{0}` in the path is the id of the first memo."""

    def visit(page: Page) -> None:
        post(page, path.format(*with_memos(page, memos)), **fields)

    return visit


def post(page: Page, path: str, **fields: str) -> None:
    """Send a form from the page as the browser does, past any script that listens for it."""
    if page.url == "about:blank":
        page.goto("/login")
    # A form of ours always carries the token.
    named = {"csrf_token": csrf_token(page.context), **fields}
    with page.expect_navigation():
        page.evaluate(
            """([path, fields]) => {
                const form = Object.assign(document.createElement("form"), {method: "post", action: path})
                for (const [name, value] of Object.entries(fields))
                    form.append(Object.assign(document.createElement("textarea"), {name, value}))
                form.hidden = true
                document.body.append(form)
                form.submit()
            }""",
            [path, named],
        )


def pressed(selector: str) -> State:
    """What a click on the first of these opens."""
    return lambda page: page.locator(selector).first.click()


def menu(place: str, number: int) -> str:
    return f"{place} .menu:nth-of-type({number}) summary"


def written_as_list(page: Page) -> None:
    """A list in the composer: an item, one under it, a blank one, and what is ticked."""
    page.goto("/")
    page.locator(".composer__kind").click()
    for text in ("우유", "두부", "eggs"):
        page.keyboard.type(text)
        page.keyboard.press("Enter")
    rows = page.locator(".composer .item-row:not(.item-row--new)")
    rows.nth(1).locator("textarea").press("Tab")
    rows.nth(2).locator(".item__box").click()
    page.locator(".composer .ticked .item__box").wait_for()


def selected(page: Page) -> None:
    for box in page.locator(".memo-card__select input").all()[:3]:
        box.evaluate("box => box.click()")  # on a phone it is not there to be touched, until one is selected
    page.evaluate("scrollTo(0, 0)")


def unsaved_in_two_places(memo: dict[str, Any], **fields: str) -> State:
    """The answer to a form that was made on a memo which has been changed since."""

    def visit(page: Page) -> None:
        (memo_id,) = with_memos(page, [memo])
        old = as_stored(page, memo_id)["revision"]
        send(page, "PATCH", f"/memos/{memo_id}", data={"title": "from another tab"})
        post(page, f"/memos/{memo_id}", revision=str(old), **fields)

    return visit


def signed_out_while_typing(page: Page) -> None:
    (memo_id,) = with_memos(page, [TEXT])
    page.goto(f"/memos/{memo_id}")
    page.context.clear_cookies()
    post(page, f"/memos/{memo_id}", title="typed", body="while signed out\n두 줄")


def signed_in_again_with_what_was_typed(page: Page) -> None:
    name = name_of(page)
    signed_out_while_typing(page)
    page.locator("[name=username]").fill(name)
    page.locator("[name=password]").fill(PASSWORD)
    with page.expect_navigation():
        page.locator("[name=password]").press("Enter")


def opened(memo: dict[str, Any], *, pressing: str | None = None) -> State:
    """The memo in a dialog over its board, and in it what this opens."""

    def visit(page: Page) -> None:
        at("/", memo)(page)
        page.locator(".memo-card__link").first.click()
        page.locator("dialog:modal #memo-title").wait_for()
        if pressing:
            page.locator(f"dialog:modal {pressing}").first.click()

    return visit


def key_sheet(page: Page) -> None:
    at("/", LIST)(page)
    page.keyboard.press("?")
    page.locator("dialog:modal").wait_for()


def filters_under_the_field(page: Page) -> None:
    at("/", *SEVERAL)(page)
    page.locator(".search__field").click()
    page.locator(".search-box__filters .filters").wait_for()


def refused_upload(page: Page) -> None:
    opened({**LIST, "color": "blue"})(page)
    file: FilePayload = {"name": "letter.txt", "mimeType": "text/plain", "buffer": b"Dear"}
    page.locator("#memo-file").set_input_files([file])
    page.locator(".uploads__one--failed").wait_for()


def large_picture(page: Page) -> None:
    after(pictures, pressed(".memo-pictures a"))(page)
    page.locator("dialog:modal").wait_for()


def pictures(page: Page) -> None:
    (memo_id,) = with_memos(page, [TEXT])
    with_pictures(page, memo_id, [png(400, 300), png(120, 200), png(300, 300)])
    page.goto(f"/memos/{memo_id}")


def board_with_pictures(page: Page) -> None:
    pictures(page)
    page.goto("/")


def moved_in(page: Page) -> None:
    """The report of an import of which much was left behind."""
    page.goto("/settings/import")
    parts = enumerate(odd_takeout(png(40, 30)))
    files: list[FilePayload] = [
        {"name": f"takeout-{n}.zip", "mimeType": "application/zip", "buffer": data} for n, data in parts
    ]
    page.locator("#import-file").set_input_files(files)
    page.locator(".form:has(#import-file) button").click()
    page.locator(".import-report").wait_for()


def labelled(page: Page) -> None:
    with_memos(page, [TEXT, {"title": "Other", "labels": ["Work"]}])
    label = next(each for each in send(page, "GET", "/labels")["items"] if each["name"] == "Work")
    page.goto(f"/labels/{label['id']}")


def label_without_notes(page: Page) -> None:
    label = send(page, "POST", "/labels", data={"name": "비었음"})
    page.goto(f"/labels/{label['id']}")


def labels_that_merge(page: Page) -> None:
    first, _ = (send(page, "POST", "/labels", data={"name": name}) for name in ("집", "Home"))
    post(page, f"/labels/{first['id']}/rename", name="Home")


# --- The table --------------------------------------------------------------------------------------------------

STATES: Final[dict[str, State]] = {
    "sign in": signed_out("/login"),
    "sign in refused": after(signed_out("/login"), posted("/login", username="nobody", password="wrong")),
    "sign in to go on": signed_out("/settings"),
    "register": signed_out("/register"),
    "register refused": after(
        signed_out("/register"), posted("/register", username="min ji", password="a", password_confirm="b")
    ),
    "signed out": posted("/logout"),
    "board, empty": at("/"),
    "board": at("/", *SEVERAL, {**TEXT, "pinned": True}),
    "board with pictures": board_with_pictures,
    "board, pages": at("/", *({"title": f"{number}"} for number in range(31))),
    "board, composer open": after(at("/"), pressed(COMPOSER)),
    "board, list in the composer": written_as_list,
    "board, composer's colours": after(at("/"), pressed(COMPOSER), pressed(f".composer {COLOURS}")),
    "board, composer's labels": after(at("/", TEXT), pressed(COMPOSER), pressed(f".composer {LABELS}")),
    "board, refused note": posted("/memos", title="낱" * 1001, body="kept"),
    "board, account menu": after(at("/", LIST), pressed(".account-menu summary")),
    "board as a list": after(at("/", *FEW), posted("/settings", layout="list", next="/")),
    # On a phone only a card of the list has room for them.
    "board, colours of a card": after(
        at("/", TEXT), posted("/settings", layout="list", next="/"), pressed(menu(".memo-card", 1))
    ),
    "board, menu of a card": after(at("/", LIST, TEXT), pressed(menu(".memo-card", 2))),
    "board, several selected": after(at("/", *SEVERAL), selected),
    "board, label for selected": after(at("/", *FEW), selected, pressed(menu(".selection", 1))),
    "board, colour for selected": after(at("/", *FEW), selected, pressed(menu(".selection", 2))),
    "board, something to undo": posted("/memos/{0}/archive", TEXT, next="/"),
    "archive, empty": at("/archive"),
    "archive": at("/archive", *({**each, "archived": True} for each in FEW)),
    "trash, empty": at("/trash"),
    "trash": at("/trash", *({**each, "trashed": True} for each in SEVERAL)),
    "trash, selected": after(at("/trash", {**TEXT, "trashed": True}), selected),
    "label": labelled,
    "label, empty": label_without_notes,
    "labels, empty": at("/labels"),
    "labels": at("/labels", TEXT, *FEW),
    "labels, name taken": after(at("/labels", TEXT), posted("/labels", name="Work")),
    "labels, merge": labels_that_merge,
    "search, filters": filters_under_the_field,
    "search, filtered": at("/search?q=label:일 color:default", *FEW, TEXT),
    "search, help": at("/search?q="),
    "search, found": at("/search?q=두부", *SEVERAL, {**LIST, "archived": True}),
    "search, nothing": at("/search?q=없는말", TEXT),
    "search, misspelt": at("/search?q=color:blau", TEXT),
    "memo, text": at("/memos/{0}", TEXT),
    "memo, checklist": at("/memos/{0}", LIST),
    "memo, labels open": at("/memos/{0}#labels", TEXT),
    "memo, pictures": pictures,
    "memo, a picture large": large_picture,
    "memo, archived": at("/memos/{0}", {**TEXT, "archived": True}),
    "memo, trashed": at("/memos/{0}", {**TEXT, "trashed": True}),
    "memo, checklist trashed": at("/memos/{0}", {**LIST, "trashed": True}),
    "memo, emptied": posted("/memos/{0}", TEXT, title="", body=""),
    "memo, refused": posted("/memos/{0}", TEXT, title="낱" * 1001, body="kept"),
    "conflict": unsaved_in_two_places(TEXT, title="mine", body="my text", color="red"),
    "conflict of a checklist": unsaved_in_two_places(LIST, title="mine", items_new="towel", kind="checklist"),
    "typed while signed out": signed_out_while_typing,
    "typed and signed in again": signed_in_again_with_what_was_typed,
    "settings": at("/settings"),
    "settings, token made": posted("/settings/tokens", name="laptop"),
    "settings, token listed": after(posted("/settings/tokens", name="laptop"), at("/settings")),
    "settings, refused": posted("/settings/password", current_password="x", password="a", password_confirm="b"),
    "import": at("/settings/import"),
    "import, refused": posted("/settings/import"),
    "import, report": moved_in,
    "confirm: a note": posted("/memos/{0}/delete", {**TEXT, "trashed": True}),
    "confirm: the account": posted("/settings/account/delete"),
    "confirm: the trash": posted("/trash/empty", {**TEXT, "trashed": True}),
    "dialog, text": opened(TEXT),
    "dialog, checklist": opened(LIST),
    "dialog, menu of an item": opened(LIST, pressing=".item-row__handle"),
    "dialog, colours": opened({**LIST, "color": "blue"}, pressing=COLOURS),
    "dialog, labels": opened(TEXT, pressing=LABELS),
    "dialog, refused picture": refused_upload,
    "keys": key_sheet,
    "error: not found": at("/nowhere"),
    "error: signed out, not found": signed_out("/nowhere"),
    "error: wrong method": at("/memos/selected"),
    "error: form from elsewhere": after(at("/"), posted("/memos", csrf_token="wrong", body="typed")),
    "API": at("/api/docs"),
}  # fmt: skip

#: A page for each colour, of which only the contrast differs.
IN_COLOUR: Final[dict[str, State]] = {
    f"memo, {color}": at("/memos/{0}", {**TAGGED, "color": color}) for color in get_args(Color)
}
