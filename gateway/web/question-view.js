/** Draws the question, the buttons to answer it, whose turn it is, and the captions. */
import { byId, show } from "./dom.js";
import { spellDuration, t } from "./i18n.js";
import { isTyped } from "./interview-state.js";
import { setText } from "./list-view.js";
import { drawWriting } from "./writing-view.js";

/** @import {Command} from "../types/channel.d.ts" */
/** @import {Known, Turn} from "../types/model.d.ts" */
/** @import {Snapshot} from "../types/snapshot.d.ts" */
/** @import {TextKey} from "./i18n.js" */

/** @typedef {{asked: boolean, answering: boolean, sounding: boolean, turn: Turn}} Now */
/**
 * @typedef {object} Buttons
 * @property {boolean} asked whether an answer may be begun
 * @property {boolean} answering whether one is recorded
 * @property {Command | null} pending the command that is under way
 * @property {boolean} locked whether no other one may be sent
 * @property {boolean} heard whether the question can be
 * @property {boolean} sounding whether it is, right now
 * @property {number | null} left how often the answer may be started over; null: no limit
 * @property {boolean | null} written whether anything is; null: answers are spoken
 */

/** @param {Known} model */
export function drawQuestion(model) {
  const { snapshot, link, pending, sounding, turn, wantsVideo, draft } = model;
  const typed = isTyped(snapshot);
  const asked = snapshot.state === "asked";
  const answering = snapshot.state === "answering";
  // Without a connection nothing is recorded, whatever the last snapshot said.
  const online = link.state === "connected";
  // Whether its end arrived before the connection broke is known only once there is one again.
  const lost = answering && !online && pending !== "answer.end";
  drawHead(snapshot, answering && online);
  setText(byId("recording"), t(wantsVideo ? "question.recording" : "question.recording.sound"));
  drawText(snapshot, asked, answering);
  drawTurn({ asked, answering: answering && online, lost, sounding, turn, typed });
  show(byId("turn"), online || lost);
  // A screen reader would talk over the voice.
  byId("question").setAttribute("aria-live", snapshot.question_audio ? "off" : "polite");
  const locked = pending !== null || !online;
  const { question_audio: heard, retakes_left: left } = snapshot;
  const written = typed ? draft.text.trim() !== "" : null;
  const open = answering && !lost;
  drawButtons({ asked, answering: open, pending, locked, heard, sounding, left, written });
  drawCaptions(snapshot, answering && online);
  drawWriting(model, { asked, answering: answering && online, lost });
}

/**
 * Whose turn it is, and after a pause the offer to end. Nothing here ever ends an answer.
 * @param {Now & {lost: boolean, typed: boolean}} now
 */
function drawTurn({ asked, answering, lost, sounding, turn, typed }) {
  const box = byId("turn");
  const state = lost ? "lost" : turnState({ asked, answering, sounding, turn });
  const writes = typed && (answering || lost);
  box.dataset.turn = writes && answering ? "writing" : state;
  setText(box, t(writes ? `typed.turn${lost ? ".lost" : ""}` : `turn.${state}`));
  const offered = answering && turn.offered;
  show(byId("offer"), offered);
  setText(byId("offer-text"), offered ? t("offer.text") : "");
}

/** @param {Now} now */
function turnState({ asked, answering, sounding, turn }) {
  if (answering) return turn.speaking ? "hearing" : "listening";
  if (asked) return sounding ? "speaking" : "ready";
  return "thinking";
}

/** @param {Snapshot} snapshot @param {boolean} recording */
function drawHead({ question, total, attempt }, recording) {
  const number = Math.max(1, question);
  byId("question-number").textContent = t("question.number", { number, total });
  byId("question-attempt").textContent = t("question.attempt", { attempt });
  show(byId("question-attempt"), attempt > 1);
  show(byId("timer"), recording);
}

/** @param {Snapshot} snapshot @param {boolean} asked @param {boolean} answering */
function drawText({ question_text, answer_limit_s }, asked, answering) {
  const there = asked || answering;
  const box = byId("question");
  setText(box, there && question_text !== null ? question_text : t("question.preparing"));
  box.classList.toggle("preparing", !there);
  setText(byId("question-hint"), t("question.limit", { time: spellDuration(answer_limit_s) }));
  show(byId("question-hint"), asked);
}

/** @param {Buttons} buttons */
function drawButtons({ asked, answering, pending, locked, heard, sounding, left, written }) {
  const starting = pending === "answer.start";
  const saving = pending === "answer.end";
  const start = written ? "typed.on" : "question.start";
  drawButton("start-answer", asked, locked, starting ? "question.starting" : start);
  const empty = written === false;
  drawButton("done", answering, locked || empty, saving ? "question.saving" : "question.done");
  // While an answer is recorded a question that can be heard would be recorded with it.
  const hear = sounding ? "question.hush" : "question.hear";
  const repeat = heard ? hear : "question.repeat";
  drawButton("repeat", asked || (answering && (!heard || written !== null)), locked, repeat);
  drawButton("retake", answering && left !== 0 && written === null, locked, "retake");
  const limited = typeof left === "number";
  show(byId("retake-left"), limited);
  setText(byId("retake-left"), limited ? t("retake.left", { left }) : "");
}

/** @param {string} id @param {boolean} visible @param {boolean} disabled @param {TextKey} text */
function drawButton(id, visible, disabled, text) {
  const button = byId(id, HTMLButtonElement);
  show(button, visible);
  button.disabled = disabled;
  button.textContent = t(text);
}

/** @param {Snapshot} snapshot @param {boolean} answering */
function drawCaptions({ captions, question, ...snapshot }, answering) {
  const lines = captions
    .filter((caption) => caption.question === question)
    .sort((a, b) => a.start_ms - b.start_ms)
    .map(({ text }) => text.trim());
  show(byId("captions-box"), snapshot.answers === "spoken" && (answering || lines.length > 0));
  const box = byId("captions");
  const text = lines.join(" ") || t("captions.empty");
  if (box.textContent !== text) {
    box.textContent = text;
    box.scrollTop = box.scrollHeight;
  }
  box.classList.toggle("empty", lines.length === 0);
}
