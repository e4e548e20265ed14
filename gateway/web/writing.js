/** What the candidate writes: kept in this tab and at the gateway, so that no cut loses a word. */
import { byId } from "./dom.js";
import { isTyped } from "./interview-state.js";
import { forget, recall, remember } from "./storage.js";

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
  /** @type {() => void} */
  #joined;
  /** @type {Draft} */
  #draft;
  #sending = false;
  #sentAt = -Infinity;

  /**
   * @param {string} session whose answers these are
   * @param {(text: string) => Promise<void>} send has the gateway keep a draft; settled when it has
   * @param {(draft: Draft) => void} changed called with what is known now
   * @param {() => void} joined called when what was written elsewhere and here stands together
   */
  constructor(session, send, changed, joined) {
    this.#key = `viva.written.${session}`;
    this.#send = send;
    this.#changed = changed;
    this.#joined = joined;
    this.#draft = recall(this.#key, NOTHING_WRITTEN);
    this.#area.addEventListener("input", () => {
      if (!this.#area.readOnly) this.#learn({ text: this.#area.value });
    });
  }

  /** @returns {Draft} */
  get draft() {
    return this.#draft;
  }

  /**
   * Take over a snapshot. What stands here is newer than a draft that this tab has sent. One that it
   * has not sent comes from another window: where somebody has gone on writing here too, both stand.
   * @param {Snapshot} snapshot
   */
  follow(snapshot) {
    if (!isTyped(snapshot)) return;
    const { question, written, state } = snapshot;
    const { text, saved, sent } = this.#draft;
    if (state === "ended") return this.forget();
    if (this.#draft.question !== question) {
      return this.#learn({ question, text: written, saved: written, sent: written });
    }
    if (this.#sending) return; // its reply comes first
    const ours = written === saved || written === sent;
    const stands = ours ? text : joinedText(written, text, saved);
    this.#learn({ text: stands, saved: written, sent: written });
    if (stands !== text && stands !== written) this.#joined();
  }

  /** Nothing of it stays in this tab. */
  forget() {
    this.#draft = NOTHING_WRITTEN;
    forget(this.#key);
    this.#show();
    this.#changed(this.#draft);
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
    const { text, saved, question } = this.#draft;
    const pause = left < LAST_S ? LAST_EVERY_MS : EVERY_MS;
    if (text === saved || this.#sending || performance.now() - this.#sentAt < pause) return;
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
      console.warn(error); // it is sent again, as it was not saved
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

/**
 * What stands when `written`, by somebody elsewhere, meets `text`, of which `saved` was known there.
 * @param {string} written
 * @param {string} text
 * @param {string} saved
 */
function joinedText(written, text, saved) {
  if (text === saved || written.startsWith(text)) return written;
  return text.startsWith(written) ? text : `${written}\n\n${text}`;
}
