/** Draws what there is to write an answer with, in the place of picture, level and captions. */
import { byId, show } from "./dom.js";
import { t } from "./i18n.js";
import { isTyped } from "./interview-state.js";
import { setText } from "./list-view.js";

/** @import {Known} from "../types/model.d.ts" */

const MOST = 10_000;
/** From so many characters on it is said aloud how many are left, and then at each of these. */
const SAID_AT = [200, 100, 50, 20, 0];

/**
 * @param {Known} model
 * @param {{asked: boolean, answering: boolean, lost: boolean}} where is the answer
 */
export function drawWriting({ snapshot, draft, pending }, { asked, answering, lost }) {
  const typed = isTyped(snapshot);
  for (const part of ["recording-dot", "recording"]) show(byId(part), !typed);
  if (!typed) return show(byId("writing"), false);
  const { text, saved } = draft;
  const open = answering || lost;
  show(byId("writing"), open || (asked && text !== ""));
  byId("answer-text", HTMLTextAreaElement).readOnly = !open || pending === "answer.end";
  const left = MOST - text.length;
  setText(byId("writing-state"), text === "" ? "" : t(stateText({ open, lost, kept: saved === text })));
  setText(byId("writing-left"), t("typed.left", { left: spell(left) }));
  const step = SAID_AT.findLast((each) => left <= each);
  setText(byId("writing-said"), open && step !== undefined ? t("typed.left", { left: spell(step) }) : "");
  placeLeave();
}

/** @param {{open: boolean, lost: boolean, kept: boolean}} what */
function stateText({ open, lost, kept }) {
  if (lost) return "typed.offline";
  if (!open) return "typed.waits";
  return kept ? "typed.saved" : "typed.saving";
}

/** @param {number} count */
function spell(count) {
  return count.toLocaleString(document.documentElement.lang);
}

/** Its place elsewhere is below the candidate's own picture, which is not shown. */
function placeLeave() {
  const button = byId("leave");
  if (button.parentElement !== byId("question-foot")) byId("question-foot").append(button);
}
