/** Follows one answer by ear: whether the candidate speaks, and whether to offer an end. */
import { SilenceWatch } from "./silence.js";

export class TurnWatch {
  static silent = { speaking: false, offered: false };

  #changed;
  #watch = null; // while an answer is recorded
  #attempt = "";
  #known = TurnWatch.silent;
  #declined = false;

  /** @param {(turn: {speaking: boolean, offered: boolean}) => void} changed */
  constructor(changed) {
    this.#changed = changed;
  }

  /** Take over a snapshot: every attempt is listened to anew. */
  follow({ state, question, attempt, extra_time }) {
    const now = state === "answering" ? `${question}:${attempt}` : "";
    if (now === this.#attempt) return;
    this.#attempt = now;
    this.#watch = now ? new SilenceWatch(extra_time) : null;
    this.#declined = false;
    this.#learn(TurnWatch.silent);
  }

  /** Take one level of the microphone. */
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

  #learn(turn) {
    const { speaking, offered } = this.#known;
    if (turn.speaking === speaking && turn.offered === offered) return;
    this.#known = turn;
    this.#changed(turn);
  }
}
