/** What the interview page knows: the gateway's snapshot, kept current by events. */

/** @import {LiveEvent, QuestionScored, TranscriptSegment} from "../types/events.d.ts" */
/** @import {Panel, Step} from "../types/model.d.ts" */
/** @import {CaptionLine, Given, Purpose, Scores, Snapshot, State} from "../types/snapshot.d.ts" */

/**
 * Take over an event. Returns the changed snapshot; a repaired or repeated event changes nothing.
 * @param {Snapshot} snapshot
 * @param {LiveEvent} event
 * @returns {Snapshot}
 */
export function applyEvent(snapshot, event) {
  switch (event.type) {
    case "calibration.completed":
      return { ...snapshot, calibration: { ok: event.ok, problems: event.problems } };
    case "question.asked":
      return event.question === snapshot.question
        ? { ...snapshot, question_text: event.text }
        : snapshot;
    case "transcript.segment":
      return { ...snapshot, captions: withCaption(snapshot.captions, event) };
    case "question.scored":
      return { ...snapshot, scores: withScore(snapshot.scores, event) };
    default:
      return snapshot;
  }
}

/** @param {CaptionLine[]} captions @param {TranscriptSegment} segment */
function withCaption(captions, { question, text, start_ms }) {
  const known = captions.some(
    (caption) => caption.question === question && caption.start_ms === start_ms,
  );
  return known ? captions : [...captions, { question, text, start_ms }];
}

/** More evidence wins, as in the tables. @param {Scores} scores @param {QuestionScored} scored */
function withScore(scores, scored) {
  const previous = scores[scored.question];
  const better =
    !previous ||
    scored.attempt > previous.attempt ||
    (scored.attempt === previous.attempt && scored.evidence >= previous.evidence);
  return better ? { ...scores, [scored.question]: scored } : scores;
}

/**
 * What the candidate is asked to agree to: their invitation may leave the camera out.
 * @param {Snapshot} snapshot
 * @returns {Purpose[]}
 */
export function purposesOf({ camera, answers }) {
  if (answers === "typed") return ["text"];
  return camera === "optional" ? ["audio"] : ["audio", "video"];
}

/**
 * Whether the candidate answers in writing: neither camera nor microphone is asked for.
 * @param {Snapshot | null} snapshot
 */
export function isTyped(snapshot) {
  return snapshot?.answers === "typed";
}

/**
 * Whether `consent` is to what there is no interview without.
 * @param {Snapshot} snapshot
 * @param {Given | null} consent
 */
export function allows(snapshot, consent) {
  return (isTyped(snapshot) ? consent?.text : consent?.audio) === true;
}

/** Whether the candidate lets their camera be used. @param {Snapshot} snapshot */
export function sees(snapshot) {
  return snapshot.consent?.video ?? purposesOf(snapshot).includes("video");
}

/**
 * Whether anything was calibrated or answered: before that nobody has a place to come back to.
 * @param {Snapshot | null} snapshot
 */
export function hasBegun(snapshot) {
  return snapshot !== null && !["new", "ready"].includes(snapshot.state);
}

/**
 * Whether an interview that is over was so before every question was answered.
 * @param {Snapshot} snapshot
 */
export function endedEarly({ answered, total }) {
  return answered.length < total;
}

/**
 * Whether the candidate went through a `step` of an interview that is over, as far as it is known.
 * @param {Step} step
 * @param {Snapshot | null} snapshot
 */
export function wentThrough(step, snapshot) {
  if (snapshot === null) return false;
  if (step === "consent") return snapshot.consent !== null;
  if (step === "questions") return !endedEarly(snapshot);
  return snapshot.calibration !== null; // which needs the devices
}

/**
 * The panel that the page shows for `snapshot`.
 * @param {Snapshot} snapshot
 * @param {{goesOn: boolean, tested: boolean, practised: boolean}} known
 * @returns {Panel}
 */
export function panelOf(snapshot, { goesOn, tested, practised }) {
  if (isTyped(snapshot)) {
    if (snapshot.state === "ended") return "ended";
    return snapshot.state === "new" ? "joining" : "question";
  }
  switch (snapshot.state) {
    case "new":
      return "devices";
    case "ready":
      return tested ? "calibrate" : "devices";
    case "calibrating":
      return "calibrating";
    case "ended":
      return "ended";
    default:
      if (needsCalibration(snapshot) && !goesOn) return "calibrate";
      return practised || !isFirst(snapshot) ? "question" : "practice";
  }
}

/**
 * Whether the first question has not been answered yet, nor has its answer been begun.
 * @param {Snapshot} snapshot
 */
function isFirst({ state, question, attempt }) {
  return state !== "answering" && question <= 1 && attempt <= 1;
}

/**
 * A calibration that failed may be repeated until the first answer starts.
 * @param {Snapshot} snapshot
 */
export function needsCalibration({ state, question, attempt, calibration }) {
  if (state === "answering" || question > 1 || attempt > 1) return false;
  return calibration !== null && !calibration.ok;
}

/**
 * When the present stay in `state` began; a new attempt is a new stay.
 * @param {number?} start @param {Snapshot?} previous @param {Snapshot} snapshot @param {State} state
 */
export function since(start, previous, snapshot, state) {
  if (snapshot.state !== state) return null;
  const same = previous?.state === state && previous.attempt === snapshot.attempt;
  return same && start !== null ? start : performance.now();
}
