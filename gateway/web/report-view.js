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

/** @param {Report} report */
export function drawReport(report) {
  drawHead(report);
  drawFigures(report);
  drawTable(report);
  byId("transcript").replaceChildren(...report.questions.map(answerItem));
  show(byId("policy"), report.policy === "hiring");
  byId("scale").textContent = t(`report.scale.${report.video ? report.policy : "sound"}`);
  show(byId("unseen"), !report.video);
  byId("unseen").textContent = t(`report.unseen.${report.policy}`);
}

/** @param {Report} report */
function drawHead({ position, company, created_at }) {
  const parts = [position, company, created_at === null ? "" : formatDate(created_at)];
  byId("about").textContent = parts.filter(Boolean).join(" · ");
}

/** @param {Report} report */
function drawFigures({ means, duration_s, question_count, questions_planned }) {
  const { total } = means;
  const known = typeof total === "number";
  byId("mean").textContent = known ? points(total) : t("scores.insufficient");
  byId("mean").classList.toggle("insufficient", !known);
  byId("duration").textContent = duration_s === null ? "–" : spellDuration(duration_s);
  byId("count").textContent = t("report.count.value", {
    answered: question_count,
    total: questions_planned,
  });
}

/** @param {Report} report */
function drawTable({ questions, means, policy, video }) {
  const components = componentsOf({ policy, video });
  byId("scores").replaceChildren(
    headRow(["question", ...components, "coverage", "words"]),
    make("tbody", {}, ...questions.map((question) => questionRow(question, components))),
    make("tfoot", {}, meanRow(means, components)),
  );
}

/** @param {QuestionReport} question @param {ComponentName[]} components */
function questionRow(question, components) {
  return make(
    "tr",
    { "data-question": question.question, "data-stage": question.stage },
    rowHead(question),
    ...components.map((name) => pointsCell(name, question[name]?.value, question.stage)),
    coverageCell(question.stage === "pending" ? null : question.total.coverage),
    wordsCell(question),
  );
}

/** @param {QuestionReport} question */
function wordsCell({ first_words: words, stage, transcript }) {
  const cut = transcript.trim().length > words.trim().length;
  const heard = cut ? `${words}…` : words || t("scores.silence");
  return make(
    "td",
    { class: "words", "data-label": t("scores.words"), "data-component": "words" },
    stage === "final" ? heard : pendingTag(),
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

/** @param {QuestionReport} question */
function answerItem({ question, question_text, transcript, stage, judgements, ...said }) {
  const answer = make("p", {}, transcript.trim() || t("scores.silence"));
  if (!transcript.trim()) answer.classList.add("silent");
  if (stage !== "final") answer.replaceChildren(pendingTag());
  const more = [stage === "final" && said.words > 0 && delivery(said), assessment(judgements)];
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

/**
 * Levels with the candidate's own words; nothing where no model judges.
 * @param {JudgementReport[]} judgements
 */
function assessment(judgements) {
  const shown = judgements.filter(({ gap }) => gap !== "no_model" && gap !== "no_speech");
  if (shown.length === 0) return null;
  return make("dl", { class: "assessment" }, ...shown.flatMap(judgement));
}

/** @param {JudgementReport} judgement */
function judgement({ criterion, level, reason, quote, start_ms, gap }) {
  const name = textOr(`criterion.${criterion}`, criterion);
  const known = typeof level === "number";
  const missing = textOr(`gap.${gap}`, t("scores.insufficient"));
  const value = known ? t("report.level", { level }) : missing;
  const at = spellDuration(Math.floor(start_ms / 1000));
  const evidence = known ? [make("q", {}, quote), ` (${at}) `, make("span", {}, reason)] : [];
  return [
    make("dt", {}, name, " ", make("strong", known ? {} : { class: "insufficient" }, value)),
    make("dd", {}, ...evidence),
  ];
}
