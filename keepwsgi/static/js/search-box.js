// Search while one types: what is found takes the place of the board, which is there again once the field is cleared,
// or Back was pressed. On a page without a board the field is a form like any other.
//
//   <search-box data-unreachable="…"><form role="search">…</form><div class="search-box__filters" hidden></div>…

import { isComposing } from "./composing.js";
import { ask, Unreachable, whatIsWrong } from "./fragment.js";
import { morph } from "./morph.js";
import { say, tell } from "./undo-bar.js";

const PAUSE = 30; // milliseconds after the last key
const SPOKEN = 500;

const board = () => document.querySelector("main > memo-board");
const here = () => location.pathname + location.search;
const isPlain = (event) => !event.defaultPrevented && !event.button && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;

class SearchBox extends HTMLElement {
  connectedCallback() {
    this.stop = new AbortController();
    const { signal } = this.stop;
    this.form = this.querySelector("form");
    this.field = this.querySelector(".search__field");
    this.clear = this.querySelector(".search__clear");
    this.shown = here();
    this.turn = 0;
    this.field.addEventListener("input", () => this.typed(), { signal });
    this.field.addEventListener("keydown", (event) => this.pressed(event), { signal });
    this.field.addEventListener("focus", () => this.offer(), { signal });
    this.form.addEventListener("submit", (event) => this.submitted(event), { signal });
    document.addEventListener("click", (event) => this.clicked(event), { signal });
    document.addEventListener("focusin", (event) => this.came(event.target), { signal });
    addEventListener("popstate", () => this.travelled(), { signal });
    if (this.field.value && document.activeElement === this.field) this.typed();
  }

  disconnectedCallback() {
    this.stop.abort();
  }

  get isFound() {
    return board()?.dataset.view === "found";
  }

  // Letters that are still being composed count: Korean is found while its last syllable is not finished. Nothing here
  // ever writes into the field while one types.
  typed() {
    this.clear.hidden = !this.field.value;
    clearTimeout(this.timer);
    if (!board()) return;
    if (this.field.value.trim()) this.timer = setTimeout(() => this.search(), PAUSE);
    else this.leave();
  }

  submitted(event) {
    if (!board()) return;
    event.preventDefault();
    this.search();
    if (matchMedia("(pointer: coarse)").matches) this.field.blur(); // the keyboard covers what was found
  }

  pressed(event) {
    if (isComposing(event)) return;
    if (event.key === "Escape" && board()) {
      event.preventDefault();
      this.field.value = "";
      this.typed();
      document.querySelector("main").focus({ preventScroll: true });
    } else if (event.key === "ArrowDown") {
      const offered = [...this.querySelectorAll(".search-box__filters a")].find((link) => link.checkVisibility());
      const first = offered ?? board()?.querySelector(".memo-card__link");
      if (first) event.preventDefault();
      first?.focus();
    }
  }

  clicked(event) {
    const link = event.target.closest?.(".search__clear, .filters a, .search-help a");
    if (!link || !isPlain(event) || !board()) return;
    event.preventDefault();
    if (link === this.clear) {
      this.field.value = "";
      this.typed();
      this.field.focus();
      return;
    }
    const { filter } = link.dataset;
    this.field.value = new URL(link.href).searchParams.get("q");
    this.clear.hidden = !this.field.value;
    // Without a word and without a filter there is still the page that offers them.
    this.search().then(() => filter && board().querySelector(`[data-filter="${CSS.escape(filter)}"]`)?.focus());
  }

  // Of a filter that is half in sight, the browser thinks it can be seen.
  came(element) {
    if (element.matches(".filters a")) element.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  /** Before anything is typed: what can be searched for, under the field. */
  async offer() {
    if (!board() || this.isFound || this.field.value) return;
    const place = this.querySelector(".search-box__filters");
    try {
      const { main } = await ask(this.form.action);
      const filters = main.querySelector(".filters");
      if (filters && !place.contains(document.activeElement)) place.replaceChildren(document.adoptNode(filters));
      place.hidden = !filters || this.isFound;
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
    }
  }

  async search() {
    clearTimeout(this.timer);
    const url = new URL(this.form.action);
    url.searchParams.set("q", this.field.value);
    const address = url.pathname + url.search;
    if (address === this.shown || this.leaving) return;
    const answer = await this.asked(address);
    if (!answer) return;
    if (this.isFound) {
      history.replaceState({ search: true }, "", address);
    } else {
      this.keepBoard();
      history.pushState({ search: true }, "", address);
    }
    this.show(answer, address);
    scrollTo(0, 0);
    this.speak();
  }

  /** The answer to the last question, if it has a board; null for one that was overtaken. */
  async asked(address) {
    const turn = this.overtake();
    let answer;
    try {
      answer = await ask(address, { signal: this.asking.signal });
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      if (turn === this.turn) say(this.dataset.unreachable, "error");
      return null;
    }
    if (turn !== this.turn) return null;
    if (answer.main.querySelector("memo-board")) return answer;
    if (answer.status === 401) location.assign(address);
    else say(whatIsWrong(answer), "error");
    return null;
  }

  overtake() {
    clearTimeout(this.timer);
    this.asking?.abort();
    this.asking = new AbortController();
    this.turn += 1;
    return this.turn;
  }

  show(answer, address) {
    this.put([...answer.main.children].filter((child) => child.localName !== "undo-bar"), answer);
    tell(answer.main);
    this.shown = address;
    if (!this.isFound) return;
    const offered = this.querySelector(".search-box__filters");
    offered.replaceChildren();
    offered.hidden = true;
  }

  put(nodes, { title, navigation }) {
    const main = document.querySelector("main");
    [...main.children].filter((child) => child.localName !== "undo-bar").forEach((child) => child.remove());
    main.append(...nodes.map((node) => document.adoptNode(node)));
    document.title = title;
    const shown = document.querySelector(".navigation");
    if (shown && navigation) morph(shown, navigation);
    // Whatever else is done above the board comes back to it.
    const next = document.querySelector(".top-bar__layout [name=next]");
    if (next) next.value = board().dataset.url;
  }

  /** The board as it is, to be put back: loaded pages, scroll and all. */
  keepBoard() {
    document.querySelector("memo-composer")?.close?.();
    this.kept = {
      address: this.shown,
      nodes: [...document.querySelector("main").children].filter((child) => child.localName !== "undo-bar"),
      title: document.title,
      navigation: document.querySelector(".navigation")?.cloneNode(true),
      scroll: scrollY,
    };
  }

  /** Back to the board that was searched. */
  async leave() {
    this.overtake();
    if (!this.isFound || this.leaving) return;
    if (this.kept && history.state?.search) {
      this.leaving = true;
      history.back();
      return;
    }
    const { pathname } = this.clear;
    const answer = await this.asked(pathname);
    if (!answer) return;
    history.pushState(null, "", pathname);
    this.show(answer, pathname);
  }

  async travelled() {
    const typing = this.leaving;
    this.leaving = false;
    // An open memo is the dialog's; a place within the page is the browser's.
    if (!board() || history.state?.memo || here() === this.shown) return;
    const address = here();
    if (!typing) {
      this.field.value = new URLSearchParams(location.search).get("q") ?? "";
      this.clear.hidden = !this.field.value;
    }
    if (this.kept?.address === address) {
      this.overtake();
      this.put(this.kept.nodes, this.kept);
      this.shown = address;
      scrollTo(0, this.kept.scroll);
      this.kept = undefined;
      board().catchUp?.();
    } else {
      const answer = await this.asked(address);
      if (!answer) return;
      if (!this.isFound) this.keepBoard();
      this.show(answer, address);
    }
    if (typing && this.field.value.trim()) this.search();
  }

  /** Say how many were found, once one pauses. */
  speak() {
    clearTimeout(this.speaking);
    this.speaking = setTimeout(() => {
      const said = board()?.querySelector(".board__count, .board__empty > p")?.textContent ?? "";
      this.querySelector("[role=status]").textContent = said.trim();
    }, SPOKEN);
  }
}

customElements.define("search-box", SearchBox);
