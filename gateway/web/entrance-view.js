/** Draws the welcome and the questions of consent. */
import { byId, show } from "./dom.js";
import { hasText, spellDuration, t } from "./i18n.js";
import { isTyped, purposesOf } from "./interview-state.js";
import { setText } from "./list-view.js";

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
  const end = `welcome.steps.end.${policy}`;
  byId("welcome-end").textContent = t(policy === "hiring" && report ? `${end}.report` : end);
  byId("kept-files-time").textContent = t("welcome.kept.files.time", {
    days: snapshot.retention_days,
  });
  byId("video-what").textContent = t(`consent.video.what.${policy}`);
  byId("agree").textContent = t(entrance.busy ? "consent.saving" : "consent.go");
  byId("agree").disabled = entrance.busy;
  drawComplaint(entrance, purposesOf(snapshot));
  for (const button of document.querySelectorAll(".change-consent")) {
    show(button, snapshot.consent_open);
    button.disabled = pending === "calibrate" || pending === "answer.start";
  }
}

/**
 * What is not asked for is not spoken of: the camera where it is `optional`, and camera and
 * microphone where answers are written.
 * @param {string[]} purposes
 * @param {boolean} typed
 */
function drawPurposes(purposes, typed) {
  const suffix = typed ? ".typed" : purposes.includes("video") ? "" : ".sound";
  const parts = ["steps.check", "steps.answer", "kept.media", "kept.measures", "kept.texts"];
  for (const part of parts) {
    setText(byId(`welcome-${part.replace(".", "-")}`), variant(`welcome.${part}`, suffix));
  }
  for (const element of document.querySelectorAll("[data-measured]")) show(element, !typed);
  setText(byId("consent-lead"), t(purposes.length > 1 ? "consent.lead" : "consent.lead.sound"));
  setText(byId("consent-withdraw"), variant("consent.withdraw", suffix));
  setText(byId("consent-unseen"), variant("consent.unseen", suffix));
  for (const fieldset of document.querySelectorAll("[data-purpose]")) {
    show(fieldset, purposes.includes(fieldset.dataset.purpose));
  }
  show(byId("consent-unseen"), !purposes.includes("video"));
}

/** The text `key` for this kind of interview, or the one for all kinds. */
function variant(key, suffix) {
  return t(hasText(`${key}${suffix}`) ? `${key}${suffix}` : key);
}

function drawComplaint({ missing, error }, purposes) {
  const box = byId("consent-missing");
  const suffix = purposes.length > 1 ? "" : ".sound";
  const text = error ?? (missing.length > 0 ? t(`consent.missing${suffix}`) : "");
  show(box, text !== "");
  if (box.textContent !== text) box.textContent = text;
  for (const fieldset of document.querySelectorAll("[data-purpose]")) {
    fieldset.classList.toggle("missing", missing.includes(fieldset.dataset.purpose));
  }
}
