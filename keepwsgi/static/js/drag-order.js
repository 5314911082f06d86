// Moves a card of a board to another place in its section: by the mouse, by a finger that has rested on it, or with
// Alt+Shift and an arrow key. What is dropped is sent as the buttons of the card's menu send it.
//
//   <drag-order data-moved="Moved to place {place} of {count}"><p role="status"></p></drag-order>, inside <memo-board>

import { Lift } from "./lift.js";
import { move } from "./morph.js";

const CARD = ".board__grid > li[data-order]";
const OTHERS = "button, input, summary, label, .menu, .ticked__summary, a:not(.memo-card__link)";
const FAR = 5; // pixels after which a press is a drag
const REST = 350; // milliseconds a finger rests on a card before it takes it along
const EARLIER = ["ArrowUp", "ArrowLeft"];
const LATER = ["ArrowDown", "ArrowRight"];

class DragOrder extends HTMLElement {
  connectedCallback() {
    this.board = this.closest("memo-board");
    this.stop = new AbortController();
    const { signal } = this.stop;
    const listen = (target, kind, heard, options = {}) => target.addEventListener(kind, heard, { signal, ...options });
    listen(this.board, "pointerdown", (event) => this.pressed(event));
    listen(document, "pointermove", (event) => this.pulled(event));
    listen(document, "pointerup", (event) => this.released(event));
    listen(document, "pointercancel", () => this.cancel());
    listen(document, "keydown", (event) => this.typed(event), { capture: true });
    listen(document, "keyup", (event) => ["Alt", "Shift"].includes(event.key) && this.settle());
    listen(this.board, "focusout", () => this.settle());
    // Neither the page scrolls nor the browser's menu opens under a finger that has a card.
    listen(this.board, "touchmove", (event) => this.lift && event.cancelable && event.preventDefault(), { passive: false });
    listen(this.board, "contextmenu", (event) => this.press && this.touched && event.preventDefault());
    listen(this.board, "dragstart", (event) => event.target.closest?.(CARD) && event.preventDefault());
    listen(document, "click", (event) => this.clicked(event), { capture: true });
  }

  disconnectedCallback() {
    this.cancel();
    this.stop.abort();
  }

  pressed(event) {
    this.dropped = false;
    const item = event.target.closest(CARD);
    if (!item || event.button || !event.isPrimary || event.ctrlKey || event.metaKey || event.target.closest(OTHERS)) return;
    this.touched = event.pointerType !== "mouse";
    this.press = { item, id: event.pointerId, x: event.clientX, y: event.clientY };
    if (this.touched) this.rest = setTimeout(() => this.take(), REST);
  }

  pulled(event) {
    const { press } = this;
    if (!press || event.pointerId !== press.id) return;
    if (this.lift) {
      this.lift.follow(event.clientX, event.clientY);
    } else if (Math.hypot(event.clientX - press.x, event.clientY - press.y) > (this.touched ? 2 * FAR : FAR)) {
      if (this.touched) this.cancel();
      else this.take();
      this.lift?.follow(event.clientX, event.clientY);
    }
  }

  take() {
    const { item, id, x, y } = this.press;
    if (!item.isConnected) return;
    // So that the card is told of the pointer wherever it goes, out of the window too.
    item.setPointerCapture(id);
    this.lift = new Lift(item, x, y);
  }

  released(event) {
    const { press, lift } = this;
    if (!press || event.pointerId !== press.id) return;
    this.forget();
    if (!lift) return;
    this.dropped = true;
    // That of a mouse comes at once or not at all, that of a finger by and by.
    if (!this.touched) setTimeout(() => (this.dropped = false));
    const next = lift.drop();
    if (!lift.followed && this.touched) {
      // A finger that rested and went away again has selected the card.
      press.item.querySelector(".memo-card__select input").click();
    } else if (next !== press.item.nextElementSibling) {
      this.put(press.item, next);
      this.send(press.item, lift.next);
    }
  }

  cancel() {
    this.lift?.back();
    this.forget();
  }

  forget() {
    clearTimeout(this.rest);
    this.press = this.lift = undefined;
  }

  // The click that ends a drag opens nothing.
  clicked(event) {
    // But for the one that this makes itself.
    if (!this.dropped || !event.isTrusted) return;
    this.dropped = false;
    event.preventDefault();
    event.stopPropagation();
  }

  typed(event) {
    this.dropped = false;
    if (event.key === "Escape" && this.lift) {
      event.preventDefault();
      event.stopPropagation();
      this.dropped = true;
      this.cancel();
      return;
    }
    const item = event.target.closest?.(CARD);
    const arrow = [...EARLIER, ...LATER].includes(event.key);
    if (!item || !arrow || !event.altKey || !event.shiftKey || event.ctrlKey || event.metaKey || this.lift) return;
    event.preventDefault();
    const past = EARLIER.includes(event.key) ? item.previousElementSibling : item.nextElementSibling;
    if (!past) return;
    if (this.carried?.item !== item) this.carried = { item, next: item.nextElementSibling };
    this.put(item, EARLIER.includes(event.key) ? past : past.nextElementSibling);
    item.scrollIntoView({ block: "nearest" });
  }

  // A card is carried as long as the keys are held, and sent once.
  settle() {
    const { carried } = this;
    this.carried = undefined;
    if (carried && carried.item.nextElementSibling !== carried.next) this.send(carried.item, carried.next);
  }

  put(item, next) {
    const focused = item.contains(document.activeElement) ? document.activeElement : null;
    const { carried } = this;
    this.carried = undefined; // in some browsers what is moved loses the focus: that is not the reader leaving it
    move(item.parentElement, item, next);
    focused?.focus({ preventScroll: true });
    this.carried = carried;
    const cards = [...item.parentElement.children];
    this.say(cards.indexOf(item) + 1, cards.length);
  }

  say(place, count) {
    this.querySelector("[role=status]").textContent = this.dataset.moved.replace("{place}", place).replace("{count}", count);
  }

  // `before`: what stood after it before; there it goes again if it cannot be moved.
  async send(item, before) {
    const list = item.parentElement;
    const { nextElementSibling: next, previousElementSibling: previous } = item;
    const id = (card) => card.firstElementChild.id.replace("memo-", "");
    const path = item.querySelector(".memo-card__link").pathname;
    const done = await this.board.post(`${path}/move`, next ? { before: id(next) } : { after: id(previous) });
    if (!done && item.isConnected) this.put(item, before?.parentElement === list ? before : null);
  }
}

customElements.define("drag-order", DragOrder);
