// A board that is open: its forms are sent without leaving it, and their answers tell what has changed on it since.
//
//   <memo-board data-view="active" data-revision="12" data-unreachable="…">sections, cards, selection…</memo-board>

import { tickAtOnce } from "./card-ticks.js";
import { paint } from "./colour-picker.js";
import { ask, sent, Unreachable, whatIsWrong } from "./fragment.js";
import { morph, move } from "./morph.js";
import { answered } from "./question.js";
import { say, tell } from "./undo-bar.js";

class MemoBoard extends HTMLElement {
  connectedCallback() {
    this.stop = new AbortController();
    const { signal } = this.stop;
    this.url = this.dataset.url;
    this.left = new Map(); // id -> where a card stood that is not shown any more, for boards without an order
    const main = this.closest("main");
    main.addEventListener("submit", (event) => this.submitted(event), { signal });
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.catchUp(), { signal });
    addEventListener("pageshow", (event) => event.persisted && this.catchUp(), { signal });
    addEventListener("online", () => this.catchUp(), { signal });
  }

  disconnectedCallback() {
    this.stop.abort();
  }

  get revision() {
    return Number(this.dataset.revision);
  }

  /** This board, as an address a form can come back to, so that its answer tells only what has changed. */
  get next() {
    return `${this.url}${this.url.includes("?") ? "&" : "?"}since=${this.revision}`;
  }

  async submitted(event) {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    event.preventDefault();
    const { submitter } = event;
    const { url, form: data } = sent(event);
    if (url.endsWith("/move") && !this.aim(data, submitter)) return;
    submitter?.closest("details.menu")?.removeAttribute("open");
    const undone = form.closest("undo-bar .flash");
    const focused = undone?.contains(document.activeElement);
    this.came = undefined;
    if (focused) this.closest("main").focus({ preventScroll: true });
    undone?.remove();
    const back = paint(submitter);
    const ticked = tickAtOnce(submitter);
    const done = await this.send(url, data);
    ticked(done);
    if (!done) back();
    if (done && form.id === "selection") this.clearSelection();
    if (done && focused && document.activeElement === this.closest("main")) this.came?.querySelector(".memo-card__link").focus();
  }

  /** Send a form; true once the board shows what came of it. Nothing is changed where the server is not reached. */
  async send(url, form) {
    form.set("next", this.next);
    try {
      const answer = await answered(url, form);
      return answer ? this.take(answer) : false;
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      say(this.dataset.unreachable, "error");
      return false;
    }
  }

  /** The same with fields of one's own, { name: value }. */
  post(url, fields) {
    const form = new FormData();
    form.set("csrf_token", this.querySelector("[name=csrf_token]").value);
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    return this.send(url, form);
  }

  /** Show what has changed since, wherever it was changed. */
  async catchUp() {
    try {
      return this.take(await ask(this.next));
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      return false;
    }
  }

  /** Show what an answer says of this board. */
  take(answer) {
    const changes = answer.main.querySelector(".board-changes");
    const whole = answer.main.querySelector("memo-board");
    if (changes) this.merge(changes);
    else if (whole && Number(whole.dataset.revision) >= this.revision) this.replace(whole);
    else if (!whole && answer.status === 401) location.assign(this.url); // which leads to signing in, and back
    else if (!whole) say(whatIsWrong(answer), "error");
    tell(answer.main);
    const navigation = document.querySelector(".navigation");
    if (navigation && answer.navigation && (changes || whole)) morph(navigation, answer.navigation);
    return Boolean(changes || whole);
  }

  replace(whole) {
    this.left.clear();
    const focused = document.activeElement;
    morph(this, whole);
    if (!focused.isConnected) this.closest("main").focus();
  }

  merge(changes) {
    // An answer that was overtaken by a later one tells nothing new.
    if (Number(changes.dataset.revision) < this.revision) return;
    this.dataset.revision = changes.dataset.revision;
    const empty = !this.querySelector(".memo-card");
    const focused = document.activeElement?.closest?.(".board__grid > li");
    for (const id of changes.dataset.gone.split(" ")) {
      const item = id && this.item(id);
      if (item) this.takeOut(item, id);
    }
    for (const section of changes.querySelectorAll("[data-section]")) {
      for (const item of [...section.querySelectorAll(".board__grid > li")]) this.place(item, section.dataset.section);
    }
    this.settle();
    if (empty !== !this.querySelector(".memo-card")) {
      if (focused && !focused.isConnected) this.closest("main").focus();
      this.reload();
    } else if (focused && !focused.isConnected) this.focusNear(focused);
  }

  /** The list item of a memo's card, or null. */
  item(id) {
    return this.querySelector(`#memo-${id}`)?.parentElement ?? null;
  }

  takeOut(item, id) {
    const list = item.parentElement;
    this.left.set(id, { list, next: item.nextElementSibling });
    this.beside = item.nextElementSibling ?? item.previousElementSibling;
    item.remove();
  }

  place(item, section) {
    const id = item.firstElementChild.id.replace("memo-", "");
    const shown = this.item(id);
    const list = this.querySelector(`[data-section="${section}"] .board__grid`);
    if (shown && shown.parentElement === list && shown.dataset.order === item.dataset.order) {
      this.refresh(shown, item);
      return;
    }
    const next = this.following(item, list, id);
    if (next === undefined) {
      shown?.remove();
      return;
    }
    if (shown) {
      this.refresh(shown, item);
      move(list, shown, next);
    } else {
      this.came = list.insertBefore(document.adoptNode(item), next);
    }
    this.left.delete(id);
  }

  refresh(shown, item) {
    const ticked = shown.querySelector(".memo-card__select input")?.checked;
    morph(shown, item);
    if (ticked) shown.querySelector(".memo-card__select input").checked = true;
  }

  /** The item before which this one belongs, null for the end; undefined if it belongs to a page not loaded yet. */
  following(item, list, id) {
    const { order } = item.dataset;
    if (order === undefined) {
      const place = this.left.get(id);
      if (place) return place.next?.parentElement === list ? place.next : null;
      return this.dataset.view === "found" ? undefined : list.firstElementChild;
    }
    const next = [...list.children].find((other) => other.dataset.order > order && other !== this.item(id));
    if (next) return next;
    const more = this.querySelector("[rel=next]");
    const later = [...this.querySelectorAll(".board__grid > li")].some((other) =>
      list.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING && !list.contains(other));
    return more && !later ? undefined : null;
  }

  /** Sections with cards are seen, and called what they are. */
  settle() {
    for (const section of this.querySelectorAll("[data-section]")) {
      section.hidden = !section.querySelector(".board__grid > li");
    }
    const others = this.querySelector("#board-others[data-beside]");
    const pinned = this.querySelector("[data-section=pinned]");
    if (others) others.textContent = pinned && !pinned.hidden ? others.dataset.beside : others.dataset.alone;
  }

  focusNear() {
    (this.beside?.isConnected ? this.beside.querySelector(".memo-card__link") : this.closest("main")).focus();
  }

  async reload() {
    try {
      const answer = await ask(this.url);
      const whole = answer.main.querySelector("memo-board");
      if (!whole) return;
      // Something was changed while this was on its way.
      if (Number(whole.dataset.revision) < this.revision) await this.reload();
      else this.replace(whole);
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
    }
  }

  clearSelection() {
    for (const box of this.querySelectorAll(".memo-card__select input:checked")) box.checked = false;
    this.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /** The neighbour a card moves past: the one it has now, not when the page was made. */
  aim(data, submitter) {
    const item = submitter.closest("li:has(> .memo-card)");
    const past = submitter.name === "before" ? item.previousElementSibling : item.nextElementSibling;
    if (past) data.set(submitter.name, past.firstElementChild.id.replace("memo-", ""));
    return past !== null;
  }
}

customElements.define("memo-board", MemoBoard);

/** The board of this page, or null. */
export const board = () => document.querySelector("memo-board");
