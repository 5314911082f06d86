// The keys of the board. Each one presses what the mouse would: the element that carries its name as data-key, in the
// bar of the selection while there is one, in the focused card, or else on the page. The sheet (_key_sheet.html) lists
// them, and has the switch that turns keys without Ctrl off.

import { isComposing } from "./composing.js";
import { openMenu } from "./pop-menu.js";
import { undo } from "./undo-bar.js";

const NAMES = { c: "note", l: "list", "/": "search", e: "archive", f: "pin", "#": "trash", x: "select", "?": "keys" };
const ON_CARDS = ["archive", "pin", "trash", "select"];
// A letter with Shift is another key, but for these.
const SHIFTED = ["trash", "select", "keys"];
const STEPS = { j: 1, k: -1 };
const SWITCH = "single-keys";

// With any layout that writes no Latin letters, Hangul above all, the key is the one in that place of the keyboard.
function letterOf(event) {
  if (event.shiftKey && event.code === "Digit3" && !/^\d$/.test(event.key)) {
    return "#";
  }
  if (/^[\x20-\x7e]$/.test(event.key)) {
    return event.key.toLowerCase();
  }
  return event.key.length === 1 && event.code.startsWith("Key") ? event.code.slice(3).toLowerCase() : "";
}

function isField(element) {
  const written = "input:not([type=checkbox], [type=radio], [type=button], [type=submit], [type=reset], [type=file])";
  return element.isContentEditable || element.matches?.(`${written}, textarea, select`);
}

export function focusedCard() {
  return document.activeElement?.closest(".memo-card") ?? null;
}

function scopesOf(name) {
  const bar = document.querySelector(".selection");
  if (bar?.checkVisibility() && name !== "select" && ON_CARDS.includes(name)) {
    return [bar];
  }
  return ON_CARDS.includes(name) ? [focusedCard()] : [document];
}

function find(name) {
  const found = scopesOf(name).flatMap((scope) => [...(scope?.querySelectorAll(`[data-key~="${name}"]`) ?? [])]);
  // Of a pair such as Pin and Unpin one is hidden. What lies in a closed menu can be pressed all the same.
  return found.find((element) => getComputedStyle(element).display !== "none");
}

function press(name, event) {
  const element = find(name);
  if (!element) {
    return name === "note" || name === "list" ? writeElsewhere(name) : false;
  }
  if (name === "list") {
    if (!element.checked) {
      element.click();
    }
    find("note").focus();
  } else if (isField(element)) {
    element.focus();
    // A note that is still being saved is gone on with, not written over.
    if (name === "search") element.select();
  } else {
    element.dispatchEvent(
      new MouseEvent("click", { bubbles: true, cancelable: true, view: window, shiftKey: name === "select" && event.shiftKey }),
    );
  }
  return true;
}

// Where nothing can be written the board is opened, which goes on from the fragment of its address.
function writeElsewhere(name) {
  const board = document.querySelector('[data-key="board"]');
  if (board) {
    location.assign(`${board.href}#${name}`);
  }
  return Boolean(board);
}

function step(distance) {
  const cards = [...document.querySelectorAll(".memo-card")];
  const at = cards.indexOf(focusedCard());
  const next = at === -1 ? cards[0] : cards[at + distance];
  next?.querySelector(".memo-card__link").focus({ preventScroll: true });
  next?.scrollIntoView({ block: "nearest" });
  return Boolean(next);
}

function handle(event) {
  const letter = letterOf(event);
  if (letter === "z" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey) {
    // Left to the browser it would bring back the text of a field that was left long ago.
    return !document.querySelector("dialog[open]") && (undo(), true);
  }
  if (event.altKey || event.metaKey) {
    return false;
  }
  if (event.ctrlKey) {
    return letter === "g" && !event.shiftKey && !document.querySelector("dialog[open]") && press("layout", event);
  }
  const name = NAMES[letter];
  if (localStorage.getItem(SWITCH) === "off" || openMenu() || (document.querySelector("dialog[open]") && name !== "keys")) {
    return false;
  }
  if (letter in STEPS && !event.shiftKey) {
    return step(STEPS[letter]);
  }
  return name !== undefined && !event.repeat && (!event.shiftKey || SHIFTED.includes(name)) && press(name, event);
}

document.addEventListener("keydown", (event) => {
  const composing = isComposing(event);
  if (!composing && !event.defaultPrevented && !isField(event.target) && handle(event)) {
    event.preventDefault();
  }
});

const sheet = document.querySelector("[data-key-switch]");
if (sheet) {
  sheet.checked = localStorage.getItem(SWITCH) !== "off";
  sheet.addEventListener("change", () => localStorage.setItem(SWITCH, sheet.checked ? "on" : "off"));
}

if (["#note", "#list"].includes(location.hash) && find("note")) {
  const name = location.hash.slice(1);
  history.replaceState(history.state, "", location.pathname + location.search);
  customElements.whenDefined("memo-composer").then(() => press(name));
}
