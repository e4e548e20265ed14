/** Plays each question once by itself, and again where asked to; never two at a time. */
import { fetchQuestionAudio } from "./api.js";

/** @import {Access} from "../types/sessions.d.ts" */
/** @import {Snapshot} from "../types/snapshot.d.ts" */

/**
 * @typedef {object} Handlers
 * @property {(question: number) => void} first it can be heard for the first time
 * @property {(sounding: boolean) => void} sounding sound begins or ends
 * @property {() => void} blocked the browser wants a click first
 * @property {(error: unknown) => void} failed there is no sound
 */

export class QuestionAudio {
  #access;
  #on;
  #element = new Audio();
  /** @type {{question: number, url: string} | null} */
  #clip = null;
  /** @type {number | null} */
  #wanted = null; // the question that is to be heard now
  /** @type {Set<number>} */
  #heard = new Set();
  /** Steps one after the other: `pause` never meets a `play` that is still on its way. */
  #steps = Promise.resolve();

  /**
   * @param {Access} access
   * @param {Handlers} on what to call
   */
  constructor(access, on) {
    this.#access = access;
    this.#on = on;
    for (const question of this.#remembered()) this.#heard.add(question);
    for (const name of ["playing", "pause", "ended"]) {
      this.#element.addEventListener(name, () => on.sounding(name === "playing"));
    }
  }

  /** Play the question that `snapshot` puts, unless it was heard. @param {Snapshot} snapshot */
  follow({ question, question_audio }) {
    if (this.#wanted !== question) this.stop();
    if (question_audio && this.#wanted === null && !this.#heard.has(question)) {
      this.#play(question);
    }
  }

  /** Play the question once more, from its beginning. @param {Snapshot} snapshot */
  again({ question }) {
    this.#play(question);
  }

  /** Be silent until it is wanted again: the candidate has heard enough. */
  hush() {
    this.#then(() => this.#element.pause());
  }

  /** Be silent: the question is not put any more. */
  stop() {
    if (this.#wanted === null) return;
    this.#wanted = null;
    this.hush();
  }

  /** @param {number} question */
  #play(question) {
    this.#wanted = question;
    this.#then(async () => {
      if (this.#clip?.question !== question) await this.#fetch(question);
      if (this.#wanted !== question) return; // the candidate began to answer
      this.#element.pause();
      this.#element.currentTime = 0;
      await this.#element.play();
      if (this.#heard.has(question)) return;
      this.#heard.add(question);
      this.#remember();
      this.#on.first(question);
    });
  }

  /** @param {number} question */
  async #fetch(question) {
    const clip = await fetchQuestionAudio(this.#access, question);
    if (this.#clip) URL.revokeObjectURL(this.#clip.url);
    this.#clip = { question, url: URL.createObjectURL(clip) };
    this.#element.src = this.#clip.url;
  }

  /** @param {() => void | Promise<void>} step */
  #then(step) {
    this.#steps = this.#steps.then(step).catch((error) => {
      if (error instanceof Error && error.name === "NotAllowedError") this.#on.blocked();
      else this.#on.failed(error);
    });
  }

  // A reloaded page does not play again what was heard before.
  get #key() {
    return `viva.heard.${this.#access.session}`;
  }

  /** @returns {number[]} */
  #remembered() {
    try {
      return JSON.parse(sessionStorage.getItem(this.#key) ?? "null") ?? [];
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
