/** The report page: reads the report until every score is final, and shows it. */
import { goToLogin } from "./account-bar.js";
import { adviceFor } from "./accounts-api.js";
import { ApiError, fetchReport } from "./api.js";
import { byId, show } from "./dom.js";
import { readFragment } from "./fragment.js";
import { browserLanguage, setLanguage, t } from "./i18n.js";
import { drawReport } from "./report-view.js";

/** @import {Report} from "../types/report.d.ts" */

const POLL_MS = 1_500;
const POLL_OPEN_MS = 5_000; // while the interview goes on, nothing is awaited at once
const MOST_LOOKS = 24;
let looks = 0; // after all scores were there
const { session = "", token = "", lang = browserLanguage() } = readFragment();

/** @param {"" | "success" | "warning" | "danger"} kind @param {string} text */
function status(kind, text) {
  const box = byId("status");
  box.className = `message ${kind}`;
  if (box.textContent !== text) box.textContent = text;
}

/**
 * @param {Report} report
 * @returns {{text: string, kind: "" | "success", nextMs: number | null}} what to say, when to look again
 */
function progressOf({ questions, closed_at, typed }) {
  if (questions.some(({ stage }) => stage !== "final")) {
    return { kind: "", text: t(typed ? "report.typed.waiting" : "report.waiting"), nextMs: POLL_MS };
  }
  if (closed_at === null) return { kind: "", text: t("report.open"), nextMs: POLL_OPEN_MS };
  const ready = typed ? "report.typed.ready" : "report.ready";
  const text = t(questions.length > 0 ? ready : "report.empty");
  // Assessments take a model longer than scores; where none comes the page does not ask for ever.
  const waits = questions.some(({ judgements }) => judgements.length === 0) && looks++ < MOST_LOOKS;
  return { kind: "success", text, nextMs: waits ? POLL_OPEN_MS : null };
}

async function refresh() {
  /** @type {number | null} */
  let nextMs = POLL_OPEN_MS;
  try {
    const report = await fetchReport({ session, token });
    setLanguage(report.language);
    drawReport(report);
    const progress = progressOf(report);
    status(progress.kind, progress.text);
    nextMs = progress.nextMs;
    show(byId("content"), report.questions.length > 0);
    show(byId("print"), true);
  } catch (error) {
    const refused = error instanceof ApiError ? error : null;
    if (token === "" && refused?.status === 401) return goToLogin(); // the job's owner has none
    if (refused?.permanent) return status("danger", token === "" ? adviceFor(error) : refused.advice);
    console.warn(error);
    status("warning", t("report.stale"));
  }
  if (nextMs !== null) setTimeout(refresh, nextMs);
}

setLanguage(lang);
byId("print").addEventListener("click", () => window.print());
if (session) await refresh();
else status("danger", t("error.link"));
