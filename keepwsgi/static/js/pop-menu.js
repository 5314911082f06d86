// What <details class="menu"> does not do by itself: Escape closes it and gives the focus back, Tab out of it closes
// it, arrow keys go along its items. Clicks outside, and where the panel stands, are the style sheet's (menu.css).

import { isComposing } from "./composing.js";

const ITEMS = "a[href], button:not([disabled]), input:not([type=hidden])";
// How far each key goes: along a row, and from row to row where the items stand in several (colours).
const ALONG = { ArrowRight: 1, ArrowLeft: -1 };
const ACROSS = { ArrowDown: 1, ArrowUp: -1 };

export function openMenu() {
  return document.querySelector(".menu[open]");
}

function close(menu) {
  const focused = menu.contains(document.activeElement);
  menu.open = false;
  if (focused) {
    menu.querySelector("summary").focus();
  }
}

function itemsOf(menu) {
  return [...menu.querySelectorAll(`.menu__panel :is(${ITEMS})`)].filter((item) => item.checkVisibility());
}

// How many items stand beside the first one.
function across(items) {
  const row = items.findIndex((item) => item.offsetTop > items[0].offsetTop);
  return row === -1 ? items.length : row;
}

function target(menu, key) {
  const items = itemsOf(menu);
  const at = items.indexOf(document.activeElement);
  if (key === "Home") {
    return items[0];
  }
  if (key === "End") {
    return items.at(-1);
  }
  if (at === -1) {
    return key in ACROSS ? items.at(key === "ArrowUp" ? -1 : 0) : undefined;
  }
  const row = across(items);
  if (key in ALONG) {
    return row > 1 ? items.at((at + ALONG[key]) % items.length) : undefined;
  }
  const next = at + ACROSS[key] * row;
  // From the end of a list to its beginning; the first and last row of colours are where they end.
  return items[next] ?? (row === 1 ? items.at(next % items.length) : undefined);
}

function pressed(event) {
  const menu = openMenu();
  if (!menu || isComposing(event) || event.ctrlKey || event.altKey || event.metaKey) {
    return;
  }
  if (event.key === "Escape") {
    // Before anything else that Escape would end, such as the selection.
    event.preventDefault();
    event.stopPropagation();
    close(menu);
    return;
  }
  const keys = event.target.matches("input:not([type=checkbox], [type=radio])") ? ACROSS : { ...ALONG, ...ACROSS, Home: 0, End: 0 };
  if (event.key in keys && menu.contains(event.target)) {
    const item = target(menu, event.key);
    if (item) {
      event.preventDefault();
      item.focus();
    }
  }
}

function left(event) {
  const menu = event.target.closest(".menu[open]");
  // Without a related target the whole window was left, or a click fell on nothing that takes the focus.
  if (menu && event.relatedTarget && !menu.contains(event.relatedTarget)) {
    menu.open = false;
  }
}

document.addEventListener("keydown", pressed, { capture: true });
document.addEventListener("focusout", left);
