/** Draws what the interview page knows. Reads the model, never changes it. */
import { byId, make, show } from "./dom.js";
import { pageAddress } from "./fragment.js";
import { clock } from "./format.js";
import { currentLanguage, hasText, t } from "./i18n.js";
import { needsCalibration, panelOf } from "./interview-state.js";
import { drawQuestion } from "./question-view.js";
import { showScores } from "./score-table.js";

const STEPS = ["devices", "calibrate", "questions", "done"];
const STEP_OF_PANEL = { calibrate: 1, calibrating: 1, question: 2, ended: 3 };
const HURRY_S = 15;

let shownPanel = "loading";

export function render(model) {
  const panel = currentPanel(model);
  drawPanel(panel);
  drawSteps(panel);
  drawLink(model);
  drawDevices(model);
  drawMessage(model);
  drawFailure(model);
  show(byId("leave"), model.connectedOnce && panel !== "failure");
  if (model.snapshot) {
    drawCalibration(model);
    drawQuestion(model);
    drawEnd(model);
    drawScores(model.snapshot, panel);
  }
  tick(model);
}

/** What changes with time alone. */
export function tick(model) {
  const { snapshot } = model;
  if (snapshot && model.answeringSince !== null) {
    const left = snapshot.answer_limit_s - secondsSince(model.answeringSince);
    byId("time-left").textContent = clock(left);
    byId("timer").classList.toggle("hurry", left <= HURRY_S);
  }
  if (snapshot && model.calibratingSince !== null) {
    const share = secondsSince(model.calibratingSince) / snapshot.calibration_s;
    byId("calibration-progress").value = Math.min(1, share);
    byId("calibration-state").textContent = t(
      share < 1 ? "calibrating.busy" : "calibrating.checking",
    );
  }
  if (model.link.state === "waiting") drawTrouble(model.link);
}

export function showLevel(level) {
  const meter = byId("level");
  meter.setAttribute("aria-valuenow", String(Math.round(level * 100)));
  meter.firstElementChild.style.transform = `scaleX(${level.toFixed(3)})`;
}

function secondsSince(start) {
  return (performance.now() - start) / 1000;
}

/** The panel that is shown; `loading` before anything is known. */
export function currentPanel(model) {
  if (model.failure) return "failure";
  if (!model.snapshot) return "loading";
  if (model.snapshot.state === "ended") return "ended";
  if (model.media.state !== "ready" || !model.connectedOnce) return "devices";
  return panelOf(model.snapshot, model);
}

function drawPanel(panel) {
  for (const section of document.querySelectorAll("[data-panel]")) {
    show(section, section.dataset.panel === panel);
  }
  if (panel === shownPanel) return;
  shownPanel = panel;
  document.querySelector(`[data-panel="${panel}"] h1`).focus({ preventScroll: true });
}

function drawSteps(panel) {
  if (panel === "failure") return; // where it happened
  const reached = STEP_OF_PANEL[panel] ?? 0;
  for (const item of byId("steps").children) {
    const index = STEPS.indexOf(item.dataset.step);
    item.classList.toggle("past", index < reached);
    if (index === reached) item.setAttribute("aria-current", "step");
    else item.removeAttribute("aria-current");
  }
}

function drawLink({ link }) {
  byId("link").dataset.state = link.state;
  byId("link-text").textContent = t(`link.${link.state}`);
  show(byId("trouble"), link.state === "waiting");
}

function drawTrouble({ reason, retryAt }) {
  const seconds = Math.max(1, Math.ceil((retryAt - performance.now()) / 1000));
  byId("trouble").textContent = `${t(`link.reason.${reason}`)} ${t("link.again", { seconds })}`;
}

function drawDevices({ media, link }) {
  const problems = media.problems.map(({ device, cause, detail }) =>
    t("device.problem", {
      device: t(`device.${device}`),
      cause: t(`device.cause.${cause}`, { detail }),
    }),
  );
  fillList(byId("device-problems"), problems);
  const allow = byId("allow");
  allow.disabled = media.state === "asking" || (media.state === "ready" && link.state !== "stopped");
  allow.textContent = t(
    {
      none: "devices.allow",
      asking: "devices.asking",
      failed: "devices.retry",
      ready: "devices.connecting",
    }[media.state],
  );
  show(byId("camera-off"), media.state !== "ready");
}

/** Unchanged lists are left alone: a screen reader would read them again. */
function fillList(list, texts) {
  show(list, texts.length > 0);
  if (list.dataset.shown === texts.join("\n")) return;
  list.dataset.shown = texts.join("\n");
  list.replaceChildren(...texts.map((text) => make("li", {}, text)));
}

function drawMessage({ message }) {
  const box = byId("message");
  show(box, message !== null);
  if (message === null) return;
  box.className = `message ${message.kind}`;
  if (box.textContent !== message.text) box.textContent = message.text;
}

function drawFailure({ failure }) {
  if (!failure) return;
  byId("failure-title").textContent = failure.title;
  byId("failure-text").textContent = failure.text;
  byId("failure-action").textContent = failure.action ?? "";
  show(byId("failure-action"), Boolean(failure.action));
}

function drawCalibration({ snapshot, pending }) {
  const failed = needsCalibration(snapshot);
  const problems = failed ? snapshot.calibration.problems : [];
  fillList(
    byId("calibration-problems"),
    problems.map((code) =>
      hasText(`problem.${code}`) ? t(`problem.${code}`) : t("problem.other", { code }),
    ),
  );
  byId("calibrate-title").textContent = t(failed ? "calibrate.failed" : "calibrate.title");
  byId("calibrate-lead").textContent = failed
    ? t("calibrate.failed.lead")
    : t("calibrate.lead", { seconds: Math.round(snapshot.calibration_s) });
  byId("calibrate").textContent = t(failed ? "calibrate.again" : "calibrate.go");
  byId("calibrate").disabled = pending !== null;
  byId("anyway").disabled = pending !== null;
  show(byId("anyway"), failed);
}

function drawEnd({ snapshot, access, left }) {
  byId("ended-lead").textContent = t(left ? "ended.left" : "ended.lead");
  byId("report").href = pageAddress("report.html", { ...access, lang: currentLanguage() });
  show(byId("self"), snapshot.state !== "ended");
}

function drawScores({ scores, policy }, panel) {
  const some = Object.keys(scores).length > 0;
  show(byId("scores"), panel === "ended" ? some : panel === "question");
  show(byId("scores-none"), !some);
  show(byId("score-table"), some);
  if (some) showScores(byId("score-table"), scores, policy);
}
