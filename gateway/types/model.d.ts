/** What the interview page knows; its view draws this and nothing else. */
import type { Command } from "./channel";
import type { MediaState } from "./devices";
import type { LinkState } from "./link";
import type { Access } from "./sessions";
import type { Purpose, Snapshot } from "./snapshot";

export type EntrancePanel = "welcome" | "consent" | "declined";

/** What is shown of the way in. */
export interface EntranceState {
  panel: EntrancePanel;
  /** Purposes for which nothing was chosen. */
  missing: Purpose[];
  busy: boolean;
  error: string | null;
}

/** The environment test: what was tried, and what came of it. */
export interface Check {
  /** Whether the microphone has heard anything like speech. */
  heard: boolean;
  /** Whether this browser can record. */
  recordable: boolean;
  voice: "idle" | "recording" | "playing" | "failed";
  speaker: "untested" | "playing" | "asking" | "heard" | "unheard";
  /** Milliseconds to the gateway and back; null: not measured. */
  roundTripMs: number | null;
}

/** One answer, by ear. */
export interface Turn {
  speaking: boolean;
  /** Whether to offer an end. */
  offered: boolean;
}

/** On the way through the interview. */
export type Step = "consent" | "devices" | "calibrate" | "questions" | "done";

/** What a candidate may hide from themselves. */
export type Part = "self" | "scores";

export type MessageKind = "info" | "success" | "warning" | "danger";

/** The panel that is shown. */
export type Panel =
  | EntrancePanel
  | "loading"
  | "joining"
  | "failure"
  | "devices"
  | "calibrate"
  | "calibrating"
  | "practice"
  | "question"
  | "ended"
  | "deleted"
  | "previewed";

/** What is being written as an answer. */
export interface Draft {
  /** Number of the question. */
  question: number;
  /** What stands in the text area. */
  text: string;
  /** What the gateway has acknowledged. */
  saved: string;
  /** What was sent last; its acknowledgement may have been lost. */
  sent: string;
}

export interface Model {
  access: Access;
  /** null: nothing is known yet. */
  snapshot: Snapshot | null;
  entrance: EntranceState;
  /** Now or, where the interview has begun, before. */
  agreed: boolean;
  wantsVideo: boolean;
  media: MediaState;
  check: Check;
  /** Whether the candidate went on from the environment test. */
  tested: boolean;
  practised: boolean;
  link: LinkState;
  connectedOnce: boolean;
  /** The command whose acknowledgement is awaited. */
  pending: Command | null;
  /** With a calibration that failed. */
  goesOn: boolean;
  left: boolean;
  /** When the interview ended. */
  away: boolean;
  deleting: boolean;
  deleted: boolean;
  /** The owner of a job looks at what a candidate would see. */
  preview: boolean;
  /** The question, right now. */
  sounding: boolean;
  turn: Turn;
  /** Where answers are written. */
  draft: Draft;
  /** On the clock of `performance.now()`, milliseconds; so is `calibratingSince`. */
  answeringSince: number | null;
  calibratingSince: number | null;
  hidden: Set<Part>;
  message: { kind: MessageKind; text: string } | null;
  failure: { title: string; text: string; action: string | null } | null;
}

/** The same once the gateway has told its state. */
export interface Known extends Model {
  snapshot: Snapshot;
}
