/** Which answer is being recorded, known over a reload too: so that the page can say it was cut off. */
import { recall, remember } from "./storage.js";

/** @import {Snapshot} from "../types/snapshot.d.ts" */

/** @typedef {Pick<Snapshot, "question" | "attempt">} Answer which one is being recorded */

export class OpenAnswer {
  #key;

  /** @param {string} session whose answers these are */
  constructor(session) {
    this.#key = `viva.open.${session}`;
  }

  /**
   * Take over a snapshot.
   * @param {Snapshot | null} previous the snapshot before it
   * @param {Snapshot} snapshot
   * @returns {boolean} whether the answer that was being recorded is to be given again
   */
  follow(previous, { state, question, attempt }) {
    /** @type {Answer | null} */
    const open = previous?.state === "answering" ? previous : recall(this.#key, null);
    remember(this.#key, state === "answering" ? { question, attempt } : null);
    return open !== null && open.question === question && open.attempt < attempt;
  }
}
