/** Draws the environment test and the choice of devices. */
import { inAppBrowser } from "./browser-kind.js";
import { byId, first, make, show } from "./dom.js";
import { t, textOr } from "./i18n.js";
import { hasBegun } from "./interview-state.js";
import { fillList, setText } from "./list-view.js";

/** @import {Device, Listed, MediaState, Problem} from "../types/devices.d.ts" */
/** @import {LinkState} from "../types/link.d.ts" */
/** @import {Check, Model} from "../types/model.d.ts" */
/** @import {TextKey} from "./i18n.js" */

/** @typedef {"" | ".sound"} Suffix of texts for who is heard only */
/** @typedef {"ok" | "wait" | "bad"} Outcome */

/** @type {Device[]} */
const DEVICES = ["camera", "microphone"];
/** Milliseconds there and back from which on talking to each other gets hard. */
const SLOW_MS = 400;
/** What no second try changes on this page, as it is open here. @type {Problem["cause"][]} */
const LASTING = ["insecure", "unsupported"];

/** @param {Model} model */
export function drawDevices(model) {
  const { snapshot, media, link, wantsVideo } = model;
  const blind = isBlind(media);
  const open = media.state === "ready";
  const needed = open && blind && snapshot?.consent_open === true; // who has none can still say so
  const suffix = wantsVideo ? "" : ".sound";
  setText(byId("devices-title"), t(open ? "devices.test" : titleText(model, suffix)));
  setText(byId("devices-lead"), t(open ? "devices.test.lead" : leadText(model, suffix)));
  show(byId("devices-time"), !open && isRecorded(model));
  fillList(byId("device-problems"), media.problems.map(problemText));
  const refused = media.problems.some(({ cause }) => cause === "inapp");
  drawInApp(open, refused);
  drawAllow(media, { again: needed || link.state === "stopped", refused, suffix });
  show(byId("checks"), open);
  show(byId("tested"), open && !needed);
  show(byId("without-camera"), needed);
  if (open) drawChecks(model, blind);
  drawChoice(media, wantsVideo);
  show(byId("camera-off"), !open || blind);
  setText(byId("camera-off"), t(offText(media)));
}

/** Whether the camera is wanted and not there. @param {{problems: Problem[]}} media */
export function isBlind({ problems }) {
  return problems.some(({ device }) => device === "camera");
}

/**
 * Without a microphone the camera, too, is switched off.
 * @param {MediaState} media
 * @returns {TextKey}
 */
function offText({ state, problems }) {
  if (state === "ready" && isBlind({ problems })) return blindText(problems);
  return missesOnly(problems) === "microphone" ? "self.waits" : "self.off";
}

/**
 * What keeps the camera away; whether it was ever there makes a difference.
 * @param {Problem[]} problems
 * @returns {TextKey}
 */
function blindText(problems) {
  const problem = problems.find(({ device }) => device === "camera");
  /** @type {Partial<Record<Problem["cause"], TextKey>>} */
  const texts = { lost: "check.camera.lost", missing: "check.camera.missing" };
  return (problem && texts[problem.cause]) ?? "self.off";
}

/**
 * In the middle of an interview devices are missed by name, not asked for.
 * @param {Model} model
 * @param {Suffix} suffix
 * @returns {TextKey}
 */
function titleText({ snapshot, media }, suffix) {
  const missed = hasBegun(snapshot) ? missesOnly(media.problems) : null;
  return missed ? `device.${missed}` : `devices.title${suffix}`;
}

/** @param {Model} model @param {Suffix} suffix @returns {TextKey} */
function leadText(model, suffix) {
  const { state } = model.media;
  /** @type {TextKey} */
  const asked = state === "failed" ? "devices.lead.failed" : `devices.lead${suffix}`;
  if (!hasBegun(model.snapshot) || state === "none") return asked;
  return isRecorded(model) ? "devices.lead.answering" : "devices.lead.later";
}

/**
 * Whether an answer is under way: its time runs, whatever happens to the devices.
 * @param {Model} model
 */
function isRecorded({ snapshot, link }) {
  return snapshot?.state === "answering" && link.state === "connected";
}

/**
 * @param {Problem[]} problems
 * @returns {Problem["device"] | null} the one that all are about; null: several, or none
 */
function missesOnly(problems) {
  const named = new Set(problems.map(({ device }) => device));
  return named.size === 1 ? ([...named][0] ?? null) : null;
}

/** @param {Problem} problem */
function problemText({ device, cause, detail }) {
  const named = cause === "inapp" ? textOr(`app.${detail}`, "") : detail;
  return t("device.problem", {
    device: t(`device.${device}`),
    cause: t(`device.cause.${cause}`, { detail: named }),
  });
}

/**
 * Said before anything fails: whoever reads it may spare themselves the trial. Once it has `refused`
 * them, there is the way out alone.
 * @param {boolean} open
 * @param {boolean} refused
 */
function drawInApp(open, refused) {
  const app = inAppBrowser();
  show(byId("in-app"), app !== null && !open);
  show(byId("in-app-text"), !refused);
  byId("copy-link").classList.toggle("primary", refused);
  if (app === null) return;
  setText(byId("in-app-text"), t("inapp.lead", { app: t(`app.${app}`) }));
  setText(byId("in-app-how"), t(`inapp.how.${app}`));
}

/**
 * @param {MediaState} media
 * @param {{again: boolean, refused: boolean, suffix: Suffix}} now
 */
function drawAllow({ state, problems }, { again, refused, suffix }) {
  const allow = byId("allow", HTMLButtonElement);
  const lasting = problems.some(({ cause }) => LASTING.includes(cause));
  show(allow, (state !== "ready" || again) && !lasting);
  allow.classList.toggle("primary", !refused);
  allow.disabled = state === "asking";
  /** @type {TextKey} */
  const ask = `devices.allow${suffix}`;
  /** @type {Record<MediaState["state"], TextKey>} */
  const texts = { none: ask, asking: "devices.asking", failed: "devices.retry", ready: "devices.retry" };
  setText(allow, t(texts[state]));
}

/** @param {Model} model @param {boolean} blind */
function drawChecks({ media, link, check, connectedOnce, wantsVideo }, blind) {
  show(byId("check-camera"), wantsVideo);
  const { label } = media.devices.camera;
  const camera = blind ? blindText(media.problems) : "check.camera.ok";
  drawCheck("camera", blind ? "bad" : "ok", t(camera, { label }));
  drawMicrophone(media.devices.microphone, check);
  drawSpeaker(check.speaker);
  drawNetwork(link, check.roundTripMs);
  const connected = connectedOnce && link.state === "connected";
  byId("tested", HTMLButtonElement).disabled = !connected;
  const queued = link.state === "waiting" && link.reason === "busy";
  const waits = queued ? "devices.queued" : "devices.connecting";
  setText(byId("tested"), t(connected ? "devices.go" : waits));
}

/** @param {{label: string}} microphone @param {Check} check */
function drawMicrophone({ label }, { heard, voice, recordable }) {
  const key = voice === "idle" ? (heard ? "ok" : "wait") : voice;
  /** @type {Partial<Record<typeof key, Outcome>>} */
  const states = { ok: "ok", failed: "bad" };
  drawCheck("microphone", states[key] ?? "wait", t(`check.microphone.${key}`, { label }));
  show(byId("record"), recordable);
  byId("record", HTMLButtonElement).disabled = voice === "recording" || voice === "playing";
}

/** @param {Check["speaker"]} speaker */
function drawSpeaker(speaker) {
  /** @type {Partial<Record<Check["speaker"], Outcome>>} */
  const states = { heard: "ok", unheard: "bad" };
  drawCheck("speaker", states[speaker] ?? "wait", t(`check.speaker.${speaker}`));
  byId("play", HTMLButtonElement).disabled = speaker === "playing";
  setText(byId("play"), t(speaker === "untested" ? "check.play" : "check.play.again"));
  show(byId("speaker-answer"), speaker === "asking");
}

/** @param {LinkState} link @param {number | null} roundTripMs */
function drawNetwork({ state, reason }, roundTripMs) {
  const measured = state === "connected" && roundTripMs !== null;
  const slow = measured && roundTripMs >= SLOW_MS;
  // Beside the status: within it every measurement would be read out.
  const ms = Math.max(1, Math.round(roundTripMs ?? 0));
  setText(byId("round-trip"), measured ? t("check.network.measured", { ms }) : "");
  show(byId("round-trip"), measured);
  // Why it is not there is said above the panel, for as long as it is not.
  if (state === "waiting" && reason === "busy") return drawCheck("network", "wait", t("link.queued"));
  if (state === "waiting") return drawCheck("network", "bad", t("link.waiting.first"));
  if (state !== "connected") return drawCheck("network", "wait", t("check.network.wait"));
  return drawCheck("network", slow ? "bad" : "ok", t(slow ? "check.network.slow" : "check.network.ok"));
}

/**
 * @param {"camera" | "microphone" | "speaker" | "network"} name
 * @param {Outcome} state
 * @param {string} text
 */
function drawCheck(name, state, text) {
  const row = byId(`check-${name}`);
  row.dataset.state = state;
  setText(first(row, ".check-text"), text);
}

/** @param {MediaState} media @param {boolean} wantsVideo */
function drawChoice({ state, devices }, wantsVideo) {
  show(byId("choice"), state === "ready");
  setText(byId("choice-title"), t(wantsVideo ? "choice.title" : "choice.title.sound"));
  for (const device of DEVICES) {
    const { list, current } = devices[device];
    show(byId(`${device}-field`), list.length > 0 && (device !== "camera" || wantsVideo));
    fillSelect(byId(`${device}-choice`, HTMLSelectElement), device, list, current);
  }
}

/**
 * @param {HTMLSelectElement} select
 * @param {Device} device
 * @param {Listed[]} list
 * @param {string} current
 */
function fillSelect(select, device, list, current) {
  const shown = JSON.stringify(list);
  if (select.dataset.shown !== shown) {
    select.dataset.shown = shown;
    const options = list.map(({ id, label }, place) =>
      make("option", { value: id }, label || `${t(`device.${device}`)} ${place + 1}`),
    );
    select.replaceChildren(...options);
  }
  select.value = current;
}
