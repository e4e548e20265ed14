/** The way in: what will happen, then what the candidate agrees to. Nothing is taken before. */
import { ApiError } from "./api.js";
import { byId, fieldsOf, first } from "./dom.js";

/** @import {EntranceState} from "../types/model.d.ts" */
/** @import {Given, Purpose} from "../types/snapshot.d.ts" */

/**
 * @typedef {object} Handlers
 * @property {(consent: Given) => Promise<Given>} send has the gateway keep a consent; what was kept
 * @property {(changes: {entrance: EntranceState}) => void} update what is shown now
 * @property {(consent: Given) => void} agreed the gateway keeps a consent that allows an interview
 * @property {() => Purpose[]} purposes what is asked for
 */

/** Of the texts `consent.*`; the gateway takes no other, and keeps it with the consent. */
const TEXT_VERSION = "4";
/** @type {Partial<Record<string, boolean>>} */
const ANSWERS = { yes: true, no: false };

export class Entrance {
  #send;
  /** @type {(changes: Partial<EntranceState>) => void} */
  #update;
  #agreed;
  #purposes;

  /** @param {Handlers} on what to call */
  constructor({ send, update, agreed, purposes }) {
    this.#send = send;
    this.#purposes = purposes;
    this.#update = (changes) => update({ entrance: { ...Entrance.start, ...changes } });
    this.#agreed = agreed;
    byId("welcomed").addEventListener("click", () => this.#show("consent"));
    byId("back").addEventListener("click", () => this.#show("welcome"));
    byId("reconsider").addEventListener("click", () => this.#show("consent"));
    byId("consent-form").addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#submit();
    });
  }

  /** What is shown at first. @type {EntranceState} */
  static start = { panel: "welcome", missing: [], busy: false, error: null };

  /** @param {EntranceState["panel"]} panel */
  #show(panel) {
    this.#update({ panel });
  }

  async #submit() {
    const purposes = this.#purposes();
    const choices = readChoices(purposes);
    const missing = purposes.filter((purpose) => choices[purpose] === undefined);
    const { audio, video, text } = choices;
    if (audio === undefined || video === undefined || text === undefined) {
      this.#update({ panel: "consent", missing });
      first(byId("consent-form"), `[name=${missing[0]}]`).focus();
      return;
    }
    this.#update({ panel: "consent", busy: true });
    try {
      const kept = await this.#send({ audio, video, text, text_version: TEXT_VERSION });
      const agreed = kept.audio || kept.text;
      this.#show(agreed ? "consent" : "declined");
      if (agreed) this.#agreed(kept);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.#update({ panel: "consent", error: error.advice });
    }
  }
}

/**
 * By purpose, true or false; undefined where nothing was chosen. What is not asked for is not used.
 * @param {Purpose[]} purposes
 */
function readChoices(purposes) {
  const form = byId("consent-form", HTMLFormElement);
  const kind = RadioNodeList;
  const fields = fieldsOf(form, { audio: kind, video: kind, text: kind });
  /** @param {Purpose} purpose */
  const chosen = (purpose) => (purposes.includes(purpose) ? ANSWERS[fields[purpose].value] : false);
  return { audio: chosen("audio"), video: chosen("video"), text: chosen("text") };
}
