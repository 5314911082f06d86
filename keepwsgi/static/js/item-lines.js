// Lines become rows: where Enter, or whatever else, has put a line break into a row of a list, and where something is
// pasted. The row for adding becomes a row of the list with the first letter; the caret does not move for it.

import { indent } from "./item-moves.js";
import * as rows from "./item-row.js";

/** Two spaces in front indent, a cross in brackets ticks: as the server reads it. Returns { text, indent, ticked }. */
export function parse(line) {
  const [, spaces, cross, text] = /^( {2})?(\[x\] )?(.*)$/s.exec(line);
  return { text, indent: Boolean(spaces), ticked: Boolean(cross) };
}

/** The opposite of `parse`. */
export const asLine = ({ text, indent, ticked }) => `${indent ? "  " : ""}${ticked ? "[x] " : ""}${text}`;

// What lists are written with elsewhere: "- ", "* ", "• ", "☐ ", "[ ] ", "- [x] ", and spaces or tabs in front.
const MARKS = /^([ \t]*)(?:[-*•‣◦] )?(?:\[([ xX])\] |([☐☑✓✔☒]) ?)?(.*)$/su;

function withoutMarks(line) {
  const [, spaces, tick, sign, text] = MARKS.exec(line);
  return { text: text.trim(), indent: /^( {2}|\t)/.test(spaces), ticked: /x/i.test(tick ?? "") || /[☑✓✔☒]/.test(sign ?? "") };
}

/** Let the row for adding be one of the list, with another below it. False if nothing was typed into it. */
export function begin(items, row) {
  const field = rows.field(row);
  if (!field.value.trim() && field.value !== " ") {
    field.value = "";
    return false;
  }
  const next = row.cloneNode(true);
  rows.field(next).value = "";
  const made = items.makeRow();
  const [before, after] = [[], []];
  for (const node of [...made.childNodes]) {
    if (node === rows.field(made)) before.done = true;
    else (before.done ? after : before).push(node);
  }
  row.querySelector("svg").remove();
  field.before(...before);
  field.after(...after);
  for (const name of ["name", "aria-label"]) field.setAttribute(name, rows.field(made).getAttribute(name));
  for (const name of ["placeholder", "data-key"]) field.removeAttribute(name);
  row.className = made.className;
  row.after(next);
  items.rows.push(row);
  items.changed();
  return true;
}

/** Make a row of each line but the first. `pasted` lines lose their marks, the first one too if the row `wasBlank`. */
export function split(items, row, { pasted = false, wasBlank = false } = {}) {
  const field = rows.field(row);
  const lines = field.value.split("\n");
  const caret = field.value.slice(0, field.selectionStart).split("\n");
  if (!field.value.trim()) {
    // Enter in a blank row: there is one already.
    rows.write(row, "");
    indent(items, row, false);
    return;
  }
  if (lines.length === 2 && !lines[0] && !pasted) {
    above(items, row, lines[1]);
    return;
  }
  const like = rows.state(row);
  // A new row after one that has others under it is the first of those.
  const follower = items.rows[items.rows.indexOf(row) + 1];
  const within = like.indent || Boolean(follower && rows.isIndented(follower) && !rows.isTicked(follower));
  const read = pasted ? withoutMarks : (text) => ({ text, indent: false, ticked: false });
  const first = pasted && wasBlank ? read(lines[0]) : { text: lines[0], indent: false, ticked: false };
  const kept = pasted ? lines.slice(1).filter((line) => line.trim()) : lines.slice(1);
  rows.write(row, first.text);
  if (first.ticked) rows.tick(row, true);
  let last = row;
  for (const line of kept) {
    const item = read(line);
    last = items.insertAfter(last, { indent: within || item.indent, ticked: like.ticked || item.ticked });
    rows.write(last, item.text);
  }
  items.changed();
  // What stood behind the caret stands behind it still.
  const rest = lines.at(-1).length - caret.at(-1).length;
  const target = caret.length === lines.length || pasted ? last : items.rows[items.rows.indexOf(row) + caret.length - 1];
  const at = target === last ? Math.max(0, rows.text(last).length - rest) : caret.at(-1).length;
  rows.caret(target, at);
}

// Enter at the start of a row: the blank one is above, and the row is still the same.
function above(items, row, text) {
  const { indent, ticked } = rows.state(row);
  const made = items.insertAfter(items.rows[items.rows.indexOf(row) - 1] ?? null, { indent, ticked });
  rows.label(made);
  rows.write(row, text);
  items.changed();
  rows.caret(row, 0);
}
