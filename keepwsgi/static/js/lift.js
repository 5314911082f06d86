// A card in the hand: it follows the pointer, the others close up around the place where it would go, and the page
// scrolls when it is held at an edge. Nothing moves in the markup: the order shown is that of the style.

import { calm, Columns, columnsOf, MOTION, shown } from "./masonry-grid.js";

const EDGE = 100; // pixels from the top and the foot of the window
const SPEED = 14; // pixels a frame, at the very edge

export class Lift {
  constructor(item, x, y) {
    this.item = item;
    this.grid = item.parentElement;
    this.others = shown(this.grid).filter((other) => other !== item);
    this.heights = this.others.map((other) => other.offsetHeight);
    this.next = item.nextElementSibling;
    this.index = this.others.indexOf(this.next);
    if (this.index === -1) this.index = this.others.length;
    const { left, top } = item.getBoundingClientRect();
    this.grip = { x: x - left, y: y - top };
    this.pointer = { x, y };
    this.shift = { x: 0, y: 0 };
    this.followed = false;
    item.dataset.lifted = "";
    this.frame = requestAnimationFrame(() => this.draw());
  }

  follow(x, y) {
    this.pointer = { x, y };
    this.followed = true;
  }

  draw() {
    this.frame = requestAnimationFrame(() => this.draw());
    if (!this.followed || !this.item.isConnected) return;
    this.scroll();
    const index = this.nearest();
    if (index !== this.index) {
      this.index = index;
      this.show();
    }
    this.hold();
  }

  // Under the pointer, wherever its place in the columns is.
  hold() {
    const { left, top } = this.item.getBoundingClientRect();
    const { pointer, grip, shift } = this;
    this.shift = { x: shift.x + pointer.x - grip.x - left, y: shift.y + pointer.y - grip.y - top };
    this.item.style.translate = `${this.shift.x}px ${this.shift.y}px`;
  }

  scroll() {
    const { y } = this.pointer;
    const depth = y < EDGE ? y - EDGE : Math.max(0, y - (innerHeight - EDGE));
    if (depth) scrollBy({ top: (Math.max(-EDGE, Math.min(EDGE, depth)) / EDGE) * SPEED, behavior: "instant" });
  }

  // The place whose corner is nearest to that of the card. It hangs on the others alone, so that a card never makes
  // room for one that thereby leaves the room again.
  nearest() {
    const { left, top } = this.grid.getBoundingClientRect();
    const { count, width, gap } = columnsOf(this.grid);
    const corner = { x: this.pointer.x - this.grip.x - left, y: this.pointer.y - this.grip.y - top };
    const columns = new Columns(count, gap);
    let best = { index: 0, distance: Infinity };
    for (let index = 0; index <= this.others.length; index += 1) {
      const place = columns.next();
      const distance = Math.hypot(place.column * (width + gap) - corner.x, place.top - corner.y);
      if (distance < best.distance) best = { index, distance };
      if (index < this.others.length) columns.put(this.heights[index]);
    }
    return best.index;
  }

  show() {
    [...this.others.slice(0, this.index), this.item, ...this.others.slice(this.index)].forEach((card, order) => {
      card.style.order = order + 1;
    });
    this.grid.parentElement.arrange?.({ moving: true });
  }

  // Let go. Returns the card before which it is to be put: the order is that of the markup again.
  drop() {
    const { item, shift } = this;
    cancelAnimationFrame(this.frame);
    for (const card of this.grid.children) card.style.order = "";
    item.style.translate = "";
    const land = () => delete item.dataset.lifted;
    if (this.followed && !calm.matches) {
      item.animate({ translate: [`${shift.x}px ${shift.y}px`, "0px 0px"] }, MOTION).finished.then(land, land);
    } else {
      land();
    }
    return this.others[this.index] ?? null;
  }

  // Let go, and everything is as it was.
  back() {
    this.drop();
    this.grid.parentElement.arrange?.({ moving: true });
  }
}
