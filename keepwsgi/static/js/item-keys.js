// The keys of a list that is edited, as in Google Keep. Enter is not among them: it puts in a line break, and those
// become rows (item-lines.js), so that a keyboard which sends no keys, or ends a syllable by it, is right, too.

import { isComposing } from "./composing.js";
import * as rows from "./item-row.js";

const INDENTING = { Tab: true, "]": true, "[": false };

export function listenToKeys(items, signal) {
  items.addEventListener(
    "keydown",
    (event) => {
      if (event.defaultPrevented || isComposing(event)) return;
      const row = rows.rowOf(event.target);
      if (row && press(items, row, event)) event.preventDefault();
    },
    { signal },
  );
}

/** Do what a key does in a row. True if it did something. */
function press(items, row, event) {
  const { key, target, shiftKey: shift, altKey: alt } = event;
  const control = event.ctrlKey || event.metaKey;
  if (key === "Escape") return leave(items);
  if (alt) return false;
  if (control && shift && (key === "ArrowUp" || key === "ArrowDown")) {
    if (!rows.isNew(row)) items.moveBy(row, key === "ArrowUp" ? -1 : 1);
    return true;
  }
  // Where it cannot be indented the key goes on to what is next: nobody is kept in the list.
  if (key === "Tab" && !control && target === rows.field(row)) return items.indent(row, !shift);
  if (control && !shift && (key === "]" || key === "[")) return items.indent(row, INDENTING[key]) || true;
  if (control || shift || target !== rows.field(row)) return false;
  const { selectionStart: start, selectionEnd: end, value } = target;
  if (start !== end) return false;
  if (key === "Backspace" && start === 0) return joinBefore(items, row);
  if (key === "Delete" && end === value.length) return joinAfter(items, row);
  if (key === "ArrowUp" && isOnEdge(target, -1)) return step(items, row, -1);
  if (key === "ArrowDown" && isOnEdge(target, 1)) return step(items, row, 1);
  return false;
}

/** Out of a list on a page of its own; a dialog and the composer close by themselves. */
function leave(items) {
  const close = items.closest("memo-editor")?.querySelector(".memo__when-saved");
  if (!close || items.closest("dialog")) return false;
  close.focus();
  return true;
}

function joinBefore(items, row) {
  const before = row.previousElementSibling;
  if (rows.isNew(row)) {
    if (rows.text(row) || !before) return false;
    rows.caret(before, rows.text(before).length);
    return true;
  }
  if (!before) {
    if (rows.text(row)) return items.indent(row, false);
    rows.caret(items.beside(row, 1) ?? items.addRow, 0);
    items.takeOut(row);
    items.changed();
    return true;
  }
  join(items, before, row);
  return true;
}

function joinAfter(items, row) {
  const after = !rows.isNew(row) && items.beside(row, 1);
  if (!after) return false;
  join(items, row, after);
  return true;
}

/** One row of two; of a blank one nothing is left. */
function join(items, first, second) {
  const at = rows.text(first).length;
  if (at === 0) {
    items.takeOut(first);
    items.changed();
    rows.caret(second, 0);
    return;
  }
  rows.write(first, rows.text(first) + rows.text(second));
  // The focus goes first: where a row is removed that has it, a phone puts its keyboard away.
  rows.caret(first, at);
  items.takeOut(second);
  items.changed();
}

/** To the row above or below, into the same column where it has only one line. */
function step(items, row, by) {
  const fields = [...items.querySelectorAll(".item-row__text")].filter((field) => field.checkVisibility());
  const next = fields[fields.indexOf(rows.field(row)) + by];
  if (!next) return false;
  const column = isOneLine(next) ? rows.field(row).selectionStart : by < 0 ? next.value.length : 0;
  rows.caret(rows.rowOf(next), Math.min(column, next.value.length));
  return true;
}

/** Whether the caret is on the first (-1) or the last (1) of the lines that the field is broken into. */
function isOnEdge(field, by) {
  if (isOneLine(field)) return true;
  const [all, before] = [field.value || " ", field.value.slice(0, field.selectionStart)];
  return by < 0 ? height(field, `${before}.`) <= height(field, ".") : height(field, `${before}.`) >= height(field, `${all}.`);
}

const isOneLine = (field) => field.scrollHeight < 2 * parseFloat(getComputedStyle(field).lineHeight) + padding(field);

function padding(field) {
  const { paddingTop, paddingBottom } = getComputedStyle(field);
  return parseFloat(paddingTop) + parseFloat(paddingBottom);
}

/** How high a text would be in the field. */
function height(field, text) {
  const mirror = document.createElement("div");
  mirror.className = "item-row__text item-row__mirror";
  mirror.dir = "auto";
  mirror.style.width = `${field.clientWidth}px`;
  mirror.textContent = text;
  field.parentElement.append(mirror);
  const found = mirror.offsetHeight;
  mirror.remove();
  return found;
}
