/** A question in a dialog that keeps everything else waiting. */
import { all, byId } from "./dom.js";

/**
 * @param {string} id
 * @returns {Promise<string>} the value of the button that closed it; empty where a key did
 */
export function ask(id) {
  const dialog = byId(id, HTMLDialogElement);
  dialog.returnValue = ""; // closed by a key it would keep the last one
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue), { once: true });
  });
}

/** Close what is asked, unanswered: it is out of place by now. */
export function dismiss() {
  for (const dialog of all("dialog[open]", HTMLDialogElement)) dialog.close("");
}
