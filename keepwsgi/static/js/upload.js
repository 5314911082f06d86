// Sends pictures, a few at a time, and tells how far each has come. What `fetch` cannot tell, XMLHttpRequest can.

import { HEADERS, read, Unreachable } from "./fragment.js";

const AT_ONCE = 3; // the server decodes four, and others may be uploading too
const TRIES = 8;
const WAIT = 2; // seconds, where a busy server does not say

const waiting = [];
let running = 0;

/**
 * The answer to a form with a file, as `read` gives it, once it is its turn. `progress` is called with 0 to 1.
 * Throws Unreachable; the signal's reason where it was cancelled.
 */
export async function upload(url, form, { progress, signal }) {
  if (running >= AT_ONCE) await new Promise((go) => waiting.push(go));
  running += 1;
  try {
    for (let left = TRIES; ; left -= 1) {
      signal.throwIfAborted();
      const request = await send(url, form, { progress, signal });
      const busy = request.status === 503 || request.status === 429;
      if (!busy || left === 1) return read(request.responseText, { status: request.status, url: request.responseURL });
      await pause(Number(request.getResponseHeader("Retry-After")) || WAIT, signal);
    }
  } finally {
    running -= 1;
    waiting.shift()?.();
  }
}

function send(url, form, { progress, signal }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const cancel = () => request.abort();
    request.open("POST", url);
    for (const [name, value] of Object.entries(HEADERS)) request.setRequestHeader(name, value);
    request.upload.addEventListener("progress", ({ loaded, total }) => progress(total ? loaded / total : 0));
    request.addEventListener("load", () => resolve(request));
    request.addEventListener("error", () => reject(new Unreachable("No answer")));
    request.addEventListener("abort", () => reject(signal.reason));
    request.addEventListener("loadend", () => signal.removeEventListener("abort", cancel));
    signal.addEventListener("abort", cancel);
    request.send(form);
  });
}

function pause(seconds, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, seconds * 1000);
    signal.addEventListener("abort", () => (clearTimeout(timer), reject(signal.reason)), { once: true });
  });
}
