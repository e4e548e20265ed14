/** Lists that a screen reader hears about: unchanged ones are left alone, or it reads them again. */
import { make, show } from "./dom.js";

/** @param {HTMLElement} list @param {string[]} texts */
export function fillList(list, texts) {
  show(list, texts.length > 0);
  if (list.dataset.shown === texts.join("\n")) return;
  list.dataset.shown = texts.join("\n");
  list.replaceChildren(...texts.map((text) => make("li", {}, text)));
}

/** The same for one line. @param {HTMLElement} element @param {string} text */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
