/** What a tab remembers over a reload; where storage is switched off, nothing. */

/**
 * @template T
 * @param {string} key
 * @param {T} otherwise
 * @returns {T} what this page has remembered under `key`
 */
export function recall(key, otherwise) {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? "null") ?? otherwise;
  } catch {
    return otherwise;
  }
}

/** @param {string} key @param {unknown} value */
export function remember(key, value) {
  try {
    sessionStorage.setItem(key, JSON.stringify(value));
  } catch {
    forget(key); // switched off, or no room: a reload begins anew, and not with what was before
  }
}

/** @param {string} key */
export function forget(key) {
  try {
    sessionStorage.removeItem(key);
  } catch {
    // switched off: there is nothing
  }
}
