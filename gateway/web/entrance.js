/** The way in: what will happen, then what the candidate agrees to. Nothing is taken before. */
import { ApiError } from "./api.js";
import { byId } from "./dom.js";

/** Of the texts `consent.*`; the gateway takes no other, and keeps it with the consent. */
const TEXT_VERSION = "4";

export class Entrance {
  #send;
  #update;
  #agreed;
  #purposes;

  /**
   * @param {object} on what to call:
   *   `send(consent)` to have the gateway keep a consent; it resolves to what was kept;
   *   `update({entrance})` with what is shown: `{panel, missing, busy, error}`;
   *   `agreed(consent)` when the gateway has kept a consent that allows an interview;
   *   `purposes()`, which says what is asked for
   */
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

  /** What is shown at first. */
  static start = { panel: "welcome", missing: [], busy: false, error: null };

  #show(panel) {
    this.#update({ panel });
  }

  async #submit() {
    const purposes = this.#purposes();
    const choices = readChoices(purposes);
    const missing = purposes.filter((purpose) => choices[purpose] === undefined);
    if (missing.length > 0) {
      this.#update({ panel: "consent", missing });
      byId("consent-form").elements[missing[0]][0].focus();
      return;
    }
    this.#update({ panel: "consent", busy: true });
    try {
      const kept = await this.#send({ ...choices, text_version: TEXT_VERSION });
      const agreed = kept.audio || kept.text;
      this.#show(agreed ? "consent" : "declined");
      if (agreed) this.#agreed(kept);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.#update({ panel: "consent", error: error.advice });
    }
  }
}

/** By purpose, true or false; undefined where nothing was chosen. What is not asked for is not used. */
function readChoices(purposes) {
  const { elements } = byId("consent-form");
  const chosen = purposes.map((purpose) => [purpose, { yes: true, no: false }[elements[purpose].value]]);
  return { audio: false, video: false, text: false, ...Object.fromEntries(chosen) };
}
