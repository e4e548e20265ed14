/** Session and token travel in the address' fragment: a reload keeps them, no server log sees them. */

/** @returns {Partial<Record<string, string>>} */
export function readFragment() {
  return Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
}

/** A link to another thing of the same page changes the fragment alone: the page begins anew. */
export function reloadOnAnotherFragment() {
  addEventListener("hashchange", () => location.reload());
}

/** @param {string} page @param {Record<string, string>} values */
export function pageAddress(page, values) {
  return `${page}#${new URLSearchParams(values)}`;
}
