/** What the candidate does not want to see of themselves: own picture, live scores. */
import { byId } from "./dom.js";
import { recall, remember } from "./storage.js";

/** @import {Part} from "../types/model.d.ts" */

const KEY = "viva.hidden";
/** @type {[Part, string][]} */
const BUTTONS = [
  ["self", "hide-self"],
  ["scores", "hide-scores"],
];

export class Hud {
  #hidden = new Set(recall(KEY, /** @type {Part[]} */ ([])));

  /** @param {(hidden: Set<Part>) => void} changed called with the parts that are hidden */
  constructor(changed) {
    for (const [part, id] of BUTTONS) {
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
