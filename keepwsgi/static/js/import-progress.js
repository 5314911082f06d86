// How far an import is, asked for again and again until it has ended; then the page is shown anew, with its report.
//
//   <import-progress>what the page says of it, with a link that asks again</import-progress>

import { ask, Unreachable } from "./fragment.js";
import { morph } from "./morph.js";

const EVERY = 1_500;
const WHEN_AWAY = 10_000;

class ImportProgress extends HTMLElement {
  connectedCallback() {
    this.stop = new AbortController();
    this.later(EVERY);
  }

  disconnectedCallback() {
    this.stop.abort();
    clearTimeout(this.timer);
  }

  later(delay) {
    this.timer = setTimeout(() => this.look(), delay);
  }

  async look() {
    try {
      const answer = await ask(location.href, { signal: this.stop.signal });
      const next = answer.main.querySelector("import-progress");
      if (!answer.ok || !next) return location.reload();
      morph(this, next);
      this.later(document.hidden ? WHEN_AWAY : EVERY);
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      if (!this.stop.signal.aborted) this.later(WHEN_AWAY);
    }
    return undefined;
  }
}

customElements.define("import-progress", ImportProgress);
