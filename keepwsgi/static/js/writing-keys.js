// The keys of a form in which a note is written, in the composer and in the open memo.

import { isComposing } from "./composing.js";

/** Enter in the title goes on to the text, Ctrl+Enter closes the note as its own button does. */
export function writingKeys(event) {
  if (event.key !== "Enter" || event.defaultPrevented || isComposing(event)) return;
  const { form } = event.target;
  if (event.ctrlKey || event.metaKey) {
    event.preventDefault();
    form.requestSubmit();
  } else if (event.target.name === "title") {
    event.preventDefault();
    [...form.querySelectorAll("[name=body], .item-row__text")].find((field) => field.checkVisibility())?.focus();
  }
}
