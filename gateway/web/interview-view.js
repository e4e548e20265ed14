/** Draws what the interview page knows. Reads the model, never changes it. */
import { drawDevices, isBlind } from "./devices-view.js";
import { all, byId, first, show } from "./dom.js";
import { drawEntrance } from "./entrance-view.js";
import { feedbackOf } from "./feedback.js";
import { pageAddress } from "./fragment.js";
import { clock } from "./format.js";
import { currentLanguage, hasText, t } from "./i18n.js";
import {
  endedEarly,
  hasBegun,
  isTyped,
  needsCalibration,
  panelOf,
  sees,
  wentThrough,
} from "./interview-state.js";
import { fillList, setText } from "./list-view.js";
import { drawQuestion } from "./question-view.js";
import { showScores } from "./score-table.js";

/** @import {LinkState} from "../types/link.d.ts" */
/** @import {Known, Model, Panel, Part, Step} from "../types/model.d.ts" */
/** @import {Snapshot} from "../types/snapshot.d.ts" */
/** @import {TextKey} from "./i18n.js" */

/** @type {Step[]} */
const STEPS = ["consent", "devices", "calibrate", "questions", "done"];
/** What is not gone through by who writes. @type {(Step | undefined)[]} */
const MEASURED = ["devices", "calibrate"];
/** @type {Partial<Record<Panel, number>>} */
const STEP_OF_PANEL = {
  joining: 3,
  devices: 1,
  calibrate: 2,
  calibrating: 2,
  practice: 3,
  question: 3,
  ended: 4,
  deleted: 4,
};
/** Where the candidate sees and hears themselves. @type {Panel[]} */
const MIRRORED = ["devices", "calibrate", "calibrating", "practice", "question"];
/** Where it matters that the camera is away; the device check says so itself. @type {Panel[]} */
const SEEN = ["calibrate", "calibrating", "practice", "question"];
/** What the owner of a job, who looks at it, sees as a candidate would. @type {Panel[]} */
const PREVIEWED = ["welcome", "consent", "declined"];
const HURRY_S = 15;

/** @type {Panel} */
let shownPanel = "loading";

/** @param {Model} model @returns {model is Known} */
function isKnown(model) {
  return model.snapshot !== null;
}

/** @param {Model} model */
export function render(model) {
  const panel = currentPanel(model);
  drawPanel(panel);
  show(byId("preview"), model.preview && PREVIEWED.includes(panel));
  drawSteps(model, panel);
  drawLink(model);
  drawDevices(model);
  drawSelf(model, panel);
  drawBlind(model, panel);
  drawMessage(model);
  drawFailure(model);
  show(byId("leave"), model.connectedOnce && panel !== "failure");
  if (isKnown(model)) {
    drawEntrance(model);
    drawCalibration(model);
    drawQuestion(model);
    drawEnd(model);
    drawScores(model, panel);
  }
  tick(model);
}

/**
 * What changes with time alone.
 * @param {Model} model
 * @returns {number | null} seconds until the answer ends; null: none is given right now
 */
export function tick(model) {
  const { snapshot } = model;
  let left = null;
  // Without a connection the answer has been given up.
  if (snapshot && model.answeringSince !== null && model.link.state === "connected") {
    left = snapshot.answer_limit_s - secondsSince(model.answeringSince);
    for (const box of all(".timer-left")) {
      first(box, "strong").textContent = clock(left);
      box.classList.toggle("hurry", left <= HURRY_S);
    }
    drawHurry(left <= HURRY_S && snapshot.answer_limit_s > HURRY_S);
  } else {
    drawHurry(false);
  }
  if (snapshot && model.calibratingSince !== null) {
    const share = secondsSince(model.calibratingSince) / snapshot.calibration_s;
    byId("calibration-progress", HTMLProgressElement).value = Math.min(1, share);
    byId("calibration-state").textContent = t(
      share < 1 ? "calibrating.busy" : "calibrating.checking",
    );
  }
  if (model.link.state === "waiting") drawRetry(model.link);
  return left;
}

/** Written once, so that it is read out once. @param {boolean} hurries */
function drawHurry(hurries) {
  show(byId("hurry"), hurries);
  setText(byId("hurry"), hurries ? t("question.hurry") : "");
}

/** @param {number} level 0 to 1 */
export function showLevel(level) {
  byId("level").setAttribute("aria-valuenow", String(Math.round(level * 100)));
  for (const bar of all("[data-level]")) {
    bar.style.transform = `scaleX(${level.toFixed(3)})`;
  }
}

/** @param {number} start on the clock of `performance.now()` */
function secondsSince(start) {
  return (performance.now() - start) / 1000;
}

/**
 * The panel that is shown; `loading` before anything is known.
 * @param {Model} model
 * @returns {Panel}
 */
export function currentPanel(model) {
  if (model.deleted) return "deleted";
  if (model.failure) return "failure";
  if (!model.snapshot) return "loading";
  if (model.snapshot.state === "ended") return "ended";
  if (!model.agreed) return model.entrance.panel;
  if (model.preview) return "previewed";
  if (isTyped(model.snapshot)) return model.connectedOnce ? panelOf(model.snapshot, model) : "joining";
  if (model.media.state !== "ready" || !model.connectedOnce) return "devices";
  return panelOf(model.snapshot, model);
}

/** @param {Panel} panel */
function drawPanel(panel) {
  for (const section of all("[data-panel]")) {
    show(section, section.dataset.panel === panel);
  }
  if (panel === shownPanel) return;
  shownPanel = panel;
  first(document, `[data-panel="${panel}"] h1`).focus({ preventScroll: true });
}

/** @param {Model} model @param {Panel} panel */
function drawSteps(model, panel) {
  if (panel === "failure") return; // where it happened
  show(byId("steps"), panel !== "previewed"); // from here on there are none
  // Who misses a device in the middle of the interview has lost no step of it.
  const { snapshot } = model;
  const missed = panel === "devices" && snapshot && hasBegun(snapshot);
  const reached = STEP_OF_PANEL[missed ? panelOf(snapshot, model) : panel] ?? 0;
  const over = reached === STEPS.length - 1;
  for (const item of all("#steps > *")) {
    const index = STEPS.findIndex((each) => each === item.dataset.step);
    const step = STEPS[index];
    show(item, !(MEASURED.includes(step) && isTyped(snapshot)));
    const past = index < reached && (!over || (step !== undefined && wentThrough(step, snapshot)));
    item.classList.toggle("past", past);
    if (index === reached) item.setAttribute("aria-current", "step");
    else item.removeAttribute("aria-current");
  }
}

/** @param {Model} model */
function drawLink({ link, snapshot, connectedOnce, deleted }) {
  byId("link").dataset.state = link.state;
  const over = deleted || snapshot?.state === "ended";
  show(byId("link"), link.state !== "idle" && !over);
  setText(byId("link-text"), t(linkText(link, connectedOnce || hasBegun(snapshot))));
  const { reason } = link;
  show(byId("trouble"), reason !== undefined);
  if (reason === undefined) return;
  const next = hasBegun(snapshot) ? "link.same-question" : "link.stay";
  const blocked = reason === "blocked" && isTyped(snapshot);
  setText(byId("trouble-text"), `${t(blocked ? "typed.blocked" : `link.reason.${reason}`)} ${t(next)}`);
  drawRetry(link);
}

/** @param {LinkState} link @param {boolean} wasThere @returns {TextKey} */
function linkText({ state, reason }, wasThere) {
  if (state !== "waiting") return `link.${state}`;
  if (reason === "busy") return "link.queued";
  return wasThere ? "link.waiting" : "link.waiting.first";
}

/** Beside what is read out: it changes every second. @param {LinkState} link */
function drawRetry({ state, retryAt = 0 }) {
  const seconds = Math.max(1, Math.ceil((retryAt - performance.now()) / 1000));
  const tries = state === "waiting" ? t("link.again", { seconds }) : t("link.again.now");
  setText(byId("trouble-again"), state === "connected" ? "" : tries); // it was only announced
}

/** @param {Model} model @param {Panel} panel */
function drawSelf({ hidden, media, snapshot, wantsVideo }, panel) {
  show(byId("self"), MIRRORED.includes(panel) && !isTyped(snapshot));
  if (media.state !== "ready") showLevel(0); // nobody measures it: the last one stands for nothing
  setText(byId("self-title"), t(wantsVideo ? "self.title" : "self.title.sound"));
  show(byId("self-view"), wantsVideo && !hidden.has("self"));
  show(byId("hide-self"), wantsVideo);
  drawHide("self", hidden);
}

/**
 * Stays for as long as it is so: a message would give way to the next.
 * @param {Model} model
 * @param {Panel} panel
 */
function drawBlind({ media, wantsVideo }, panel) {
  const blind = wantsVideo && SEEN.includes(panel) && isBlind(media);
  show(byId("blind"), blind);
  setText(byId("blind"), blind ? t("device.blind") : "");
}

/** @param {Part} part @param {Set<Part>} hidden */
function drawHide(part, hidden) {
  const button = byId(`hide-${part}`);
  const shown = !hidden.has(part);
  button.setAttribute("aria-expanded", String(shown));
  setText(button, t(shown ? `hide.${part}` : `unhide.${part}`));
}

/** @param {Model} model */
function drawMessage({ message }) {
  const box = byId("message");
  show(box, message !== null);
  if (message === null) return;
  box.className = `message ${message.kind}`;
  if (box.textContent !== message.text) box.textContent = message.text;
}

/** @param {Model} model */
function drawFailure({ failure }) {
  if (!failure) return;
  byId("failure-title").textContent = failure.title;
  byId("failure-text").textContent = failure.text;
  byId("failure-action").textContent = failure.action ?? "";
  show(byId("failure-action"), Boolean(failure.action));
}

/** @param {Known} model */
function drawCalibration({ snapshot, pending, wantsVideo }) {
  const suffix = wantsVideo ? "" : ".sound";
  const failed = needsCalibration(snapshot);
  const problems = failed ? (snapshot.calibration?.problems ?? []) : [];
  fillList(byId("calibration-problems"), problems.map((code) => problemText(code, suffix)));
  byId("calibrate-title").textContent = t(failed ? "calibrate.failed" : "calibrate.title");
  byId("calibrate-lead").textContent = failed
    ? t("calibrate.failed.lead")
    : t(`calibrate.lead${suffix}`, { seconds: Math.round(snapshot.calibration_s) });
  byId("calibrate").textContent = t(failed ? "calibrate.again" : "calibrate.go");
  byId("calibrate", HTMLButtonElement).disabled = pending !== null;
  byId("anyway", HTMLButtonElement).disabled = pending !== null;
  show(byId("anyway"), failed);
  show(byId("calibrate-seen"), wantsVideo);
  show(byId("calibrate-heard"), !wantsVideo);
  setText(byId("calibrating-title"), t(`calibrating.title${suffix}`));
}

/** @param {string} code @param {"" | ".sound"} suffix */
function problemText(code, suffix) {
  const key = [`problem.${code}${suffix}`, `problem.${code}`].find(hasText);
  return key ? t(key) : t("problem.other", { code });
}

/** @param {Snapshot} snapshot @param {{left: boolean, away: boolean}} how @returns {TextKey} */
function endText(snapshot, { left, away }) {
  if (left) return "ended.left";
  if (endedEarly(snapshot)) return away ? "ended.away" : "ended.early";
  if (isTyped(snapshot)) return "ended.saved";
  const { answered, scores, report } = snapshot;
  const scored = answered.every((question) => scores[question]?.stage === "final");
  return report && !scored ? "ended.scoring" : "ended.saved";
}

/** @param {Known} model */
function drawEnd({ snapshot, access, left, away, deleting }) {
  setText(byId("leave-lead"), t(isTyped(snapshot) ? "typed.leave" : "leave.lead"));
  setText(byId("ended-lead"), t(endText(snapshot, { left, away })));
  show(byId("ended-next"), !snapshot.report);
  setText(byId("ended-next"), t(endedEarly(snapshot) ? "ended.next.early" : "ended.next"));
  show(byId("report"), snapshot.report);
  byId("delete", HTMLButtonElement).disabled = deleting;
  const shown = { policy: snapshot.policy, video: sees(snapshot) };
  const feedback = feedbackOf(snapshot.scores, shown);
  show(byId("feedback"), feedback.length > 0);
  fillList(
    byId("feedback-list"),
    feedback.map(({ kind, component, points }) =>
      t(`feedback.${kind}.${component}`, { points: Math.round(points) }),
    ),
  );
  const address = pageAddress("report.html", { ...access, lang: currentLanguage() });
  byId("report", HTMLAnchorElement).href = address;
}

/** @param {Known} model @param {Panel} panel */
function drawScores({ snapshot, hidden }, panel) {
  const { scores, policy, report } = snapshot;
  const some = Object.keys(scores).length > 0;
  const scored = report && !isTyped(snapshot); // of who writes nothing is measured
  show(byId("scores"), scored && (panel === "ended" ? some : panel === "question"));
  show(byId("scores-none"), !some);
  show(byId("score-table"), some);
  show(byId("scores-view"), !hidden.has("scores"));
  drawHide("scores", hidden);
  if (some) showScores(byId("score-table"), scores, { policy, video: sees(snapshot) });
}
