// Rows of a list are dragged by their handles, up and down, and aside to indent them; a finger does it like a mouse.

import { group, place, sayPlace } from "./item-moves.js";
import * as rows from "./item-row.js";

const SLACK = 5; // pixels before a press is a drag
const ASIDE = 24;
const EDGE = 48; // of what scrolls: near it the list moves by itself

export function dragRows(items, signal) {
  // Else the end of a quick drag is a fling, and the tap after it only stops that.
  const isDrag = (event) => event.cancelable && event.target.closest(".item-row__handle");
  items.addEventListener("touchmove", (event) => isDrag(event) && event.preventDefault(), { signal, passive: false });
  items.addEventListener(
    "pointerdown",
    (event) => {
      const handle = event.target.closest(".item-row__handle");
      if (handle && event.button === 0 && event.isPrimary) new Drag(items, rows.rowOf(handle), event);
    },
    { signal },
  );
}

class Drag {
  constructor(items, row, { pointerId, clientX, clientY }) {
    const before = items.rows.map((each) => [each, rows.isIndented(each)]);
    Object.assign(this, { items, row, pointerId, from: { x: clientX, y: clientY }, before, moving: false });
    this.stop = new AbortController();
    const options = { signal: this.stop.signal };
    document.addEventListener("pointermove", (event) => event.pointerId === pointerId && this.move(event), options);
    document.addEventListener("pointerup", (event) => event.pointerId === pointerId && this.end(), options);
    document.addEventListener("pointercancel", (event) => event.pointerId === pointerId && this.cancel(), options);
    document.addEventListener("keydown", (event) => this.pressed(event), { ...options, capture: true });
  }

  move({ clientX, clientY }) {
    const { items } = this;
    Object.assign(this, { x: clientX, y: clientY });
    if (!this.moving) {
      if (Math.hypot(clientX - this.from.x, clientY - this.from.y) < SLACK) return;
      this.moving = true;
      this.moved = group(items, this.row);
      this.wasIndented = rows.isIndented(this.row);
      items.classList.add("memo-items--dragging");
      for (const each of this.moved) each.classList.add("item-row--dragged");
      this.scroll();
    }
    this.follow();
  }

  /** Put the rows where the pointer is. */
  follow() {
    const { items, moved, row } = this;
    const others = [...items.open.children].filter((each) => !moved.includes(each) && !rows.isNew(each));
    // Those with others under them go between such groups only.
    const heads = moved.length > 1 ? others.filter((each) => !rows.isIndented(each)) : others;
    const under = heads.find((each) => this.y < middle(each));
    const after = under ? (others[others.indexOf(under) - 1] ?? null) : (others.at(-1) ?? null);
    if ((items.beside(moved[0], -1) ?? null) !== after) {
      place(items, moved, after);
      items.arrange();
    }
    if (moved.length === 1) this.aside(row, after);
  }

  /** Indent by the way aside; between rows that are under another one it is under it, too. */
  aside(row, after) {
    const way = (this.x - this.from.x) * (getComputedStyle(row).direction === "rtl" ? -1 : 1);
    const next = this.items.beside(row, 1);
    const within = Boolean(next && rows.isIndented(next));
    const wanted = after !== null && (within || (this.wasIndented ? way > -ASIDE : way > ASIDE));
    if (wanted !== rows.isIndented(row)) {
      rows.indent(row, wanted);
      this.items.arrange();
    }
  }

  /** Scroll what the list lies in as long as the pointer is near its edge. */
  scroll() {
    if (this.stop.signal.aborted) return;
    const box = scroller(this.items);
    const { top, bottom } = box === document.scrollingElement ? { top: 0, bottom: innerHeight } : box.getBoundingClientRect();
    const by = this.y < top + EDGE ? this.y - top - EDGE : this.y > bottom - EDGE ? this.y - bottom + EDGE : 0;
    if (by) {
      box.scrollBy(0, Math.max(-EDGE, Math.min(EDGE, by)) / 4);
      this.follow();
    }
    requestAnimationFrame(() => this.scroll());
  }

  pressed(event) {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.cancel();
  }

  cancel() {
    if (this.moving) {
      this.items.rows = this.before.map(([row]) => row);
      for (const [row, indented] of this.before) rows.indent(row, indented);
      this.items.arrange();
    }
    this.leave();
  }

  end() {
    if (this.moving) {
      // The press that ends here is no click on the handle.
      const drop = (event) => event.target.closest(".item-row__handle") && (event.preventDefault(), event.stopPropagation());
      addEventListener("click", drop, { capture: true, signal: AbortSignal.timeout(100) });
      this.items.changed();
      sayPlace(this.items, this.row);
    }
    this.leave();
  }

  leave() {
    this.stop.abort();
    this.items.classList.remove("memo-items--dragging");
    for (const each of this.moved ?? []) each.classList.remove("item-row--dragged");
  }
}

function middle(row) {
  const { top, bottom } = row.getBoundingClientRect();
  return (top + bottom) / 2;
}

/** What the list is scrolled with. */
function scroller(element) {
  for (let box = element.parentElement; box; box = box.parentElement) {
    if (/auto|scroll/.test(getComputedStyle(box).overflowY) && box.scrollHeight > box.clientHeight) return box;
  }
  return document.scrollingElement;
}
