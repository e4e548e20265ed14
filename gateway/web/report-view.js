/** Draws a report. */
import { byId, make, show } from "./dom.js";
import { points } from "./format.js";
import { formatDate, spellDuration, t, textOr } from "./i18n.js";
import {
  componentsOf,
  coverageCell,
  headRow,
  pendingTag,
  pointsCell,
  rowHead,
} from "./score-table.js";

/** @import {ComponentName} from "../types/events.d.ts" */
/** @import {JudgementReport, Means, QuestionReport, Report} from "../types/report.d.ts" */

/** @type {"coverage"[]} */
const COVERAGE = ["coverage"]; // of what was written there is none to tell

/** @param {Report} report */
export function drawReport(report) {
  drawHead(report);
  drawFigures(report);
  drawTable(report);
  const items = report.questions.map((question) => answerItem(question, report.typed));
  byId("transcript").replaceChildren(...items);
  show(byId("policy"), report.policy === "hiring");
  byId("scores-title").textContent = t(report.typed ? "report.typed.table" : "report.table");
  byId("scale").textContent = t(`report.scale.${scaleOf(report)}`);
  show(byId("unseen"), !report.video && !report.typed);
  byId("unseen").textContent = t(`report.unseen.${report.policy}`);
}

/** @param {Report} report */
function scaleOf({ policy, video, typed }) {
  if (typed) return "typed";
  return video ? policy : "sound";
}

/** @param {Report} report */
function drawHead({ position, company, created_at }) {
  const parts = [position, company, created_at === null ? "" : formatDate(created_at)];
  byId("about").textContent = parts.filter(Boolean).join(" · ");
}

/** @param {Report} report */
function drawFigures({ means, duration_s, question_count, questions_planned, typed }) {
  const { total } = means;
  const known = typeof total === "number";
  const missing = t(typed ? "report.typed" : "scores.insufficient");
  byId("mean").textContent = known ? points(total) : missing;
  byId("mean").classList.toggle("insufficient", !known && !typed);
  byId("mean").classList.toggle("written", typed);
  byId("duration").textContent = duration_s === null ? "–" : spellDuration(duration_s);
  byId("count").textContent = t("report.count.value", {
    answered: question_count,
    total: questions_planned,
  });
}

/** @param {Report} report */
function drawTable({ questions, means, policy, video, typed }) {
  const components = componentsOf({ policy, video, typed });
  const rows = questions.map((question) => questionRow(question, components, typed));
  byId("scores").replaceChildren(
    headRow(["question", ...components, ...(typed ? [] : COVERAGE), "words"]),
    make("tbody", {}, ...rows),
    ...(typed ? [] : [make("tfoot", {}, meanRow(means, components))]),
  );
}

/** @param {QuestionReport} question @param {ComponentName[]} components @param {boolean} typed */
function questionRow(question, components, typed) {
  const share = question.stage === "pending" ? null : question.total.coverage;
  return make(
    "tr",
    { "data-question": question.question, "data-stage": question.stage },
    rowHead(question),
    ...components.map((name) => pointsCell(name, question[name]?.value, question.stage)),
    ...(typed ? [] : [coverageCell(share)]),
    wordsCell(question, typed),
  );
}

/** @param {QuestionReport} question @param {boolean} typed */
function wordsCell({ first_words: words, stage, transcript }, typed) {
  const cut = transcript.trim().length > words.trim().length;
  const heard = cut ? `${words}…` : words || silence(typed);
  return make(
    "td",
    { class: "words", "data-label": t("scores.words"), "data-component": "words" },
    stage === "final" ? heard : pendingTag(typed),
  );
}

/** @param {Means} means @param {ComponentName[]} components */
function meanRow(means, components) {
  return make(
    "tr",
    { "data-question": "mean" },
    make("th", { scope: "row" }, t("scores.mean")),
    ...components.map((name) => pointsCell(name, means[name])),
    coverageCell(means.coverage),
    make("td", {}),
  );
}

/** @param {boolean} typed */
function silence(typed) {
  return t(typed ? "report.typed.nothing" : "scores.silence");
}

/** @param {QuestionReport} question @param {boolean} typed */
function answerItem({ question, question_text, transcript, stage, judgements, ...said }, typed) {
  const answer = make("p", typed ? { class: "written" } : {}, transcript.trim() || silence(typed));
  if (!transcript.trim()) answer.classList.add("silent");
  if (stage !== "final") answer.replaceChildren(pendingTag(typed));
  const how = typed ? written(said) : said.words > 0 && delivery(said);
  const more = [stage === "final" && how, assessment(judgements, typed)];
  const shown = more.filter((each) => each instanceof Node);
  const parts = [make("h3", {}, question_text), answer, ...shown];
  return make("li", { value: question }, ...parts);
}

/**
 * How it was said.
 * @param {Pick<QuestionReport, "words_per_minute" | "fillers" | "pauses" | "longest_pause_ms">} said
 */
function delivery({ words_per_minute, fillers, pauses, longest_pause_ms }) {
  const rate = words_per_minute === null ? "–" : Math.round(words_per_minute);
  const seconds = (longest_pause_ms / 1000).toFixed(1);
  const key = pauses > 0 ? "report.delivery" : "report.delivery.fluent";
  return make("p", { class: "quiet" }, t(key, { rate, fillers, pauses, seconds }));
}

/** That it was written, which is no less. @param {Pick<QuestionReport, "words">} said */
function written({ words }) {
  return make("p", { class: "quiet" }, t("report.typed.words", { words }));
}

/**
 * Levels with the candidate's own words; nothing where no model judges.
 * @param {JudgementReport[]} judgements
 * @param {boolean} typed
 */
function assessment(judgements, typed) {
  const shown = judgements.filter(({ gap }) => gap !== "no_model" && gap !== "no_speech");
  if (shown.length === 0) return null;
  return make("dl", { class: "assessment" }, ...shown.flatMap((each) => judgement(each, typed)));
}

/** @param {JudgementReport} judgement @param {boolean} typed */
function judgement({ criterion, level, reason, quote, start_ms, gap }, typed) {
  const name = textOr(`criterion.${criterion}`, criterion);
  const known = typeof level === "number";
  const missing = textOr(`gap.${gap}`, t("scores.insufficient"));
  const value = known ? t("report.level", { level }) : missing;
  const at = typed ? " " : ` (${spellDuration(Math.floor(start_ms / 1000))}) `;
  const evidence = known ? [make("q", {}, quote), at, make("span", {}, reason)] : [];
  return [
    make("dt", {}, name, " ", make("strong", known ? {} : { class: "insufficient" }, value)),
    make("dd", {}, ...evidence),
  ];
}
