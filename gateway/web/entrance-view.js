/** Draws the welcome and the questions of consent. */
import { all, byId, first, show } from "./dom.js";
import { spellDuration, t } from "./i18n.js";
import { purposesOf } from "./interview-state.js";
import { setText } from "./list-view.js";

/** @import {EntranceState, Known} from "../types/model.d.ts" */
/** @import {Purpose} from "../types/snapshot.d.ts" */

/** @param {Known} model */
export function drawEntrance({ snapshot, entrance, pending }) {
  const { total, answer_limit_s, extra_time, policy, report } = snapshot;
  byId("welcome-lead").textContent = t(total === 1 ? "welcome.lead.one" : "welcome.lead", {
    total,
    time: spellDuration(answer_limit_s),
  });
  show(byId("welcome-extra"), extra_time > 1);
  drawPurposes(purposesOf(snapshot).includes("video"));
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
    button.disabled = pending === "calibrate";
  }
}

/**
 * The camera is not asked for where it is `optional`: then nothing here speaks of being seen.
 * @param {boolean} video
 */
function drawPurposes(video) {
  const suffix = video ? "" : ".sound";
  for (const part of /** @type {const} */ (["steps.check", "kept.media", "kept.measures"])) {
    setText(byId(`welcome-${part.replace(".", "-")}`), t(`welcome.${part}${suffix}`));
  }
  setText(byId("consent-lead"), t(`consent.lead${suffix}`));
  show(first(document, "[data-purpose=video]"), video);
  show(byId("consent-unseen"), !video);
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
