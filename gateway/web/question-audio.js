/** Plays each question once by itself, and again where asked to; never two at a time. */
import { fetchQuestionAudio } from "./api.js";

export class QuestionAudio {
  #access;
  #on;
  #element = new Audio();
  #wanted = null; // the question that is to be heard now
  #heard = new Set();
  /** Steps one after the other: `pause` never meets a `play` that is still on its way. */
  #steps = Promise.resolve();

  /**
   * @param {{session: string, token: string}} access
   * @param {object} on what to call:
   *   `playing(question)` when it can be heard for the first time;
   *   `blocked()` when the browser wants a click first; `failed(Error)` when there is no sound
   */
  constructor(access, on) {
    this.#access = access;
    this.#on = on;
    for (const question of this.#remembered()) this.#heard.add(question);
  }

  /** Play the question that `snapshot` puts, unless it was heard; be silent where none is put. */
  follow({ state, question, question_audio }) {
    if (state !== "asked") return this.stop();
    if (question_audio && this.#wanted !== question && !this.#heard.has(question)) {
      this.#play(question);
    }
  }

  /** Play the question once more, from its beginning. */
  again({ question, question_audio }) {
    if (question_audio) this.#play(question);
  }

  /** Be silent: the candidate speaks. */
  stop() {
    if (this.#wanted === null) return;
    this.#wanted = null;
    this.#then(() => this.#element.pause());
  }

  #play(question) {
    this.#wanted = question;
    this.#then(async () => {
      const clip = await fetchQuestionAudio(this.#access, question);
      if (this.#wanted !== question) return; // the candidate began to answer
      this.#element.pause();
      URL.revokeObjectURL(this.#element.src);
      this.#element.src = URL.createObjectURL(clip);
      await this.#element.play();
      if (this.#heard.has(question)) return;
      this.#heard.add(question);
      this.#remember();
      this.#on.playing(question);
    });
  }

  #then(step) {
    this.#steps = this.#steps.then(step).catch((error) => {
      if (error.name === "NotAllowedError") this.#on.blocked();
      else this.#on.failed(error);
    });
  }

  // A reloaded page does not play again what was heard before.
  get #key() {
    return `viva.heard.${this.#access.session}`;
  }

  #remembered() {
    try {
      return JSON.parse(sessionStorage.getItem(this.#key)) ?? [];
    } catch {
      return []; // storage is switched off
    }
  }

  #remember() {
    try {
      sessionStorage.setItem(this.#key, JSON.stringify([...this.#heard]));
    } catch {
      // storage is switched off: a reload plays the question once more
    }
  }
}
