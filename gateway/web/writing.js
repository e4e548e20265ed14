/** What the candidate writes: kept in this tab and at the gateway, so that no cut loses a word. */
import { byId } from "./dom.js";
import { isTyped } from "./interview-state.js";
import { recall, remember } from "./storage.js";

/** How often a draft is sent at most, and how often when the time is about to be over. */
const EVERY_MS = 2_000;
const LAST_EVERY_MS = 400;
const LAST_S = 2;

/** @import {Draft} from "../types/model.d.ts" */
/** @import {Snapshot} from "../types/snapshot.d.ts" */

/** @type {Draft} */
export const NOTHING_WRITTEN = { question: 0, text: "", saved: "", sent: "" };

export class Writing {
  /** @type {string} */
  #key;
  /** @type {(text: string) => Promise<void>} */
  #send;
  /** @type {(draft: Draft) => void} */
  #changed;
  /** @type {Draft} */
  #draft;
  #sending = false;
  #sentAt = -Infinity;

  /**
   * @param {string} session whose answers these are
   * @param {(text: string) => Promise<void>} send has the gateway keep a draft; settled when it has
   * @param {(draft: Draft) => void} changed called with what is known now
   */
  constructor(session, send, changed) {
    this.#key = `viva.written.${session}`;
    this.#send = send;
    this.#changed = changed;
    this.#draft = recall(this.#key, NOTHING_WRITTEN);
    this.#area.addEventListener("input", () => this.#learn({ text: this.#area.value }));
  }

  /** @returns {Draft} */
  get draft() {
    return this.#draft;
  }

  /**
   * Take over a snapshot. What stands here is newer than a draft that this tab has sent; one that
   * it has not sent comes from another window, and counts unless somebody has gone on writing here.
   * @param {Snapshot} snapshot
   */
  follow(snapshot) {
    if (!isTyped(snapshot)) return;
    const { question, written } = snapshot;
    const { text, saved, sent, ...known } = this.#draft;
    const unsent = text !== saved && text !== sent;
    const ours = written === saved || written === sent || unsent;
    const here = known.question === question && ours && snapshot.state !== "ended";
    const now = { question, text: here ? text : written, saved: written, sent: written };
    if (!here || !this.#sending) this.#learn(now);
  }

  /** Nothing is kept of the interview any more. */
  forget() {
    this.#learn(NOTHING_WRITTEN);
  }

  /** Let the candidate go on where they were: at the end of what they have written. */
  focus() {
    this.#area.focus();
    this.#area.setSelectionRange(this.#area.value.length, this.#area.value.length);
  }

  /**
   * Send the draft if it has changed and it is time to.
   * @param {number} left seconds until the answer ends
   */
  tick(left) {
    const { text, sent, question } = this.#draft;
    const pause = left < LAST_S ? LAST_EVERY_MS : EVERY_MS;
    if (text === sent || this.#sending || performance.now() - this.#sentAt < pause) return;
    void this.#save(question, text);
  }

  /**
   * @param {number} question
   * @param {string} text
   */
  async #save(question, text) {
    this.#sending = true;
    this.#sentAt = performance.now();
    this.#learn({ sent: text });
    try {
      await this.#send(text);
      if (this.#draft.question === question) this.#learn({ saved: text });
    } catch (error) {
      console.warn(error);
      if (this.#draft.sent === text) this.#learn({ sent: this.#draft.saved }); // to be sent again
    } finally {
      this.#sending = false;
    }
  }

  /** @param {Partial<Draft>} news */
  #learn(news) {
    this.#draft = { ...this.#draft, ...news };
    remember(this.#key, this.#draft);
    this.#show();
    this.#changed(this.#draft);
  }

  #show() {
    if (this.#area.value !== this.#draft.text) this.#area.value = this.#draft.text;
  }

  get #area() {
    return byId("answer-text", HTMLTextAreaElement);
  }
}
