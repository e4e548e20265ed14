/** What the candidate does not want to see of themselves: own picture, live scores. */
import { byId } from "./dom.js";
import { recall, remember } from "./storage.js";

const KEY = "viva.hidden";
const BUTTONS = { self: "hide-self", scores: "hide-scores" };

export class Hud {
  #hidden = new Set(recall(KEY, []));

  /** @param {(hidden: Set<string>) => void} changed called with the parts that are hidden */
  constructor(changed) {
    for (const [part, id] of Object.entries(BUTTONS)) {
      byId(id).addEventListener("click", () => {
        if (!this.#hidden.delete(part)) this.#hidden.add(part);
        remember(KEY, [...this.#hidden]);
        changed(this.hidden);
      });
    }
  }

  get hidden() {
    return new Set(this.#hidden);
  }
}
