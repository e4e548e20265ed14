/** Which answer is being recorded, known over a reload too: so that the page can say it was cut off. */
import { recall, remember } from "./storage.js";

export class OpenAnswer {
  #key;

  /** @param {string} session whose answers these are */
  constructor(session) {
    this.#key = `viva.open.${session}`;
  }

  /**
   * Take over a snapshot.
   * @param {object | null} previous the snapshot before it
   * @returns {boolean} whether the answer that was being recorded is to be given again
   */
  follow(previous, { state, question, attempt }) {
    const open = previous?.state === "answering" ? previous : recall(this.#key, null);
    remember(this.#key, state === "answering" ? { question, attempt } : null);
    return open?.question === question && open.attempt < attempt;
  }
}
