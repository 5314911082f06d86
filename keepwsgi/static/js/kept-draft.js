// A question about a text that is kept as a draft: whatever is answered, the answer has the text from then on.
//
//   <kept-draft data-draft="7 /memos/42">the forms and links that answer it</kept-draft>

import { forget } from "./draft.js";

class KeptDraft extends HTMLElement {
  connectedCallback() {
    this.addEventListener("submit", () => forget(this.dataset.draft));
    this.addEventListener("click", (event) => event.target.closest("a") && forget(this.dataset.draft));
  }
}

customElements.define("kept-draft", KeptDraft);
