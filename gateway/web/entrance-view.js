/** Draws the welcome and the questions of consent. */
import { byId, show } from "./dom.js";
import { spellDuration, t } from "./i18n.js";

export function drawEntrance({ snapshot, entrance, pending }) {
  const { total, answer_limit_s, policy } = snapshot;
  byId("welcome-lead").textContent = t(total === 1 ? "welcome.lead.one" : "welcome.lead", {
    total,
    time: spellDuration(answer_limit_s),
  });
  byId("welcome-end").textContent = t(`welcome.steps.end.${policy}`);
  byId("video-what").textContent = t(`consent.video.what.${policy}`);
  byId("agree").textContent = t(entrance.busy ? "consent.saving" : "consent.go");
  byId("agree").disabled = entrance.busy;
  drawComplaint(entrance);
  for (const button of document.querySelectorAll(".change-consent")) {
    show(button, snapshot.consent_open);
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
