/** Tells the candidate live how to sit for the calibration; the gateway looks at the picture. */
import { all, byId, show } from "./dom.js";
import { hasText, t } from "./i18n.js";
import { setText } from "./list-view.js";

/** @import {Advice, Guide} from "../types/channel.d.ts" */
/** @import {Model, Panel} from "../types/model.d.ts" */

/** @type {Panel[]} */
const PANELS = ["calibrate", "calibrating"];
/** Without a word for so long nothing is known: the picture hangs, or nobody looks at it any more. */
const SILENCE_MS = 3_000;
/** Seen at once, said only when it lasts, and not one thing after the other: nobody could follow. */
const LASTS_MS = 1_200;
const APART_MS = 4_000;
/** The gateway looks no longer than twice this long unless it is asked again. */
const ASK_EVERY_MS = 10_000;

export class FaceGuide {
  #ask;
  #asked = ""; // the connection, during the stay on the panel, on which the gateway was asked
  #askedAt = 0;
  /** @type {Panel | ""} */
  #panel = "";
  /** @type {Advice | "wait"} */
  #advice = "wait";
  #heardAt = -Infinity;
  #since = 0; // when the advice became what it is
  #said = "";
  #saidAt = -Infinity;

  /** @param {() => void} ask has the gateway look for a while, or until it records */
  constructor(ask) {
    this.#ask = ask;
  }

  /**
   * Draw, and ask the gateway anew whenever the candidate comes to the panel or is connected again.
   * @param {Panel} panel
   * @param {Model} model
   */
  follow(panel, { snapshot, link, wantsVideo }) {
    const shown = wantsVideo && PANELS.includes(panel);
    for (const box of all("[data-guide]")) show(box, shown);
    show(byId("face-guide"), shown);
    if (!shown) this.#forget();
    this.#panel = shown ? panel : "";
    const ready = panel === "calibrate" && shown && link.state === "connected";
    const asked = ready ? `${snapshot?.epoch}` : "";
    if (asked === this.#asked) return;
    this.#asked = asked;
    this.#askAgain();
  }

  #askAgain() {
    if (this.#asked === "") return;
    this.#askedAt = performance.now();
    this.#ask();
  }

  /**
   * Take what the gateway advises; what this page has no words for is left out.
   * @param {Guide} guide
   */
  take({ advice }) {
    if (!hasText(`guide.${advice}`)) return;
    this.#heardAt = performance.now();
    this.#show(advice);
  }

  /** What changes with time alone. */
  tick() {
    const now = performance.now();
    if (now - this.#askedAt > ASK_EVERY_MS) this.#askAgain();
    if (now - this.#heardAt > SILENCE_MS) this.#show("wait");
    for (const box of all("[data-guide] .advice")) {
      box.dataset.advice = this.#advice;
      setText(box, t(`guide.${this.#advice}`));
    }
    byId("face-guide").dataset.advice = this.#advice;
    this.#speak(now);
  }

  /** @param {Advice | "wait"} advice */
  #show(advice) {
    if (advice === this.#advice) return;
    this.#advice = advice;
    this.#since = performance.now();
  }

  /**
   * For screen readers, but not into the recording of the calibration.
   * @param {number} now milliseconds
   */
  #speak(now) {
    if (this.#panel !== "calibrate") return;
    const due = now - this.#since >= LASTS_MS && now - this.#saidAt >= APART_MS;
    if (!due || this.#advice === this.#said || this.#advice === "wait") return;
    this.#said = this.#advice;
    this.#saidAt = now;
    setText(byId("guide-said"), t(`guide.${this.#advice}`));
  }

  #forget() {
    this.#heardAt = -Infinity;
    this.#said = "";
    this.#show("wait");
    setText(byId("guide-said"), "");
  }
}
