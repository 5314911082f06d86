// A list that is edited: its rows, in their order. What is ticked is shown below and keeps its place. The keys, the
// pointer and pasted lines are in the files this one imports; what is done to the list is saved with its form.
//
//   <memo-items data-count="{num} ticked" data-item="List item">rows, what is ticked, _item_tools.html</memo-items>

import { dragRows } from "./item-drag.js";
import { listenToKeys } from "./item-keys.js";
import { begin, split } from "./item-lines.js";
import { openMenu } from "./item-menu.js";
import * as rows from "./item-row.js";
import { merge, named, note } from "./list-merge.js";
import { listSwitch } from "./list-switch.js";
import { move } from "./morph.js";
import { offer } from "./undo-bar.js";

class MemoItems extends HTMLElement {
  connectedCallback() {
    this.stop = new AbortController();
    const { signal } = this.stop;
    this.order = this.querySelector("[name=items_order]");
    [this.open, this.done] = this.querySelectorAll(".item-rows");
    this.ticked = this.querySelector(".ticked");
    this.words = this.querySelector(".memo-items__said").dataset;
    this.blank = this.querySelector(".memo-items__blank");
    this.made = 0;
    this.forget();
    if (this.dataset.rows) this.fill();
    else [this.rows, this.base] = [this.inOrder(), this.stored()];
    const add = rows.field(this.open.lastElementChild);
    add.placeholder = this.dataset.item;
    add.setAttribute("aria-label", this.dataset.item);
    this.addEventListener("beforeinput", (event) => (this.wasBlank = !event.target.value?.trim()), { signal });
    this.addEventListener("input", (event) => this.typed(event), { signal });
    this.addEventListener("compositionend", (event) => this.typed(event), { signal });
    this.addEventListener("click", (event) => this.clicked(event), { signal });
    // Ticking with a pointer leaves the caret, and the keyboard of a phone, where it is.
    this.addEventListener("mousedown", (event) => event.target.closest(".item__box") && event.preventDefault(), { signal });
    listenToKeys(this, signal);
    dragRows(this, signal);
    this.switch = listSwitch(this, signal);
  }

  disconnectedCallback() {
    this.stop.abort();
  }

  // --- What there is ---------------------------------------------------------------------------------------------

  /** The rows of a fragment. */
  fill() {
    [this.rows, this.base] = [[], read(this)];
    const all = JSON.parse(this.dataset.rows).map(([key, , text, ticked, indent]) => ({ key, text, ticked, indent: Boolean(indent) }));
    this.removeAttribute("data-rows");
    this.become(all);
  }

  inOrder() {
    const found = new Map([...this.querySelectorAll(".item-row:not(.item-row--new)")].map((row) => [rows.keyOf(row), row]));
    const ordered = this.order.value.split(" ").map((key) => found.get(key)).filter(Boolean);
    for (const key of found.keys()) this.made = Math.max(this.made, Number(/^new(\d+)$/.exec(key)?.[1] ?? 0));
    return [...new Set([...ordered, ...found.values()])];
  }

  /** The list as the server has it, of a page as it came. */
  stored() {
    return this.inOrder().filter((row) => !rows.keyOf(row).startsWith("new")).map((row) => {
      const [item, said] = [rows.state(row), row.querySelector(".item-row__tick")];
      return { ...item, ticked: said ? !item.ticked : item.ticked };
    });
  }

  state() {
    return this.rows.map(rows.state);
  }

  get addRow() {
    return this.open.lastElementChild;
  }

  /** The row after (1) or before (-1) this one in the list that both are shown in, or null. */
  beside(row, step) {
    const other = step > 0 ? row.nextElementSibling : row.previousElementSibling;
    return other && !rows.isNew(other) ? other : null;
  }

  /** The next row in its list that is none of these, else the last one before them, else the row for adding. */
  nearest(row, but) {
    for (const step of [1, -1]) {
      let near = row;
      while (near && but.includes(near)) near = this.beside(near, step);
      if (near) return near;
    }
    return this.addRow;
  }

  /** The row and those under it, ticked or not. */
  group(row) {
    const from = this.rows.indexOf(row);
    let to = from + 1;
    if (!rows.isIndented(row)) while (this.rows[to] && rows.isIndented(this.rows[to])) to += 1;
    return this.rows.slice(from, to);
  }

  // --- What can be done to it --------------------------------------------------------------------------------------

  /** A blank row like `like`, after `row`; null is before all others. */
  insertAfter(row, { indent = false, ticked = false } = {}) {
    const made = this.makeRow();
    rows.tick(made, ticked);
    rows.indent(made, indent && row !== null);
    this.rows.splice(row ? this.rows.indexOf(row) + 1 : 0, 0, made);
    return made;
  }

  makeRow(key = this.newKey()) {
    return rows.make(this.blank, key);
  }

  newKey() {
    this.made += 1;
    return `new${this.made}`;
  }

  takeOut(row) {
    this.rows = this.rows.filter((other) => other !== row);
    row.remove();
  }

  /** Take a row away with its button; the message brings it back. */
  delete(row) {
    const before = this.rows[this.rows.indexOf(row) - 1] ?? null;
    if (row.contains(document.activeElement)) rows.field(this.nearest(row, [row])).focus({ preventScroll: true });
    this.takeOut(row);
    this.changed();
    if (!rows.text(row).trim()) return;
    offer(this.words.deleted, this.words.undo, () => {
      if (!this.base.some(({ key }) => key === rows.keyOf(row))) rows.rename(row, this.newKey());
      this.rows.splice(before ? this.rows.indexOf(before) + 1 : 0, 0, row);
      this.changed();
      rows.field(row).focus();
    });
  }

  /** Tick or untick a row and those under it; unticking one under another unticks that one too, as the server does. */
  tick(row, on = !rows.isTicked(row)) {
    const touched = this.group(row);
    if (rows.isIndented(row) && !on) {
      const above = this.rows.slice(0, this.rows.indexOf(row)).findLast((other) => !rows.isIndented(other));
      if (above) touched.push(above);
    }
    const { activeElement: active } = document;
    if (touched.some((each) => each.contains(active))) {
      const near = this.nearest(rows.rowOf(active), touched);
      ((active.matches(".item__box") && rows.box(near)) || rows.field(near)).focus({ preventScroll: true });
    }
    for (const each of touched) rows.tick(each, on);
    this.changed();
    this.say(on ? "ticked" : "unticked", { item: rows.text(row).trim() });
  }

  canIndent(row) {
    return !rows.isNew(row) && !rows.isIndented(row) && this.beside(row, -1) !== null;
  }

  indent(row, on) {
    if (on ? !this.canIndent(row) : rows.isNew(row) || !rows.isIndented(row)) return false;
    // It belongs to the row that is seen above it, whatever ticked ones lie between.
    if (on) this.place(this.group(row), this.beside(row, -1));
    rows.indent(row, on);
    this.changed();
    this.say(on ? "indented" : "outdented");
    return true;
  }

  /** Move a row with those under it past the row, or the group, above (-1) or below (1). */
  moveBy(row, step) {
    const group = this.group(row);
    const [first, last] = [group[0], group.findLast((each) => !rows.isTicked(each)) ?? row];
    let past = this.beside(step < 0 ? first : last, step);
    if (!past) return;
    if (group.length > 1 && step < 0) while (rows.isIndented(past) && this.beside(past, -1)) past = this.beside(past, -1);
    if (group.length > 1 && step > 0) while (this.beside(past, 1) && rows.isIndented(this.beside(past, 1))) past = this.beside(past, 1);
    this.place(group, step > 0 ? past : this.beside(past, -1));
    this.changed();
    this.sayPlace(row);
  }

  /** Put these rows after the one that is seen before them; null is before all others. */
  place(group, after) {
    this.rows = this.rows.filter((row) => !group.includes(row));
    let at = after ? this.rows.indexOf(after) + 1 : 0;
    // What is ticked under the one above stays with it.
    if (!rows.isIndented(group[0])) while (at > 0 && this.rows[at] && rows.isTicked(this.rows[at]) && rows.isIndented(this.rows[at])) at += 1;
    this.rows.splice(at, 0, ...group);
  }

  /** Show and save what has been done to the list. */
  changed() {
    this.arrange();
    this.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /** Show the rows where they belong, and let the form say so. */
  arrange() {
    if (this.rows[0] && rows.isIndented(this.rows[0])) rows.indent(this.rows[0], false);
    const ticked = this.rows.filter(rows.isTicked);
    const { activeElement: active } = document;
    show(this.open, this.rows.filter((row) => !rows.isTicked(row)));
    show(this.done, ticked);
    if (active !== document.activeElement && this.contains(active)) active.focus({ preventScroll: true });
    this.ticked.hidden = ticked.length === 0;
    this.ticked.querySelector("summary").textContent = this.dataset.count.replace("{num}", ticked.length);
    this.order.value = this.rows.map(rows.keyOf).join(" ");
    const known = new Map(this.base.map((item) => [item.key, item.ticked]));
    for (const row of this.rows) rows.sayTick(row, (known.get(rows.keyOf(row)) ?? false) === rows.isTicked(row));
  }

  say(word, values = {}) {
    const said = this.querySelector(".memo-items__said");
    said.textContent = this.words[word].replace(/\{(\w+)\}/g, (_, name) => values[name]);
  }

  sayPlace(row) {
    const shown = [...this.open.children].filter((each) => !rows.isNew(each));
    this.say("moved", { place: shown.indexOf(row) + 1, count: shown.length });
  }

  // --- What is typed and pressed -----------------------------------------------------------------------------------

  typed(event) {
    const row = rows.rowOf(event.target);
    if (!row || !event.target.matches(".item-row__text")) return;
    if (rows.isNew(row) && !begin(this, row)) return;
    const composing = event.isComposing && event.type !== "compositionend";
    if (!composing && rows.text(row).includes("\n")) split(this, row, { pasted: /^insertFrom/.test(event.inputType), wasBlank: this.wasBlank });
    rows.label(row);
  }

  clicked(event) {
    const row = rows.rowOf(event.target);
    const button = event.target.closest(".item__box, .item-row__delete, .item-row__handle");
    if (!row || !button) return;
    event.preventDefault();
    if (button.matches(".item__box")) this.tick(row);
    else if (button.matches(".item-row__delete")) this.delete(row);
    else openMenu(this, row);
  }

  // --- What the server says ----------------------------------------------------------------------------------------

  /** The form is being sent: this is what its answer is about. */
  sending() {
    this.sent = this.state();
    note(this.tried, this.sent);
  }

  /**
   * Take over what the server's own editor of this memo shows, and keep what was done here since. `saved`: it is the
   * answer to what was sent. True if both sides have changed the same text.
   */
  settle(editor, { saved = false } = {}) {
    const page = editor.querySelector("memo-items");
    // What was refused is shown as it was sent; nothing was changed by it.
    if (editor.querySelector(".memo--changed") || (this.switch && !this.switch.isOn)) return false;
    const theirs = page ? read(page) : [];
    const isAnswer = saved && Boolean(this.sent);
    const names = named(this.sent ?? [], theirs, this.base, { tried: this.tried, isAnswer });
    for (const row of this.rows) if (names.has(rows.keyOf(row))) rows.rename(row, names.get(rows.keyOf(row)));
    this.sent = this.sent?.map((item) => ({ ...item, key: names.get(item.key) ?? item.key }));
    const got = new Set(names.values());
    // What has arrived though its answer was lost is an earlier version of what is here.
    const base = isAnswer ? this.sent.filter((item) => item.text.trim()) : [...this.base, ...theirs.filter((item) => got.has(item.key))];
    if (isAnswer) this.forget();
    const { items, clash } = merge(base, this.state(), theirs);
    this.base = theirs;
    this.become(items);
    return clash;
  }

  forget() {
    this.sent = undefined;
    this.tried = new Map();
  }

  /** Show these items, in the rows that are there for them. */
  become(items) {
    const [there, stored] = [new Map(this.rows.map((row) => [rows.keyOf(row), row])), new Set(this.base.map(({ key }) => key))];
    this.rows = items.map((item) => {
      const row = there.get(item.key) ?? this.makeRow(item.key);
      there.delete(item.key);
      if (!stored.has(item.key) && !item.key.startsWith("new")) rows.rename(row, this.newKey());
      rows.write(row, item.text);
      rows.indent(row, item.indent);
      rows.tick(row, item.ticked);
      return row;
    });
    for (const row of there.values()) {
      if (row.contains(document.activeElement)) rows.field(this.nearest(row, [...there.values()])).focus({ preventScroll: true });
      row.remove();
    }
    this.arrange();
  }

  /** Bring back the rows of a kept draft: the form's fields as [name, value] pairs. */
  restore(fields) {
    const values = new Map(fields);
    const keys = (values.get("items_order") ?? "").split(" ").filter((key) => values.has(`item.${key}`));
    this.switch?.turn(values.get("kind") === "checklist" && values.has("items_order"));
    if (!values.has("items_order")) return;
    const known = new Map(this.base.map((item) => [item.key, item.ticked]));
    for (const key of keys) this.made = Math.max(this.made, Number(/^new(\d+)$/.exec(key)?.[1] ?? 0));
    this.become(keys.map((key) => ({
      key,
      text: values.get(`item.${key}`),
      indent: values.has(`indent.${key}`),
      ticked: values.has(`tick.${key}`) ? values.get(`tick.${key}`) === "1" : (known.get(key) ?? false),
    })));
  }

  /** Nothing is in it any more. */
  empty() {
    this.base = [];
    this.forget();
    this.become([]);
    this.switch?.turn(false);
  }
}

/** The items of a fragment, as the server has them: [key, whether it is stored, text, ticked, indent, whether its tick is to be sent]. */
function read(page) {
  return JSON.parse(page.dataset.rows).filter(([, isStored]) => isStored).map(([key, , text, ticked, indent, said]) => ({
    key,
    text,
    indent: Boolean(indent),
    ticked: said ? !ticked : ticked,
  }));
}

/** Let the list begin with just these rows, and move no more than must be. */
function show(list, wanted) {
  let next = list.firstElementChild;
  for (const row of wanted) {
    // What stands before the row comes later, or is not of this list any more.
    if (row !== next && next?.nextElementSibling === row) next = row;
    if (row === next) next = next.nextElementSibling;
    else move(list, row, next);
  }
}

customElements.define("memo-items", MemoItems);
