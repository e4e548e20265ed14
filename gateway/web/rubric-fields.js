/** The criteria of a rubric: lines of a form that come and go. */
import { all, first, make } from "./dom.js";
import { t } from "./i18n.js";

/** @import {Criterion} from "../types/jobs.d.ts" */
/** @import {TextKey} from "./i18n.js" */

const MOST = 8;
const NAME = "[a-z][a-z0-9_]{0,39}"; // as the gateway takes it

export class RubricFields {
  #lines = make("div", { class: "criteria" });
  #add = make("button", { type: "button", class: "small" }, t("jobs.rubric.add"));

  /** @param {HTMLElement} root what the lines and a button for another one are put into */
  constructor(root) {
    root.append(this.#lines, this.#add);
    this.#add.addEventListener("click", () => {
      first(this.#append({ name: "", meaning: "" }), "input").focus();
    });
  }

  /** @param {Criterion[]} criteria */
  fill(criteria) {
    this.#lines.replaceChildren();
    for (const criterion of criteria) this.#append(criterion);
    this.#draw();
  }

  /** @returns {Criterion[]} */
  read() {
    return [...this.#lines.children].map((line) => {
      const inputs = all("input", HTMLInputElement, line);
      const [name = "", meaning = ""] = inputs.map(({ value }) => value.trim());
      return { name, meaning };
    });
  }

  /** @param {Criterion} criterion */
  #append({ name, meaning }) {
    const naming = field("jobs.rubric.name", {
      maxlength: "40",
      pattern: NAME,
      title: t("jobs.rubric.name.hint"),
      autocapitalize: "none",
    });
    const telling = field("jobs.rubric.meaning", { maxlength: "300" });
    first(naming, "input", HTMLInputElement).value = name;
    first(telling, "input", HTMLInputElement).value = meaning;
    const remove = make("button", { type: "button", class: "small" }, t("jobs.rubric.remove"));
    const line = make("div", { class: "criterion" }, naming, telling, remove);
    remove.addEventListener("click", () => {
      line.remove();
      this.#draw();
      this.#add.focus();
    });
    this.#lines.append(line);
    this.#draw();
    return line;
  }

  #draw() {
    this.#add.disabled = this.#lines.children.length >= MOST;
  }
}

/** @param {TextKey} key @param {Record<string, string>} attributes */
function field(key, attributes) {
  const input = make("input", { ...attributes, required: "" });
  return make("label", { class: "field" }, make("span", {}, t(key)), input);
}
