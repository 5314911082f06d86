// A box on a card is ticked at once; what else that moves comes with the answer.

/** Tick or untick the box that was pressed. Gives what is to be called when it is known whether that was `done`. */
export function tickAtOnce(button) {
  if (!button?.matches(".memo-card .item__box")) return () => {};
  const card = button.closest(".memo-card");
  const before = [button.getAttribute("aria-checked"), button.getAttribute("formaction")];
  const ticked = before[0] === "true";
  // Pressed once more before the answer it takes itself back.
  show(button, String(!ticked), before[1].replace(/(un)?check$/, ticked ? "check" : "uncheck"));
  const place = boxes(card).indexOf(button);
  return (done) => {
    if (!done) show(button, ...before);
    // It has gone down to the ticked ones, or up from them: the next one is where it was.
    else if (!button.isConnected && document.activeElement === document.body) {
      (boxes(card)[Math.min(place, boxes(card).length - 1)] ?? card.querySelector("a"))?.focus({ preventScroll: true });
    }
  };
}

function show(button, ticked, address) {
  button.setAttribute("aria-checked", ticked);
  button.setAttribute("formaction", address);
}

const boxes = (card) => [...card.querySelectorAll("button.item__box")].filter((box) => box.checkVisibility());
