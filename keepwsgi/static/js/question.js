// A question the server asks before what cannot be undone, in a dialog over the page.

/** Whether the answer is such a question: its page has one form that is sent to say yes. */
export function isQuestion(answer) {
  return answer.ok && answer.main.querySelector("form [name=confirm]") !== null;
}

/** Ask it. Gives { url, form } to be sent if the reader says yes, else null. */
export function put(answer) {
  const dialog = document.createElement("dialog");
  dialog.className = "question";
  dialog.setAttribute("aria-labelledby", "question");
  dialog.append(document.adoptNode(answer.main.querySelector(".sheet")));
  dialog.querySelector("h1").id = "question";
  document.body.append(dialog);
  return new Promise((resolve) => {
    let said = null;
    dialog.addEventListener("submit", (event) => {
      event.preventDefault();
      said = { url: event.target.action, form: new FormData(event.target, event.submitter) };
      dialog.close();
    });
    dialog.addEventListener("click", (event) => {
      if (event.target !== dialog && !event.target.closest("a")) return;
      event.preventDefault();
      dialog.close();
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(said);
    });
    dialog.showModal();
    dialog.querySelector("a").focus();
  });
}
