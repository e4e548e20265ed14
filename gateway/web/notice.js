/** One line that says how the last action went. */
import { byId, first, show } from "./dom.js";

/** @param {"success" | "danger"} kind @param {string} text */
export function say(kind, text) {
  const box = byId("message");
  box.className = `message ${kind}`;
  box.setAttribute("role", kind === "danger" ? "alert" : "status");
  box.textContent = text;
  show(box, true);
  box.scrollIntoView({ block: "nearest" }); // a form may be longer than the screen
}

export function hush() {
  show(byId("message"), false);
}

/**
 * Run `work` while `form` cannot be sent a second time.
 * @param {HTMLFormElement} form
 * @param {() => Promise<void>} work
 */
export async function whileSending(form, work) {
  const button = first(form, "button:not([type=button])", HTMLButtonElement);
  button.disabled = true;
  hush();
  try {
    await work();
  } finally {
    button.disabled = false;
  }
}
