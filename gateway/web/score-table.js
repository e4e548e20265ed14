/** A table of scores, one row a question; used during the interview and in the report. */
import { make } from "./dom.js";
import { percent, points } from "./format.js";
import { t } from "./i18n.js";

/** @import {ComponentName} from "../types/events.d.ts" */
/** @import {QuestionReport} from "../types/report.d.ts" */
/** @import {Policy, Scores} from "../types/snapshot.d.ts" */

/** @typedef {{policy: Policy, video: boolean, typed?: boolean}} Shown what decides which components there are */
/** @typedef {"question" | ComponentName | "coverage" | "words"} Column of `scores.*` */

/** @type {ComponentName[]} */
const COMPONENTS = ["gaze", "voice", "smile", "posture", "emotion", "total"];

/**
 * The components shown: under the hiring policy emotion does not exist, not even as a column, of
 * whom the camera does not see there is what was heard, and of who writes nothing is measured.
 * @param {Shown} shown
 * @returns {ComponentName[]}
 */
export function componentsOf({ policy, video, typed = false }) {
  if (typed) return [];
  if (!video) return ["voice", "total"];
  return policy === "hiring" ? COMPONENTS.filter((name) => name !== "emotion") : COMPONENTS;
}

/**
 * A cell for one component.
 * @param {ComponentName} name
 * @param {number | null | undefined} value no number means insufficient evidence ...
 * @param {QuestionReport["stage"]} stage ... unless nothing was scored yet (`pending`)
 */
export function pointsCell(name, value, stage = "final") {
  const known = typeof value === "number";
  const missing = stage === "pending" ? "…" : t("scores.insufficient");
  const cell = make(
    "td",
    { "data-label": t(`scores.${name}`), "data-component": name, class: name },
    known ? points(value) : missing,
  );
  cell.classList.toggle("insufficient", !known && stage !== "pending");
  return cell;
}

/** @param {number | null} share 0 to 1 */
export function coverageCell(share) {
  const known = typeof share === "number";
  return make(
    "td",
    {
      "data-label": t("scores.coverage"),
      "data-component": "coverage",
      title: t("scores.coverage.hint"),
    },
    known ? percent(share) : "–",
  );
}

/** @param {Column[]} names */
export function headRow(names) {
  const cells = names.map((name) => make("th", { scope: "col", class: name }, t(`scores.${name}`)));
  return make("thead", {}, make("tr", {}, ...cells));
}

export function pendingTag(typed = false) {
  return make("span", { class: "tag muted" }, t(typed ? "report.typed.pending" : "scores.pending"));
}

/**
 * The row's head: the question's number, then `more`.
 * @param {{question: number}} of
 * @param {...(Node | string)} more
 */
export function rowHead({ question }, ...more) {
  const number = make("span", {}, String(question));
  return make("th", { scope: "row", "data-label": t("scores.question") }, number, ...more);
}

/**
 * Show `scores` in `table`.
 * @param {HTMLElement} table
 * @param {Scores} scores
 * @param {Shown} shown what there is to show
 */
export function showScores(table, scores, shown) {
  const components = componentsOf(shown);
  const rows = Object.values(scores)
    .sort((a, b) => a.question - b.question)
    .map((scored) =>
      make(
        "tr",
        { "data-question": scored.question, "data-stage": scored.stage },
        rowHead(scored, ...(scored.stage === "final" ? [] : [" ", pendingTag()])),
        ...components.map((name) => pointsCell(name, scored[name]?.value)),
      ),
    );
  table.replaceChildren(headRow(["question", ...components]), make("tbody", {}, ...rows));
}
