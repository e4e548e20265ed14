/** Follows one answer by ear: whether the candidate speaks, and whether to offer an end. */
import { SilenceWatch } from "./silence.js";

/** @import {Turn} from "../types/model.d.ts" */
/** @import {Snapshot} from "../types/snapshot.d.ts" */

export class TurnWatch {
  /** @type {Turn} */
  static silent = { speaking: false, offered: false };

  #changed;
  /** @type {SilenceWatch | null} */
  #watch = null; // while an answer is recorded
  #attempt = "";
  #known = TurnWatch.silent;
  #declined = false;

  /** @param {(turn: Turn) => void} changed */
  constructor(changed) {
    this.#changed = changed;
  }

  /** Take over a snapshot: every attempt is listened to anew. @param {Snapshot} snapshot */
  follow({ state, question, attempt, extra_time }) {
    const now = state === "answering" ? `${question}:${attempt}` : "";
    if (now === this.#attempt) return;
    this.#attempt = now;
    this.#watch = now ? new SilenceWatch(extra_time) : null;
    this.#declined = false;
    this.#learn(TurnWatch.silent);
  }

  /** Take one level of the microphone. @param {number} level 0 to 1 */
  hear(level) {
    if (!this.#watch) return;
    this.#watch.hear(level, performance.now() / 1000);
    const { speaking, offers } = this.#watch;
    if (speaking) this.#declined = false;
    this.#learn({ speaking, offered: offers && !this.#declined });
  }

  /** The candidate is still thinking: be quiet until they have spoken again. */
  decline() {
    this.#declined = true;
    this.#learn({ ...this.#known, offered: false });
  }

  /** @param {Turn} turn */
  #learn(turn) {
    const { speaking, offered } = this.#known;
    if (turn.speaking === speaking && turn.offered === offered) return;
    this.#known = turn;
    this.#changed(turn);
  }
}
