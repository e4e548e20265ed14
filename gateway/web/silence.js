/**
 * Hears from the microphone's level whether somebody speaks, and when to ask whether they are done.
 *
 * A pause is no end: people think. So silence only ever leads to an offer, later where little was
 * said, and none at all before the first word.
 */

/** Seconds of silence before the offer. */
const PATIENCE_S = 2.5;
const PATIENCE_SHORT_S = 5;
/** Seconds of speech below which an answer is short. */
const SHORT_S = 10;
/** Speech that counts as a beginning: less may be a cough. */
const FIRST_WORDS_S = 0.5;
/** How far above the room speech is, as a share of the meter's 60 dB, and the least it can be. */
const ABOVE_ROOM = 0.15;
const LEAST = 0.22;
/** How quickly the estimate of the room's own noise rises towards what is heard, a second. */
const ROOM_RISES = 0.02;
/** Gaps between words are no silence. */
const WORD_GAP_S = 0.6;

export class SilenceWatch {
  #patience;
  #room = 0.3;
  #speech = 0;
  /** @type {number | null} */
  #lastSpoke = null;
  /** @type {number | null} */
  #lastAt = null;

  /** @param {number} patience factor by which silence is waited for longer than usual */
  constructor(patience = 1) {
    this.#patience = patience;
  }

  /**
   * Take the `level` (0 to 1) heard at `seconds` on any steady clock.
   * @param {number} level
   * @param {number} seconds
   */
  hear(level, seconds) {
    const passed = this.#lastAt === null ? 0 : Math.min(1, seconds - this.#lastAt);
    this.#lastAt = seconds;
    this.#room = Math.min(level, this.#room + ROOM_RISES * passed);
    if (level < Math.max(LEAST, this.#room + ABOVE_ROOM)) return;
    this.#speech += passed;
    this.#lastSpoke = seconds;
  }

  /** Whether words are being said, short gaps included. */
  get speaking() {
    return this.#silence < WORD_GAP_S;
  }

  /** Whether to ask if that was all. */
  get offers() {
    if (this.#speech < FIRST_WORDS_S) return false;
    const usual = this.#speech < SHORT_S ? PATIENCE_SHORT_S : PATIENCE_S;
    return this.#silence >= usual * this.#patience;
  }

  get #silence() {
    if (this.#lastSpoke === null || this.#lastAt === null) return Infinity;
    return this.#lastAt - this.#lastSpoke;
  }
}
