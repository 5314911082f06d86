// What the handle of a row offers to those who do not drag it: one menu for all rows of a list.

import * as rows from "./item-row.js";

export function openMenu(items, row) {
  const menu = items.querySelector(".item-menu");
  const does = {
    up: () => items.moveBy(row, -1),
    down: () => items.moveBy(row, 1),
    indent: () => items.indent(row, true),
    outdent: () => items.indent(row, false),
  };
  const handle = row.querySelector(".item-row__handle");
  const show = () => {
    const [at, size] = [handle.getBoundingClientRect(), menu.getBoundingClientRect()];
    menu.style.left = `${Math.max(8, Math.min(at.left, innerWidth - size.width - 8))}px`;
    menu.style.top = `${at.bottom + size.height > innerHeight ? Math.max(8, at.top - size.height) : at.bottom}px`;
    const [up, down, indent, outdent] = menu.querySelectorAll("button");
    up.disabled = !items.beside(row, -1);
    down.disabled = !items.beside(items.group(row).findLast((each) => !rows.isTicked(each)) ?? row, 1);
    indent.hidden = rows.isIndented(row);
    indent.disabled = !items.canIndent(row);
    outdent.hidden = !rows.isIndented(row);
  };
  menu.onclick = (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    does[button.value]();
    show();
    if (button.disabled || button.hidden) (menu.querySelector("button:enabled:not([hidden])") ?? handle).focus();
  };
  menu.onkeydown = (event) => {
    // The composer and the dialog stay as they are: the browser closes the menu alone.
    if (event.key === "Escape") event.stopPropagation();
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const buttons = [...menu.querySelectorAll("button:enabled:not([hidden])")];
    buttons.at((buttons.indexOf(document.activeElement) + step) % buttons.length).focus();
  };
  menu.ontoggle = (event) => event.newState === "closed" && (menu.contains(document.activeElement) || document.activeElement === document.body) && handle.focus();
  menu.showPopover();
  show();
  menu.querySelector("button:enabled:not([hidden])")?.focus();
}
