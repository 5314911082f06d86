// Korean, Japanese and Chinese are composed: while they are, a key belongs to the input method and not to the page.

/** Whether a key event is the input method's. Safari says so only by the number, also of the Enter that ends it. */
export const isComposing = (event) => event.isComposing || event.keyCode === 229;
