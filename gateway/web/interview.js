/** The interview page: joins devices, link, state and view. */
import { goToLogin } from "./account-bar.js";
import { adviceFor, fetchPreview } from "./accounts-api.js";
import { ask, dismiss } from "./ask.js";
import { ApiError, adviceOf, deleteSession, fetchSnapshot, sendConsent } from "./api.js";
import { CommandError } from "./commands.js";
import { all, byId, onClick } from "./dom.js";
import { Entrance } from "./entrance.js";
import { Environment, UNTESTED } from "./environment.js";
import { FaceGuide } from "./face-guide.js";
import { keepFocus } from "./focus.js";
import { pageAddress, readFragment } from "./fragment.js";
import { Hud } from "./hud.js";
import { browserLanguage, currentLanguage, named, setLanguage, t, textOr } from "./i18n.js";
import { allows, applyEvent, isTyped, purposesOf, sees, since } from "./interview-state.js";
import { currentPanel, render, showLevel, tick } from "./interview-view.js";
import { Link } from "./link.js";
import { Media } from "./media.js";
import { OpenAnswer } from "./open-answer.js";
import { Practice } from "./practice.js";
import { QuestionAudio } from "./question-audio.js";
import { TurnWatch } from "./turn.js";
import { NOTHING_WRITTEN, Writing } from "./writing.js";

/** @import {Command, Fields, Notice} from "../types/channel.d.ts" */
/** @import {LiveEvent} from "../types/events.d.ts" */
/** @import {Reason, Status} from "../types/link.d.ts" */
/** @import {MessageKind, Model} from "../types/model.d.ts" */
/** @import {Given, Snapshot} from "../types/snapshot.d.ts" */

const TICK_MS = 250;
const MEASURE_MS = 2_000;
/** What is seen of a gateway that restarts. @type {Reason[]} */
const RESTART_LOOKS_LIKE = ["network", "media", "closed", "timeout", "unavailable"];
const { session = "", token = "", preview = "", lang = browserLanguage() } = readFragment();
const NO_DEVICE = { list: [], current: "", label: "" };

/** @type {Model} */
const model = {
  access: { session, token },
  snapshot: null,
  entrance: Entrance.start,
  agreed: false, // now or, where the interview has begun, before
  wantsVideo: true,
  media: { state: "none", problems: [], devices: { camera: NO_DEVICE, microphone: NO_DEVICE } },
  check: UNTESTED,
  tested: false,
  practised: false,
  link: { state: "idle" },
  connectedOnce: false,
  pending: null, // the command whose acknowledgement is awaited
  goesOn: false, // with a calibration that failed
  left: false,
  away: false, // when the interview ended
  deleting: false,
  deleted: false,
  preview: preview !== "", // the owner of a job looks at what a candidate would see
  sounding: false, // the question, right now
  draft: NOTHING_WRITTEN,
  turn: TurnWatch.silent,
  answeringSince: null, // performance.now()
  calibratingSince: null,
  hidden: new Set(), // parts of the page that the candidate does not want to see
  message: null,
  failure: null,
};

const link = new Link(model.access, {
  status: onStatus,
  snapshot: onSnapshot,
  event: onEvent,
  guide: (guide) => faceGuide.take(guide),
  notice: onNotice,
  refused: onRefused,
});

const audio = new QuestionAudio(model.access, {
  first: () => void link.command("playing").catch(explain),
  sounding: (sounding) => update({ sounding }),
  blocked: () => say("info", t("question.blocked")),
  failed: () => say("info", t("question.silent")),
});

const media = new Media({
  changed: (changes) => update({ media: { ...model.media, ...changes } }),
  stream: async (stream) => {
    byId("video", HTMLVideoElement).srcObject = stream;
    await link.use(stream);
  },
  level: onLevel,
  replaced: ({ device, label }) => {
    say("warning", t("device.replaced", { device: t(`device.${device}`), label }));
  },
  kept: ({ device, label }) => {
    say("warning", t("device.kept", { device: t(`device.${device}`), label }));
  },
  sighted: ({ label }) => say("success", t("device.back", { label })),
});

const environment = new Environment(
  () => media.stream,
  (check) => update({ check }),
);
const openAnswer = new OpenAnswer(session);
const turns = new TurnWatch((turn) => update({ turn }));
const writing = new Writing(
  session,
  (text) => link.command("answer.text", { text }),
  (draft) => update({ draft }),
  () => say("warning", t("typed.joined")),
);
model.draft = writing.draft;
// A refusal is no news: it says that the calibration, or the interview, has gone on meanwhile.
const faceGuide = new FaceGuide(() => void link.command("guide").catch(console.warn));
const hud = new Hud((hidden) => update({ hidden }));
model.hidden = hud.hidden;
const practice = new Practice(
  session,
  () => media.stream,
  () => update({ practised: true }),
);
model.practised = practice.passed;
new Entrance({
  send: async (consent) => (preview ? consent : keepConsent(consent)),
  update,
  agreed: onAgreed,
  purposes: () => (model.snapshot ? purposesOf(model.snapshot) : []),
});

/** @param {Partial<Model>} changes */
function update(changes) {
  Object.assign(model, changes);
  render(model);
  faceGuide.follow(currentPanel(model), model);
  if (model.snapshot) practice.draw();
  if (model.pending === null) keepFocus(); // else what comes next is not there yet
  hearQuestion();
}

/**
 * The question sounds where it is shown and waits for its answer, and nowhere else; but for who
 * writes, as it would be recorded with the answer of who speaks.
 */
function hearQuestion() {
  const { snapshot } = model;
  const put = currentPanel(model) === "question" && model.link.state === "connected";
  const waits = snapshot?.state === "asked" && model.pending !== "answer.start";
  const written = isTyped(snapshot) && snapshot?.state !== "asking";
  if (put && snapshot && (waits || written)) audio.follow(snapshot);
  else audio.stop();
}

/** @param {MessageKind} kind @param {string} text */
function say(kind, text) {
  update({ message: { kind, text } });
}

/** @param {string} title @param {string} text @param {string?} action @param {(() => void)?} act */
function fail(title, text, action = null, act = null) {
  byId("failure-action").onclick = act;
  update({ failure: { title, text, action } });
}

async function open() {
  setLanguage(lang);
  update({});
  if (preview) return openPreview();
  if (!session || !token) return fail(t("failure.title"), t("error.link"));
  if (!("RTCPeerConnection" in window)) return fail(t("failure.title"), t("error.webrtc"));
  if (!(await readSnapshot())) return;
  // Who reloads in the middle of an interview has agreed before: go on without a click.
  if (model.agreed && model.snapshot?.state !== "ended") await useDevices();
}

/** No session, no devices, no connection. Who looks at it reads another language, perhaps. */
async function openPreview() {
  for (const element of all("[data-t-owner]")) {
    element.textContent = named(element.dataset.tOwner);
    element.lang = currentLanguage();
  }
  byId("preview-job", HTMLAnchorElement).href = pageAddress("job.html", { job: preview });
  try {
    onSnapshot(await fetchPreview(preview));
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return goToLogin();
    fail(t("preview.failed"), adviceFor(error));
  }
}

/** @returns {Promise<boolean>} false where the page now says why it cannot be read */
async function readSnapshot() {
  try {
    onSnapshot(await fetchSnapshot(model.access));
    return true;
  } catch (error) {
    const refused = error instanceof ApiError ? error : null;
    if (refused?.deleted) afterDeletion();
    else if (refused?.permanent) fail(t("failure.title"), refused.advice);
    else fail(t("failure.title"), adviceOf(error), t("failure.reload"), () => location.reload());
    return false;
  }
}

/** It ended while nothing connected this page to it. */
async function readEnd() {
  update({ away: true });
  await readSnapshot();
}

/** @param {Given} consent */
async function keepConsent(consent) {
  try {
    return await sendConsent(model.access, consent);
  } catch (error) {
    if (error instanceof ApiError && error.deleted) afterDeletion();
    throw error;
  }
}

/** @param {Given} consent */
function onAgreed(consent) {
  if (model.snapshot === null) return; // nobody was asked
  const snapshot = { ...model.snapshot, consent };
  update({ agreed: true, snapshot, wantsVideo: sees(snapshot) });
  if (isTyped(snapshot)) void useDevices(); // there are none to ask for: connect
}

/**
 * Back to the question of consent: until it is answered nothing is seen, heard or sent.
 * @param {string | null} error
 */
function reconsider(error = null) {
  hush();
  link.stop();
  update({
    agreed: false,
    link: { state: "idle" },
    connectedOnce: false,
    tested: false,
    message: null,
    entrance: { ...Entrance.start, panel: "consent", error },
  });
}

async function useDevices() {
  if (isTyped(model.snapshot)) return link.use(new MediaStream()); // there is nothing to send
  await media.open({ video: model.wantsVideo });
}

/** Switch camera and microphone off, and what plays of them. */
function hush() {
  environment.stop();
  practice.stop();
  media.close();
  byId("video", HTMLVideoElement).srcObject = null;
}

/** @param {number} level 0 to 1 */
function onLevel(level) {
  showLevel(level);
  if (currentPanel(model) === "devices") environment.hear(level);
  practice.hear(level);
  turns.hear(level);
}

/** @param {Status} status */
function onStatus({ state, reason, seconds = 0 }) {
  const known = model.link.reason;
  // Until the next try has succeeded it still holds what was wrong, and why it was.
  const explained = known === "restarting" && reason && RESTART_LOOKS_LIKE.includes(reason);
  const wrong = state === "connecting" || explained ? known : reason;
  update({ link: { state, reason: wrong, retryAt: performance.now() + seconds * 1000 } });
}

/**
 * The gateway does not want this connection, and will not want the next either.
 * @param {ApiError} error
 */
async function onRefused(error) {
  if (error.code === "superseded") return standAside();
  if (error.deleted) return afterDeletion();
  hush();
  if (error.code === "session_ended") await readEnd();
  else if (error.code.startsWith("consent_")) reconsider(error.advice);
  else fail(t("failure.title"), error.advice);
}

/** @param {Snapshot} snapshot */
function onSnapshot(snapshot) {
  const previous = model.snapshot;
  setLanguage(snapshot.language);
  if (model.link.state === "connected") welcomeBack(previous, snapshot);
  const wantsVideo = sees(snapshot);
  const others = model.media.state === "ready" && wantsVideo !== model.wantsVideo;
  update({
    snapshot,
    agreed: model.agreed || (snapshot.state !== "new" && allows(snapshot, snapshot.consent)),
    wantsVideo,
    connectedOnce: model.connectedOnce || model.link.state === "connected",
    answeringSince: since(model.answeringSince, previous, snapshot, "answering"),
    calibratingSince: since(model.calibratingSince, previous, snapshot, "calibrating"),
  });
  turns.follow(snapshot);
  writing.follow(snapshot);
  if (snapshot.state === "ended") finish(previous?.state === "ended");
  else if (others) void useDevices(); // the consent was changed in another window
  if (snapshot.state === "new" && model.connectedOnce) void send("ready");
}

/**
 * Nothing is recorded any more: switch camera and microphone off, wait for the last scores.
 * @param {boolean} again
 */
function finish(again) {
  link.finish();
  hush();
  if (again) return; // a later score must not take away what was said meanwhile
  dismiss();
  update({ message: null });
}

/**
 * Who is back, or has reloaded the page, is told what has become of what was being recorded.
 * @param {Snapshot?} previous @param {Snapshot} snapshot
 */
function welcomeBack(previous, snapshot) {
  const interrupted = openAnswer.follow(previous, snapshot);
  if (!previous || snapshot.epoch === previous.epoch) return;
  const calibrating = previous.state === "calibrating" && snapshot.state === "ready";
  if (interrupted) say("warning", t(isTyped(snapshot) ? "typed.back" : "link.back.attempt"));
  else if (calibrating) say("warning", t("link.back.calibration"));
  else if (model.connectedOnce) say("success", t("link.back"));
}

/** @param {LiveEvent} event */
function onEvent(event) {
  if (model.snapshot !== null) update({ snapshot: applyEvent(model.snapshot, event) });
}

/** @param {Notice} notice */
function onNotice({ code, message }) {
  if (code === "superseded") return standAside();
  if (code === "deleted") return afterDeletion();
  if (code === "restarting") return update({ link: { ...model.link, reason: code } });
  say("info", textOr(`notice.${code}`, message));
}

/** The interview goes on in another window: nothing is seen or heard here until it is wanted here. */
function standAside() {
  const text = t(isTyped(model.snapshot) ? "typed.superseded" : "failure.superseded");
  fail(t("failure.superseded.title"), text, t("failure.here"), () => {
    update({ failure: null });
    void useDevices();
  });
  dismiss();
  update({ message: null });
  hush();
}

/**
 * Send `command` once; say whether the gateway did it.
 * @param {Command} command
 * @param {Fields} fields what the message says beside it
 */
async function send(command, fields = {}) {
  if (model.pending !== null) return false;
  update({ pending: command });
  try {
    await link.command(command, fields);
    return true;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    explain(error);
    return false;
  } finally {
    update({ pending: null });
  }
}

/** @param {{code: string, message: string}} error */
function explain({ code, message }) {
  // A dropped queue was explained where it was dropped; an answer that a lost connection closed
  // first was explained by the snapshot.
  if (!message || code === "not_answering") return;
  say("danger", t("error.command", { message: textOr(`command.${code}`, message) }));
}

/** @param {Command} command @param {MessageKind} kind @param {string} text @param {Fields} fields */
async function sendThen(command, kind, text, fields = {}) {
  update({ message: null });
  if ((await send(command, fields)) && model.snapshot?.state !== "ended") say(kind, text);
}

async function leave() {
  if (!(await send("leave"))) return;
  update({ left: true, message: null });
}

async function deleteData() {
  update({ deleting: true, message: null });
  try {
    await deleteSession(model.access);
    afterDeletion();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (model.deleted) return; // the gateway has said so over the connection
    say("danger", t("delete.failed", { cause: error.advice }));
  } finally {
    update({ deleting: false });
  }
}

/** Here, in another window, or by who invited: there is nothing any more to come back to. */
function afterDeletion() {
  dismiss();
  hush();
  link.stop();
  writing.forget();
  update({ deleted: true, message: null });
}

async function copyLink() {
  try {
    await navigator.clipboard.writeText(location.href);
    byId("copied").textContent = t("inapp.copied");
  } catch {
    byId("copied").textContent = t("inapp.not-copied");
  }
}

/**
 * Ask in the dialog of the button `id` first; its answer yes has the same name.
 * @param {string} id @param {() => unknown} act
 */
function onConfirmed(id, act) {
  onClick(id, async () => {
    if ((await ask(`${id}-dialog`)) === id) await act();
  });
}

onClick("allow", useDevices);
onClick("copy-link", copyLink);
onClick("tested", () => {
  environment.stop();
  update({ tested: true });
});
for (const button of all(".change-consent")) {
  button.addEventListener("click", () => reconsider());
}
onClick("calibrate", async () => {
  update({ message: null, goesOn: false });
  await send("calibrate");
});
onClick("anyway", () => update({ goesOn: true }));
onClick("start-answer", async () => {
  update({ message: null });
  if ((await send("answer.start")) && isTyped(model.snapshot)) writing.focus();
});
onClick("done", () => {
  const fields = isTyped(model.snapshot) ? { text: writing.draft.text } : {};
  return sendThen("answer.end", "success", t("question.saved"), fields);
});
onClick("go-on", () => turns.decline());
onClick("repeat", () => {
  if (model.sounding) return audio.hush();
  if (model.snapshot?.question_audio) return audio.again(model.snapshot);
  return sendThen("repeat", "info", t("question.repeated"));
});
onConfirmed("leave", leave);
onConfirmed("delete", deleteData);
onConfirmed("retake", () => sendThen("retake", "info", t("retake.done")));
for (const device of /** @type {const} */ (["camera", "microphone"])) {
  const choice = byId(`${device}-choice`, HTMLSelectElement);
  choice.addEventListener("change", async () => {
    const chosen = choice.value; // drawing sets it back to what is in use
    if ((await media.choose(device, chosen)) && device === "microphone") environment.forgetVoice();
  });
}

/** @param {string} detail */
function onScriptError(detail) {
  say("danger", t("error.script", { detail }));
}
window.addEventListener("error", ({ message }) => onScriptError(message));
window.addEventListener("unhandledrejection", ({ reason }) => onScriptError(String(reason)));
setInterval(() => {
  const left = tick(model);
  if (left !== null && model.pending === null && isTyped(model.snapshot)) writing.tick(left);
  faceGuide.tick();
}, TICK_MS);
setInterval(async () => {
  if (currentPanel(model) === "devices") environment.measured(await link.roundTrip());
}, MEASURE_MS);
await open();
