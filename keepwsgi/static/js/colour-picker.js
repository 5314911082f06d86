// Colours: Enter chooses one in a form, rather than sending the form; a card has its new one before the server says so.
//
//   <color-choice><details class="menu">…<input type="radio" name="color">…</details></color-choice>

class ColorChoice extends HTMLElement {
  connectedCallback() {
    this.stop = new AbortController();
    this.addEventListener("keydown", (event) => this.pressed(event), { signal: this.stop.signal });
  }

  disconnectedCallback() {
    this.stop.abort();
  }

  pressed(event) {
    if (event.key !== "Enter" || event.target.type !== "radio") return;
    event.preventDefault();
    event.target.click();
    this.querySelector("details").open = false;
    this.querySelector("summary").focus();
  }
}

customElements.define("color-choice", ColorChoice);

/** Show what a button that gives colours will do to its card, or to all that are ticked; gives the way back. */
export function paint(button) {
  if (button?.name !== "color") return () => {};
  const own = button.closest(".memo-card");
  const cards = own ? [own] : [...document.querySelectorAll(".memo-card:has(.memo-card__select :checked)")];
  const before = cards.map((card) => card.dataset.color);
  cards.forEach((card) => (card.dataset.color = button.value));
  return () => cards.forEach((card, index) => (card.dataset.color = before[index]));
}
