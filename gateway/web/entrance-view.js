/** Draws the welcome and the questions of consent. */
import { byId, show } from "./dom.js";
import { spellDuration, t } from "./i18n.js";

export function drawEntrance({ snapshot, entrance, pending, calibrated }) {
  const { total, answer_limit_s, policy, report } = snapshot;
  byId("welcome-lead").textContent = t(total === 1 ? "welcome.lead.one" : "welcome.lead", {
    total,
    time: spellDuration(answer_limit_s),
  });
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
  drawComplaint(entrance);
  const changeable = ["new", "ready"].includes(snapshot.state) && !calibrated;
  for (const button of document.querySelectorAll(".change-consent")) {
    show(button, changeable);
    button.disabled = pending === "calibrate";
  }
}

function drawComplaint({ missing, error }) {
  const box = byId("consent-missing");
  const text = error ?? (missing.length > 0 ? t("consent.missing") : "");
  show(box, text !== "");
  if (box.textContent !== text) box.textContent = text;
  for (const fieldset of document.querySelectorAll("[data-purpose]")) {
    fieldset.classList.toggle("missing", missing.includes(fieldset.dataset.purpose));
  }
}
