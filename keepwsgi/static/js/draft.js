// What was typed and is not on the server yet, kept in this browser: for a closed tab, a lost connection, a session
// that ended. One entry for each form and user; it goes when the server has the text.

const PREFIX = "keepwsgi draft ";

/** Keep the fields of a form, as [name, value] pairs. A full or forbidden storage keeps nothing, and says nothing. */
export function keep(key, fields) {
  try {
    localStorage.setItem(PREFIX + key, JSON.stringify(fields));
  } catch {
    // Then only the page itself has the text.
  }
}

/** The fields kept under the key, or null. */
export function kept(key) {
  try {
    const fields = JSON.parse(localStorage.getItem(PREFIX + key));
    return Array.isArray(fields) ? fields : null;
  } catch {
    return null;
  }
}

export function forget(key) {
  try {
    localStorage.removeItem(PREFIX + key);
  } catch {
    // As above.
  }
}

/** The keys that begin so and have something kept. */
export function keysOf(beginning) {
  try {
    const all = Object.keys(localStorage).filter((key) => key.startsWith(PREFIX + beginning));
    return all.map((key) => key.slice(PREFIX.length));
  } catch {
    return [];
  }
}
