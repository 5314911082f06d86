// Asks for the content of a page alone, at the same addresses as the links and forms of the page (X-Fragment: 1).

/** The server did not answer, or something in front of it did. Nothing is known of what became of the request. */
export class Unreachable extends Error {}

const PATIENCE = 30_000;

/**
 * The answer to a GET or, with `form` (a FormData), to a POST, after the redirects:
 * { ok, status, url, title, main, navigation }, the last two as elements of another document.
 * Throws Unreachable, also for 502 to 504: what was asked may be asked again.
 */
export async function ask(url, { form = null } = {}) {
  const options = { headers: { Accept: "text/html", "X-Fragment": "1" }, signal: AbortSignal.timeout(PATIENCE) };
  let response, text;
  try {
    response = await fetch(url, form ? { ...options, method: "POST", body: encoded(form) } : options);
    text = await response.text();
  } catch (error) {
    throw new Unreachable("No answer", { cause: error });
  }
  const page = new DOMParser().parseFromString(text, "text/html");
  const main = page.querySelector("main");
  if (!main || (response.status >= 502 && response.status <= 504)) {
    throw new Unreachable(`Answered ${response.status}`);
  }
  return {
    ok: response.ok,
    status: response.status,
    url: new URL(response.url),
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
