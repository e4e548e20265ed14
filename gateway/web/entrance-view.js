/** Draws the welcome and the questions of consent. */
import { all, byId, show } from "./dom.js";
import { hasText, spellDuration, t } from "./i18n.js";
import { isTyped, purposesOf } from "./interview-state.js";
import { setText } from "./list-view.js";

/** @import {EntranceState, Known} from "../types/model.d.ts" */
/** @import {Purpose} from "../types/snapshot.d.ts" */
/** @import {TextKey} from "./i18n.js" */

/** What is told differently where something is not asked for. */
const PARTS = /** @type {const} */ ([
  "steps.check",
  "steps.answer",
  "kept.media",
  "kept.measures",
  "kept.texts",
]);

/** @param {Known} model */
export function drawEntrance({ snapshot, entrance, pending }) {
  const { total, answer_limit_s, extra_time, policy, report } = snapshot;
  byId("welcome-lead").textContent = t(total === 1 ? "welcome.lead.one" : "welcome.lead", {
    total,
    time: spellDuration(answer_limit_s),
  });
  show(byId("welcome-extra"), extra_time > 1);
  drawPurposes(purposesOf(snapshot), isTyped(snapshot));
  byId("welcome-job").textContent = [snapshot.position, snapshot.company]
    .filter(Boolean)
    .join(" · ");
  byId("welcome-end").textContent = t(
    policy === "hiring" && report ? "welcome.steps.end.hiring.report" : `welcome.steps.end.${policy}`,
  );
  byId("kept-files-time").textContent = t("welcome.kept.files.time", {
    days: snapshot.retention_days,
  });
  byId("video-what").textContent = t(`consent.video.what.${policy}`);
  byId("agree").textContent = t(entrance.busy ? "consent.saving" : "consent.go");
  byId("agree", HTMLButtonElement).disabled = entrance.busy;
  drawComplaint(entrance, purposesOf(snapshot));
  for (const button of all(".change-consent", HTMLButtonElement)) {
    show(button, snapshot.consent_open);
    button.disabled = pending === "calibrate" || pending === "answer.start";
  }
}

/**
 * What is not asked for is not spoken of: the camera where it is `optional`, and camera and
 * microphone where answers are written.
 * @param {Purpose[]} purposes
 * @param {boolean} typed
 */
function drawPurposes(purposes, typed) {
  const seen = purposes.includes("video");
  const suffix = typed ? ".typed" : seen ? "" : ".sound";
  for (const part of PARTS) {
    setText(byId(`welcome-${part.replace(".", "-")}`), variant(`welcome.${part}`, suffix));
  }
  for (const element of all("[data-measured]")) show(element, !typed);
  setText(byId("consent-lead"), t(purposes.length > 1 ? "consent.lead" : "consent.lead.sound"));
  setText(byId("consent-withdraw"), variant("consent.withdraw", suffix));
  setText(byId("consent-unseen"), variant("consent.unseen", suffix));
  for (const fieldset of all("[data-purpose]")) {
    show(fieldset, purposes.some((purpose) => purpose === fieldset.dataset.purpose));
  }
  show(byId("consent-unseen"), !seen);
}

/**
 * The text `key` for this kind of interview, or the one for all kinds.
 * @param {TextKey} key
 * @param {"" | ".sound" | ".typed"} suffix
 */
function variant(key, suffix) {
  const own = `${key}${suffix}`;
  return t(hasText(own) ? own : key);
}

/** @param {EntranceState} entrance @param {Purpose[]} purposes */
function drawComplaint({ missing, error }, purposes) {
  const box = byId("consent-missing");
  const suffix = purposes.length > 1 ? "" : ".sound";
  const text = error ?? (missing.length > 0 ? t(`consent.missing${suffix}`) : "");
  show(box, text !== "");
  if (box.textContent !== text) box.textContent = text;
  for (const fieldset of all("[data-purpose]")) {
    const { purpose } = fieldset.dataset;
    fieldset.classList.toggle("missing", missing.some((each) => each === purpose));
  }
}
