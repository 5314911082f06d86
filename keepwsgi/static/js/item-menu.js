// What the handle of a row offers to those who do not drag it: one menu for all rows of a list.

import { canIndent, group, indent, moveBy } from "./item-moves.js";
import * as rows from "./item-row.js";

const listening = new WeakMap(); // menu -> what ends its listening for the row it was opened for

export function openMenu(items, row) {
  const menu = items.querySelector(".item-menu");
  listening.get(menu)?.abort();
  const stop = new AbortController();
  listening.set(menu, stop);
  const { signal } = stop;
  const handle = row.querySelector(".item-row__handle");
  menu.addEventListener("click", (event) => clicked(event.target.closest("button")), { signal });
  menu.addEventListener("keydown", (event) => pressed(menu, event), { signal });
  // Who goes on with Tab is not to find it lying over what is next.
  menu.addEventListener("focusout", ({ relatedTarget: to }) => to && !menu.contains(to) && hide(menu), { signal });
  menu.addEventListener("toggle", (event) => event.newState === "closed" && closed(menu, handle), { signal });
  menu.showPopover();
  show(items, row, menu, handle);
  buttons(menu)[0].focus();

  function clicked(button) {
    if (!button || button.ariaDisabled === "true") return;
    if (button.value === "up" || button.value === "down") moveBy(items, row, button.value === "up" ? -1 : 1);
    else indent(items, row, button.value === "indent");
    show(items, row, menu, handle);
    if (button.hidden) buttons(menu).at(-1).focus();
  }
}

/** Beside the handle, with what can be done now. */
function show(items, row, menu, handle) {
  const [up, down, into, out] = menu.querySelectorAll("button");
  // What cannot be done now is come to all the same: the menu is never without the focus.
  up.ariaDisabled = !items.beside(row, -1);
  down.ariaDisabled = !items.beside(group(items, row).findLast((each) => !rows.isTicked(each)) ?? row, 1);
  into.hidden = rows.isIndented(row);
  into.ariaDisabled = !canIndent(items, row);
  out.hidden = !rows.isIndented(row);
  const [at, size] = [handle.getBoundingClientRect(), menu.getBoundingClientRect()];
  menu.style.left = `${Math.max(8, Math.min(at.left, innerWidth - size.width - 8))}px`;
  menu.style.top = `${at.bottom + size.height > innerHeight ? Math.max(8, at.top - size.height) : at.bottom}px`;
}

function pressed(menu, event) {
  // The composer and the dialog stay as they are: the browser closes the menu alone.
  if (event.key === "Escape") event.stopPropagation();
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const all = buttons(menu);
  all.at((all.indexOf(document.activeElement) + step) % all.length).focus();
}

function hide(menu) {
  if (menu.matches(":popover-open")) menu.hidePopover();
}

function closed(menu, handle) {
  listening.get(menu)?.abort();
  if (menu.contains(document.activeElement) || document.activeElement === document.body) handle.focus();
}

const buttons = (menu) => [...menu.querySelectorAll("button:not([hidden])")];
