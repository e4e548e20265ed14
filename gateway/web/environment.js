/** The environment test: what was tried, and what came of it. */
import { byId } from "./dom.js";
import { canRecord, playBack, playNotes, recordVoice } from "./sound-check.js";

/** @import {Check} from "../types/model.d.ts" */

/** A level that speech reaches and a quiet room does not: -39 dB. */
const SPEECH_LEVEL = 0.35;

/** What is known at first. @type {Check} */
export const UNTESTED = {
  heard: false,
  recordable: canRecord(),
  voice: "idle",
  speaker: "untested",
  roundTripMs: null,
};

export class Environment {
  #known = UNTESTED;
  #changed;
  /** @type {AbortController | null} */
  #stop = null; // ends the recording, and its play-back

  /**
   * @param {() => MediaStream | null} stream what the devices deliver now
   * @param {(known: Check) => void} changed called with all that is known
   */
  constructor(stream, changed) {
    this.#changed = changed;
    byId("record").addEventListener("click", () => void this.#tryVoice(stream()));
    byId("play").addEventListener("click", () => void this.#trySpeaker());
    byId("heard").addEventListener("click", () => this.#learn({ speaker: "heard" }));
    byId("unheard").addEventListener("click", () => this.#learn({ speaker: "unheard" }));
  }

  /** Take one level of the microphone. @param {number} level 0 to 1 */
  hear(level) {
    if (level > SPEECH_LEVEL && !this.#known.heard) this.#learn({ heard: true });
  }

  /** Another microphone has to be heard anew. */
  forgetVoice() {
    this.#learn({ heard: false, voice: "idle" });
  }

  /** The candidate goes on: what they hear of themselves would be in the way. */
  stop() {
    this.#stop?.abort();
  }

  /** @param {number | null} roundTripMs to the gateway and back */
  measured(roundTripMs) {
    if (roundTripMs !== null) this.#learn({ roundTripMs });
  }

  /** @param {MediaStream | null} stream */
  async #tryVoice(stream) {
    if (!stream) return;
    const { signal } = (this.#stop = new AbortController());
    try {
      this.#learn({ voice: "recording" });
      const recording = await recordVoice(stream, signal);
      this.#learn({ voice: "playing" });
      await playBack(recording, signal);
      this.#learn({ voice: "idle" });
    } catch (error) {
      console.warn(error);
      this.#learn({ voice: "failed" });
    }
  }

  async #trySpeaker() {
    this.#learn({ speaker: "playing" });
    await playNotes();
    this.#learn({ speaker: "asking" });
  }

  /** @param {Partial<Check>} news */
  #learn(news) {
    this.#known = { ...this.#known, ...news };
    this.#changed(this.#known);
  }
}
