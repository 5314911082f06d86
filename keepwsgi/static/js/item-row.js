// One row of a list that is edited: what it says stands in its own fields, named after its key.

export const field = (row) => row.querySelector(".item-row__text");
export const box = (row) => row.querySelector(".item__box");
export const isTicked = (row) => box(row).getAttribute("aria-checked") === "true";
export const isIndented = (row) => indentation(row).checked;
export const keyOf = (row) => field(row).name.slice("item.".length);
export const text = (row) => field(row).value;
export const rowOf = (element) => element.closest?.(".item-row") ?? null;
export const isNew = (row) => row.classList.contains("item-row--new");
export const isNewKey = (key) => key.startsWith("new");

const indentation = (row) => row.querySelector(".item-row__indent input");

/** The row as an item of list-merge.js. */
export const state = (row) => ({ key: keyOf(row), text: text(row), indent: isIndented(row), ticked: isTicked(row) });

/** A blank row under this key. */
export function make(template, key) {
  const row = document.importNode(template.content, true).querySelector(".item-row");
  rename(row, key);
  return row;
}

export function rename(row, key) {
  field(row).name = `item.${key}`;
  indentation(row).name = `indent.${key}`;
  const tick = row.querySelector(".item-row__tick");
  if (tick) tick.name = `tick.${key}`;
}

export function indent(row, on) {
  indentation(row).checked = on;
  if (on) row.setAttribute("aria-level", "2");
  else row.removeAttribute("aria-level");
}

export function tick(row, on) {
  box(row).setAttribute("aria-checked", String(on));
}

/** Let the form say whether the row is ticked, or nothing where the server knows. */
export function sayTick(row, isKnown) {
  let input = row.querySelector(".item-row__tick");
  if (isKnown) {
    input?.remove();
    return;
  }
  if (!input) {
    input = Object.assign(document.createElement("input"), { type: "hidden", className: "item-row__tick", name: `tick.${keyOf(row)}` });
    field(row).after(input);
  }
  input.value = isTicked(row) ? "1" : "0";
}

/** Write a text where it is another one: the caret stays where it is in one that is the same. */
export function write(row, value) {
  if (field(row).value !== value) field(row).value = value;
  label(row);
}

/** Call the box what the row says. */
export function label(row) {
  const name = text(row).trim() || field(row).getAttribute("aria-label");
  if (box(row).getAttribute("aria-label") !== name) box(row).setAttribute("aria-label", name);
}

/** Put the caret into a row. */
export function caret(row, start, end = start) {
  const into = field(row);
  into.focus();
  into.setSelectionRange(start, end);
}
