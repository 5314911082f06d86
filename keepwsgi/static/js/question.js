// A question the server asks before what cannot be undone, in a dialog over the page.

import { ask } from "./fragment.js";

/** The answer to a form (fragment.js), after the questions it has put; null if the reader said no to one. */
export async function answered(url, form) {
  const answer = await ask(url, { form });
  if (!answer.ok || !answer.main.querySelector("form [name=confirm]")) return answer;
  const said = await put(answer);
  if (!said) return null;
  said.form.set("next", form.get("next"));
  return answered(said.url, said.form);
}

// Put the question. Gives { url, form } to be sent if the reader says yes, else null.
function put(answer) {
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
