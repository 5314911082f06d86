// A list that is edited: its rows, in their order. What is ticked is shown below and keeps its place. What can be done
// to rows is in the item-….js that this one imports; all of it is saved with the form that the list is in.
//
//   <memo-items data-count="{num} ticked" data-item="List item">rows, what is ticked, _item_tools.html</memo-items>

import * as answers from "./item-answers.js";
import { dragRows } from "./item-drag.js";
import { listenToKeys } from "./item-keys.js";
import { begin, split } from "./item-lines.js";
import { openMenu } from "./item-menu.js";
import { tick } from "./item-moves.js";
import * as rows from "./item-row.js";
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
    answers.fill(this);
    const add = rows.field(this.addRow);
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

  // --- Rows that come and go ---------------------------------------------------------------------------------------

  /** A blank row after `row`; null is before all others. */
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

  /** Give none of these keys again. */
  countFrom(keys) {
    for (const key of keys) if (rows.isNewKey(key)) this.made = Math.max(this.made, Number(key.slice(3)) || 0);
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
    this.offered = offer(this.words.deleted, this.words.undo, () => {
      if (!this.base.some(({ key }) => key === rows.keyOf(row))) rows.rename(row, this.newKey());
      this.rows.splice(before ? this.rows.indexOf(before) + 1 : 0, 0, row);
      this.changed();
      rows.field(row).focus();
    });
  }

  // --- What is seen and sent of it ---------------------------------------------------------------------------------

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
    if (button.matches(".item__box")) tick(this, row);
    else if (button.matches(".item-row__delete")) this.delete(row);
    else openMenu(this, row);
  }

  // --- For the form that it is in ----------------------------------------------------------------------------------

  /** The form is being sent. */
  sending() {
    answers.sending(this);
  }

  /** Take over what the server's editor of this memo shows. True if both sides have changed the same text. */
  settle(editor, { saved = false } = {}) {
    return answers.settle(this, editor, { saved });
  }

  /** Bring back the rows of a kept draft. */
  restore(fields) {
    answers.restore(this, fields);
  }

  /** Nothing is in it any more. */
  empty() {
    this.base = [];
    this.offered?.remove(); // to take back a row of a note that is done
    answers.forget(this);
    answers.become(this, []);
    this.switch?.turn(false);
  }
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
