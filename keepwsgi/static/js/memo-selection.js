// Several cards at once, beyond ticking one after the other: a range with Shift, all with Ctrl+A, none with Escape. Says
// how many there are, and keeps the focus somewhere when the bar goes away.
//
//   <memo-selection data-says="{} selected" data-none="Nothing is selected">the bar; <p role="status"></p></memo-selection>

import { isComposing } from "./composing.js";

const BOX = ".memo-card__select input";
const HELD = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";

class MemoSelection extends HTMLElement {
  connectedCallback() {
    this.stop = new AbortController();
    const { signal } = this.stop;
    this.board = this.closest("memo-board");
    this.form = this.querySelector("form");
    this.board.addEventListener("click", (event) => this.clicked(event), { signal, capture: true });
    this.board.addEventListener("change", (event) => this.changed(event), { signal });
    this.form.addEventListener("reset", () => setTimeout(() => this.tell()), { signal });
    document.addEventListener("keydown", (event) => this.pressed(event), { signal });
    // Boxes that the browser has kept ticked from before.
    this.count = this.show().length;
  }

  disconnectedCallback() {
    this.stop.abort();
    document.body.removeAttribute("data-selected");
  }

  get boxes() {
    return [...this.board.querySelectorAll(BOX)];
  }

  get ticked() {
    return this.boxes.filter((box) => box.checked);
  }

  clicked(event) {
    if (event.target.matches(BOX)) {
      if (event.shiftKey) this.reach(event.target);
      this.last = event.target;
      return;
    }
    // A finger that has begun to select goes on with it; a mouse has the boxes, and opens the note.
    const link = event.target.closest?.(".memo-card__link");
    if (link && event.pointerType === "touch" && this.ticked.length) {
      event.preventDefault();
      link.closest(".memo-card").querySelector(BOX).click();
    }
  }

  // All from the last one to this one become what this one has become.
  reach(box) {
    const { boxes } = this;
    const [from, to] = [boxes.indexOf(this.last), boxes.indexOf(box)].sort((a, b) => a - b);
    if (from === -1) return;
    for (const each of boxes.slice(from, to + 1)) each.checked = box.checked;
  }

  changed(event) {
    if (event.target.matches(BOX) || event.target === this.board) this.tell();
  }

  // What selection.css needs to know: whether any is ticked, and whether all of them are pinned. Gives the ticked ones.
  show() {
    const { ticked } = this;
    const pinned = ticked.every((box) => box.closest(".board--pinned"));
    if (ticked.length) document.body.dataset.selected = pinned ? "pinned" : "others";
    else document.body.removeAttribute("data-selected");
    this.querySelector(".selection__number").textContent = ticked.length || "";
    return ticked;
  }

  tell() {
    const { boxes } = this;
    const ticked = this.show();
    const count = ticked.length;
    if (count) this.place = boxes.indexOf(ticked[0]);
    if (count === this.count) return;
    this.count = count;
    this.querySelector("[role=status]").textContent = count ? this.dataset.says.replace("{}", count) : this.dataset.none;
    const { activeElement } = document;
    if (!count && (activeElement === document.body || this.form.contains(activeElement))) this.focusCard();
  }

  // The last card that was ticked, or the one that stands where the first of those that are gone stood.
  focusCard() {
    const { boxes } = this;
    const box = boxes.includes(this.last) ? this.last : boxes[Math.min(this.place ?? 0, boxes.length - 1)];
    const target = box?.closest(".memo-card").querySelector(".memo-card__link") ?? this.closest("main");
    target.focus({ preventScroll: true });
  }

  pressed(event) {
    if (event.defaultPrevented || isComposing(event) || document.querySelector("dialog[open]")) return;
    if (event.key === "Escape" && this.ticked.length) {
      event.preventDefault();
      this.form.reset();
    } else if (event.code === "KeyA" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey) {
      const { boxes } = this;
      if (event.target.closest(HELD) || !boxes.length) return;
      event.preventDefault();
      for (const box of boxes) box.checked = true;
      this.tell();
    }
  }
}

customElements.define("memo-selection", MemoSelection);
