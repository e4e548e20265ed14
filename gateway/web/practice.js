/** A question to practise with. It never leaves the page: nothing is sent, stored or scored. */
import { byId, onClick, show } from "./dom.js";
import { keepFocus } from "./focus.js";
import { t } from "./i18n.js";
import { setText } from "./list-view.js";
import { SilenceWatch } from "./silence.js";
import { canRecord, playBack, recordUntil } from "./sound-check.js";
import { recall, remember } from "./storage.js";

/** @typedef {"ready" | "answering" | "playing" | "done" | "failed"} Step */

const LONGEST_MS = 60_000;
/**
 * Of `practice.*`, what is said instead of whose turn it is.
 * @type {Partial<Record<Step, "playing" | "over" | "failed">>}
 */
const OWN = { playing: "playing", done: "over", failed: "failed" };

export class Practice {
  #key;
  #stream;
  #over;
  /** @type {Step} */
  #step = "ready";
  /** @type {AbortController | null} */
  #stop = null; // ends the recording, or its play-back
  /** @type {Blob | null} */
  #recording = null;
  /** @type {SilenceWatch | null} */
  #watch = null;

  /**
   * @param {string} session
   * @param {() => MediaStream | null} stream what the devices deliver now
   * @param {() => void} over called when the candidate goes on to the interview
   */
  constructor(session, stream, over) {
    this.#key = `viva.practised.${session}`;
    this.#stream = stream;
    this.#over = over;
    onClick("practice-start", () => this.#answer());
    onClick("practice-done", () => this.stop());
    onClick("practice-hear", () => this.#hear());
    onClick("practised", () => this.#goOn());
  }

  /** Whether the candidate went on from it in this tab. */
  get passed() {
    return recall(this.#key, false);
  }

  /** Take one level of the microphone. @param {number} level 0 to 1 */
  hear(level) {
    if (!this.#watch) return;
    this.#watch.hear(level, performance.now() / 1000);
    this.#drawTurn();
  }

  /** Be still. */
  stop() {
    this.#stop?.abort();
  }

  draw() {
    const answering = this.#step === "answering";
    show(byId("practice-start"), !answering && this.#step !== "playing");
    show(byId("practice-done"), answering);
    show(byId("practice-hear"), this.#step === "done" && this.#recording !== null);
    show(byId("practised"), !answering);
    setText(byId("practice-start"), t(this.#step === "ready" ? "question.start" : "practice.again"));
    setText(byId("practised"), t(this.#step === "ready" ? "practice.skip" : "practice.go"));
    this.#lead(byId(this.#step === "ready" ? "practice-start" : "practised"));
    this.#drawTurn();
  }

  /** What comes next stands out, and stands first, for the keyboard too. @param {HTMLElement} button */
  #lead(button) {
    const buttons = button.parentElement;
    if (buttons === null) return;
    for (const each of buttons.children) {
      if (each.id !== "practice-done") each.classList.toggle("primary", each === button);
    }
    if (buttons.firstElementChild !== button) buttons.prepend(button);
  }

  #drawTurn() {
    const speaking = this.#watch?.speaking ?? false;
    /** @type {Partial<Record<Step, "hearing" | "listening" | "speaking">>} */
    const states = { answering: speaking ? "hearing" : "listening", playing: "speaking" };
    const state = states[this.#step] ?? "ready";
    byId("practice-turn").dataset.turn = state;
    const own = OWN[this.#step];
    setText(byId("practice-turn"), t(own ? `practice.${own}` : `turn.${state}`));
  }

  async #answer() {
    const stream = this.#stream();
    if (!stream) return;
    const stop = (this.#stop = new AbortController());
    this.#recording = null;
    this.#watch = new SilenceWatch();
    this.#show("answering");
    const timer = setTimeout(() => stop.abort(), LONGEST_MS);
    try {
      this.#recording = await this.#record(stream, stop.signal);
      this.#end("done");
    } catch (error) {
      console.warn(error);
      this.#end("failed");
    } finally {
      clearTimeout(timer);
    }
  }

  /** @param {Step} step */
  #end(step) {
    this.#watch = null;
    this.#show(step);
  }

  /**
   * @param {MediaStream} stream
   * @param {AbortSignal} signal
   * @returns {Promise<Blob | null>} null where this browser cannot record
   */
  async #record(stream, signal) {
    if (canRecord()) return recordUntil(stream, signal);
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    return null;
  }

  async #hear() {
    const recording = this.#recording;
    if (recording === null) return; // the button is not there
    const { signal } = (this.#stop = new AbortController());
    this.#show("playing");
    try {
      await playBack(recording, signal);
      this.#show("done");
    } catch (error) {
      console.warn(error);
      this.#show("failed");
    }
  }

  #goOn() {
    this.stop(); // or one's own voice would talk into the question
    this.#recording = null;
    remember(this.#key, true);
    this.#over();
  }

  /** @param {Step} step */
  #show(step) {
    this.#step = step;
    this.draw();
    keepFocus();
  }
}
