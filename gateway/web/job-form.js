/** The form of a job: what its interviews are to be. Made here once, for a new job and to change one. */
import { fieldsOf, first } from "./dom.js";
import { applyTexts } from "./i18n.js";
import { RubricFields } from "./rubric-fields.js";

/** @import {NewJob} from "../types/jobs.d.ts" */
/** @import {Language} from "../types/snapshot.d.ts" */

const DEFAULT_QUESTIONS = 3;

/** What the form is made of. */
const FIELDS = {
  position: HTMLInputElement,
  company: HTMLInputElement,
  language: RadioNodeList,
  policy: RadioNodeList,
  show_report: HTMLInputElement,
  questions: HTMLInputElement,
  fixed: HTMLTextAreaElement,
  answer_limit_s: HTMLInputElement,
  retakes: HTMLInputElement,
};

/**
 * @param {string} key
 * @param {string} control
 * @returns the field of `control` with its label, and its hint right below: `jobs.${key}.hint`
 */
const hinted = (key, control) => `
  <div class="field">
    <label class="field"><span data-t="jobs.${key}"></span>${control}</label>
    <p id="${key}-hint" class="hint" data-t="jobs.${key}.hint"></p>
  </div>
`;

/** Texts are filled in by their keys; nothing that anybody has typed goes in here. */
const MARKUP = `
  <label class="field">
    <span data-t="jobs.position"></span>
    <input name="position" maxlength="200" required />
  </label>
  <label class="field">
    <span data-t="jobs.company"></span>
    <input name="company" maxlength="200" autocomplete="organization" />
  </label>
  <fieldset>
    <legend data-t="jobs.language"></legend>
    <div class="choice">
      <label><input type="radio" name="language" value="ko" /><span lang="ko">한국어</span></label>
      <label><input type="radio" name="language" value="en" /><span lang="en">English</span></label>
    </div>
  </fieldset>
  <fieldset>
    <legend data-t="jobs.policy"></legend>
    <div class="choice">
      <label>
        <input type="radio" name="policy" value="hiring" checked />
        <span>
          <span data-t="jobs.policy.hiring"></span>
          <span class="hint" data-t="jobs.policy.hiring.hint"></span>
        </span>
      </label>
      <label>
        <input type="radio" name="policy" value="practice" />
        <span>
          <span data-t="jobs.policy.practice"></span>
          <span class="hint" data-t="jobs.policy.practice.hint"></span>
        </span>
      </label>
    </div>
  </fieldset>
  <label class="tick" data-hiring>
    <input name="show_report" type="checkbox" />
    <span>
      <span data-t="jobs.show-report"></span>
      <span class="hint" data-t="jobs.show-report.hint"></span>
    </span>
  </label>
  <label class="field">
    <span data-t="jobs.questions"></span>
    <input name="questions" type="number" min="1" max="50" required />
  </label>
  ${hinted("fixed", `<textarea name="fixed" rows="4" aria-describedby="fixed-hint"></textarea>`)}
  ${hinted("limit", `<input name="answer_limit_s" type="number" min="10" max="3600" aria-describedby="limit-hint" />`)}
  ${hinted("retakes", `<input name="retakes" type="number" min="0" max="5" aria-describedby="retakes-hint" />`)}
  <fieldset data-rubric>
    <legend data-t="jobs.rubric"></legend>
    <p class="hint" data-t="jobs.rubric.hint"></p>
  </fieldset>
`;

export class JobForm {
  #form;
  #fields;
  #rubric;

  /** @param {HTMLFormElement} form filled before what is in it: its button */
  constructor(form) {
    const template = document.createElement("template");
    template.innerHTML = MARKUP;
    form.prepend(template.content);
    applyTexts(form);
    this.#form = form;
    this.#fields = fieldsOf(form, FIELDS);
    this.#rubric = new RubricFields(first(form, "[data-rubric]"));
    form.addEventListener("change", () => this.#draw());
  }

  /** Show a job as it is, or what a new one is at first. @param {NewJob} job */
  fill({ position, company, language, policy, questions, fixed, ...job }) {
    const fields = this.#fields;
    fields.position.value = position;
    fields.company.value = company;
    fields.language.value = language;
    fields.policy.value = policy;
    fields.show_report.checked = job.show_report;
    fields.questions.value = String(questions ?? (fixed.length || DEFAULT_QUESTIONS));
    fields.fixed.value = fixed.join("\n");
    fields.answer_limit_s.value = String(job.answer_limit_s ?? "");
    fields.retakes.value = String(job.retakes ?? "");
    this.#rubric.fill(job.rubric);
    this.#draw();
  }

  /** The job as the gateway takes it. @returns {NewJob} */
  read() {
    const fields = this.#fields;
    const fixed = fields.fixed.value
      .split("\n")
      .map((each) => each.trim())
      .filter((each) => each !== "");
    /** @param {HTMLInputElement} field */
    const optional = (field) => (field.value === "" ? null : Number(field.value));
    return {
      position: fields.position.value.trim(),
      company: fields.company.value.trim(),
      language: fields.language.value === "ko" ? "ko" : "en",
      policy: fields.policy.value === "practice" ? "practice" : "hiring",
      show_report: fields.show_report.checked && fields.policy.value === "hiring",
      questions: Math.max(Number(fields.questions.value), fixed.length),
      fixed,
      answer_limit_s: optional(fields.answer_limit_s),
      retakes: optional(fields.retakes),
      rubric: this.#rubric.read(),
    };
  }

  /** Who practises sees the report in any case. */
  #draw() {
    first(this.#form, "[data-hiring]").hidden = this.#fields.policy.value !== "hiring";
  }
}

/** What a new job is at first. @param {Language} language @returns {NewJob} */
export function newJob(language) {
  return {
    position: "",
    company: "",
    language,
    policy: "hiring",
    show_report: false,
    questions: DEFAULT_QUESTIONS,
    fixed: [],
    answer_limit_s: null,
    retakes: null,
    rubric: [],
  };
}
