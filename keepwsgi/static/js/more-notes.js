// The next page of a board, put at the end of this one before the reader gets there. The link to it stays, to be
// pressed where that has failed, or instead of waiting for it.
//
//   <more-notes data-says="60 more notes">the link, while there is a next page; <p role="status"></p></more-notes>

import { ask, Unreachable } from "./fragment.js";
import { say } from "./undo-bar.js";

const AHEAD = "800px 0px";

class MoreNotes extends HTMLElement {
  connectedCallback() {
    this.board = this.closest("memo-board");
    this.stop = new AbortController();
    const { signal } = this.stop;
    this.near = new IntersectionObserver((seen) => seen.at(-1).isIntersecting && this.load(), { rootMargin: AHEAD });
    this.addEventListener("click", (event) => this.clicked(event), { signal });
    addEventListener("pagehide", () => this.remember(), { signal });
    this.pages = 0;
    this.comeBack();
  }

  disconnectedCallback() {
    this.near.disconnect();
    this.stop.abort();
  }

  get link() {
    return this.querySelector("[rel=next]");
  }

  // An observer speaks when it begins to watch: so it is asked anew after each page.
  watch() {
    this.near.disconnect();
    if (this.link) this.near.observe(this.link);
  }

  async clicked(event) {
    if (!event.target.closest("[rel=next]") || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    const first = await this.load({ pressed: true });
    // Pressed by key: go on where the new ones begin.
    if (event.detail === 0) first?.querySelector(".memo-card__link").focus();
  }

  // The first of the cards that came, or undefined; of several calls at once one asks.
  load({ pressed = false } = {}) {
    this.loading ??= this.append(pressed).finally(() => (this.loading = undefined));
    return this.loading;
  }

  async append(pressed) {
    const { link, board } = this;
    if (!link) return undefined;
    link.setAttribute("aria-busy", "true");
    try {
      const answer = await ask(link.href);
      const next = answer.main.querySelector("more-notes");
      if (!answer.ok || !next || this.link !== link) throw new Unreachable(`Answered ${answer.status}`);
      // What is not seen for a frame has not jumped, if the reader was at the link before the cards were.
      const nav = link.closest("nav");
      nav.hidden = link !== document.activeElement;
      requestAnimationFrame(() => ((nav.hidden = false), this.watch()));
      const added = this.take(answer.main);
      this.pages += 1;
      this.querySelector("[role=status]").textContent = next.dataset.says;
      this.follow(link, next.querySelector("[rel=next]"), added);
      return added[0];
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      // Not again by itself: the link is there to be pressed.
      this.near.disconnect();
      if (pressed) say(board.dataset.unreachable, "error");
      return undefined;
    } finally {
      link.removeAttribute("aria-busy");
    }
  }

  take(main) {
    const added = [];
    for (const section of main.querySelectorAll("[data-section]")) {
      const list = this.board.querySelector(`[data-section="${section.dataset.section}"] .board__grid`);
      for (const item of [...section.querySelectorAll(".board__grid > li")]) {
        // One that was moved about meanwhile may be here already.
        if (this.board.querySelector(`#${item.firstElementChild.id}`)) continue;
        added.push(document.adoptNode(item));
        list.append(item);
      }
    }
    this.board.settle();
    return added;
  }

  // The link goes on to the page after, so that the focus stays on it; from one that is gone it goes to the new cards.
  follow(link, next, added) {
    if (next) {
      link.href = next.href;
      return;
    }
    const focused = link === document.activeElement;
    link.closest("nav").remove();
    if (focused) added[0]?.querySelector(".memo-card__link").focus();
  }

  // Whoever comes back to a page that the browser has not kept finds as much of it, and stands where they were.
  remember() {
    if (this.pages) history.replaceState({ ...history.state, more: { pages: this.pages, top: scrollY } }, "");
  }

  async comeBack() {
    const { more } = history.state ?? {};
    const [{ type }] = performance.getEntriesByType("navigation");
    if (more && this.board.dataset.loaded === undefined && (type === "back_forward" || type === "reload")) {
      this.board.dataset.loaded = "";
      while (this.pages < more.pages && this.link && (await this.load()));
      scrollTo({ top: more.top, behavior: "instant" });
    }
    this.watch();
  }
}

customElements.define("more-notes", MoreNotes);
