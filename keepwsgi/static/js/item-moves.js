// Where rows stand: moved with those under them, indented, ticked. As in Google Keep a row belongs to the one above it
// that is not indented.

import * as rows from "./item-row.js";

/** The row and those under it, ticked or not. */
export function group(items, row) {
  const from = items.rows.indexOf(row);
  let to = from + 1;
  if (!rows.isIndented(row)) while (items.rows[to] && rows.isIndented(items.rows[to])) to += 1;
  return items.rows.slice(from, to);
}

/** Put these rows after the one that is seen before them; null is before all others. */
export function place(items, moved, after) {
  items.rows = items.rows.filter((row) => !moved.includes(row));
  let at = after ? items.rows.indexOf(after) + 1 : 0;
  // What is ticked under the one above stays with it.
  if (!rows.isIndented(moved[0])) while (at > 0 && items.rows[at] && rows.isTicked(items.rows[at]) && rows.isIndented(items.rows[at])) at += 1;
  items.rows.splice(at, 0, ...moved);
}

/** Move a row with those under it past the row, or the group, above (-1) or below (1). */
export function moveBy(items, row, step) {
  const moved = group(items, row);
  const last = moved.findLast((each) => !rows.isTicked(each)) ?? row;
  let past = items.beside(step < 0 ? row : last, step);
  if (!past) return;
  if (moved.length > 1 && step < 0) while (rows.isIndented(past) && items.beside(past, -1)) past = items.beside(past, -1);
  if (moved.length > 1 && step > 0) while (items.beside(past, 1) && rows.isIndented(items.beside(past, 1))) past = items.beside(past, 1);
  place(items, moved, step > 0 ? past : items.beside(past, -1));
  items.changed();
  sayPlace(items, row);
}

export function sayPlace(items, row) {
  const shown = [...items.open.children].filter((each) => !rows.isNew(each));
  items.say("moved", { place: shown.indexOf(row) + 1, count: shown.length });
}

export function canIndent(items, row) {
  return !rows.isNew(row) && !rows.isIndented(row) && items.beside(row, -1) !== null;
}

/** Indent a row, or take that back. False if it is so, or cannot be. */
export function indent(items, row, on) {
  if (on ? !canIndent(items, row) : rows.isNew(row) || !rows.isIndented(row)) return false;
  // It belongs to the row that is seen above it, whatever ticked ones lie between.
  if (on) place(items, group(items, row), items.beside(row, -1));
  rows.indent(row, on);
  items.changed();
  items.say(on ? "indented" : "outdented");
  return true;
}

/** Tick a row and those under it, or untick them; with one under another that one is unticked too, as on the server. */
export function tick(items, row, on = !rows.isTicked(row)) {
  const touched = group(items, row);
  if (rows.isIndented(row) && !on) {
    const above = items.rows.slice(0, items.rows.indexOf(row)).findLast((other) => !rows.isIndented(other));
    if (above) touched.push(above);
  }
  const { activeElement: active } = document;
  if (touched.some((each) => each.contains(active))) {
    const near = items.nearest(rows.rowOf(active), touched);
    ((active.matches(".item__box") && rows.box(near)) || rows.field(near)).focus({ preventScroll: true });
  }
  for (const each of touched) rows.tick(each, on);
  items.changed();
  items.say(on ? "ticked" : "unticked", { item: rows.text(row).trim() });
}
