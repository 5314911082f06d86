// A list and the server: the rows of a fragment, what was sent, what is answered, and what was kept of it as a draft.

import * as rows from "./item-row.js";
import { merge, named, note } from "./list-merge.js";

/** [key, whether it is stored, text, ticked, indent, whether its tick is to be sent] of each item, as _memo_items.html says. */
const told = (page) => JSON.parse(page.dataset.rows);

/** The items of a fragment, as the server has them. */
function read(page) {
  const stored = told(page).filter(([, isStored]) => isStored);
  return stored.map(([key, , text, ticked, indent, said]) => ({ key, text, indent: Boolean(indent), ticked: said ? !ticked : ticked }));
}

/** Make the rows of a fragment, or find those of a page. */
export function fill(items) {
  forget(items);
  if (items.dataset.rows) {
    [items.rows, items.base] = [[], read(items)];
    const all = told(items).map(([key, , text, ticked, indent]) => ({ key, text, ticked, indent: Boolean(indent) }));
    items.countFrom(all.map(({ key }) => key));
    items.removeAttribute("data-rows");
    become(items, all);
  } else {
    items.rows = inOrder(items);
    items.base = items.rows.filter((row) => !rows.isNewKey(rows.keyOf(row))).map((row) => {
      const item = rows.state(row);
      return row.querySelector(".item-row__tick") ? { ...item, ticked: !item.ticked } : item;
    });
  }
}

function inOrder(items) {
  const found = new Map([...items.querySelectorAll(".item-row:not(.item-row--new)")].map((row) => [rows.keyOf(row), row]));
  items.countFrom(found.keys());
  const ordered = items.order.value.split(" ").map((key) => found.get(key)).filter(Boolean);
  return [...new Set([...ordered, ...found.values()])];
}

/** The form is being sent: this is what its answer is about. */
export function sending(items) {
  items.sent = items.state();
  note(items.tried, items.sent);
}

export function forget(items) {
  items.sent = undefined;
  items.tried = new Map();
}

/**
 * Take over what the server's own editor of this memo shows, and keep what was done here since. `saved`: it is the
 * answer to what was sent. True if both sides have changed the same text.
 */
export function settle(items, editor, { saved }) {
  // What was refused is shown as it was sent; nothing was changed by it.
  if (editor.querySelector(".memo--changed") || (items.switch && !items.switch.isOn)) return false;
  const page = editor.querySelector("memo-items");
  const theirs = page ? read(page) : [];
  const isAnswer = saved && Boolean(items.sent);
  const names = named(items.sent ?? [], theirs, items.base, { tried: items.tried, isAnswer });
  for (const row of items.rows) if (names.has(rows.keyOf(row))) rows.rename(row, names.get(rows.keyOf(row)));
  items.sent = items.sent?.map((item) => ({ ...item, key: names.get(item.key) ?? item.key }));
  const got = new Set(names.values());
  // What has arrived though its answer was lost is an earlier version of what is here.
  const base = isAnswer ? items.sent.filter((item) => item.text.trim()) : [...items.base, ...theirs.filter((item) => got.has(item.key))];
  if (isAnswer) forget(items);
  const merged = merge(base, items.state(), theirs);
  items.base = theirs;
  become(items, merged.items);
  return merged.clash;
}

/** Show these items, in the rows that are there for them. */
export function become(items, wanted) {
  const there = new Map(items.rows.map((row) => [rows.keyOf(row), row]));
  const stored = new Set(items.base.map(({ key }) => key));
  items.rows = wanted.map((item) => {
    const row = there.get(item.key) ?? items.makeRow(item.key);
    there.delete(item.key);
    if (!stored.has(item.key) && !rows.isNewKey(item.key)) rows.rename(row, items.newKey());
    rows.write(row, item.text);
    rows.indent(row, item.indent);
    rows.tick(row, item.ticked);
    return row;
  });
  const left = [...there.values()];
  for (const row of left) {
    if (row.contains(document.activeElement)) rows.field(items.nearest(row, left)).focus({ preventScroll: true });
    row.remove();
  }
  items.arrange();
}

/** Bring back the rows of a kept draft: the form's fields as [name, value] pairs. */
export function restore(items, fields) {
  const values = new Map(fields);
  const isList = values.has("items_order");
  items.switch?.turn(isList && values.get("kind") === "checklist");
  if (!isList) return;
  const keys = values.get("items_order").split(" ").filter((key) => values.has(`item.${key}`));
  const known = new Map(items.base.map((item) => [item.key, item.ticked]));
  items.countFrom(keys);
  become(items, keys.map((key) => ({
    key,
    text: values.get(`item.${key}`),
    indent: values.has(`indent.${key}`),
    ticked: values.has(`tick.${key}`) ? values.get(`tick.${key}`) === "1" : (known.get(key) ?? false),
  })));
}
