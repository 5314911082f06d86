// Asks for the content of a page alone, at the same addresses as the links and forms of the page (X-Fragment: 1).

/** The server did not answer, or something in front of it did. Nothing is known of what became of the request. */
export class Unreachable extends Error {}

export const HEADERS = { Accept: "text/html", "X-Fragment": "1" };
const PATIENCE = 30_000;
const REASONS = ["#memo-file-errors", "#composer-file-errors", ".field__errors", ".error__message", "h1"];

/**
 * The answer to a GET or, with `form` (a FormData), to a POST, after the redirects: as `read` gives it.
 * Throws Unreachable, also for 502 to 504: what was asked may be asked again. `signal` ends the asking earlier.
 * After signing in again elsewhere this page has the token of a session that is gone: once it is sent anew.
 */
export async function ask(url, { form = null, signal = null } = {}) {
  const answer = await send(url, form, signal);
  const token = answer.status === 400 && form && answer.main.querySelector("kept-draft [name=csrf_token]")?.value;
  if (!token || token === form.get("csrf_token")) return answer;
  for (const field of document.querySelectorAll("[name=csrf_token]")) field.value = token;
  form.set("csrf_token", token);
  return send(url, form, signal);
}

async function send(url, form, signal) {
  const patience = AbortSignal.timeout(PATIENCE);
  const options = { headers: HEADERS, signal: signal ? AbortSignal.any([signal, patience]) : patience };
  let response, text;
  try {
    response = await fetch(url, form ? { ...options, method: "POST", body: encoded(form) } : options);
    text = await response.text();
  } catch (error) {
    throw new Unreachable("No answer", { cause: error });
  }
  return read(text, response);
}

/**
 * { ok, status, url, title, main, navigation }, the last two as elements of another document. Throws Unreachable.
 * Whoever of this page has signed out meanwhile, and somebody else in, is signed out here: 401.
 */
export function read(text, answer) {
  const { url } = answer;
  const page = new DOMParser().parseFromString(text, "text/html");
  const main = page.querySelector("main");
  const reader = document.querySelector("main")?.dataset.user;
  const other = reader && main?.dataset.user !== undefined && main.dataset.user !== reader;
  const status = other ? 401 : answer.status;
  if (!main || (status >= 502 && status <= 504)) {
    throw new Unreachable(`Answered ${status}`);
  }
  return {
    ok: status >= 200 && status < 300,
    status,
    url: new URL(url),
    title: page.title,
    main,
    navigation: page.querySelector(".navigation"),
  };
}

/** A form without files as the browser sends it by itself; multipart is read only where pictures are expected. */
function encoded(form) {
  const entries = [...form];
  const files = entries.filter(([, value]) => value instanceof File && value.size > 0);
  return files.length > 0 ? form : new URLSearchParams(entries.filter(([, value]) => typeof value === "string"));
}

/** What a refusal says of itself, in the reader's words: of the first field that is wrong, or the whole. */
export function whatIsWrong({ main, title }) {
  const said = REASONS.map((selector) => main.querySelector(selector)).find(Boolean);
  return said?.textContent.trim().replace(/\s+/g, " ") || title;
}

/** Where a form goes, and with what, when this button sends it; `form.action` may be a field of that name. */
export function sent({ target: form, submitter }) {
  const url = submitter?.hasAttribute("formaction") ? submitter.formAction : form.getAttribute("action");
  return { url: new URL(url, location.href).href, form: new FormData(form, submitter) };
}
