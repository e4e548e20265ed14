/** The whole state of an interview, as the gateway shows it: `Snapshot` in gateway/api/sessions.py. */
import type { QuestionScored } from "./events";

export type Language = "en" | "ko";
export type Policy = "practice" | "hiring";

/** What a candidate can be asked to agree to. */
export type Purpose = "audio" | "video" | "text";

/** The candidate's consent. */
export interface Given {
  audio: boolean;
  video: boolean;
  /** What is typed may be kept. */
  text: boolean;
  /** Of the texts `consent.*` that the candidate was shown. */
  text_version: string;
}

export type State =
  | "new"
  | "ready"
  | "calibrating"
  | "calibrated"
  | "asking"
  | "asked"
  | "answering"
  | "ended";

export interface CalibrationResult {
  ok: boolean;
  /** Keys of `problem.*`. */
  problems: string[];
}

/** One utterance. */
export interface CaptionLine {
  question: number;
  text: string;
  /** Milliseconds from the answer's first sample. */
  start_ms: number;
}

/** By question number; none where there is no report to see. */
export type Scores = Record<string, QuestionScored>;

export interface Snapshot {
  session: string;
  language: Language;
  policy: Policy;
  position: string;
  company: string;
  /** null: not asked yet. */
  consent: Given | null;
  consent_open: boolean;
  state: State;
  /** Accepted offers so far. */
  epoch: number;
  /** Number of the question; 0 before the first. */
  question: number;
  /** Number of the attempt at it, or at the calibration. */
  attempt: number;
  /** How many questions the interview has. */
  total: number;
  /** null until it is there. */
  question_text: string | null;
  /** Whether it can be heard. */
  question_audio: boolean;
  calibration: CalibrationResult | null;
  /** Numbers of the questions that were answered. */
  answered: number[];
  /** Typed so far as the answer to the present question. */
  written: string;
  captions: CaptionLine[];
  /** Whether the candidate sees scores and report. */
  report: boolean;
  scores: Scores;
  /** Seconds that an answer may take. */
  answer_limit_s: number;
  /** How often the present answer may be started over; null: any number of times. */
  retakes_left: number | null;
  /** Factor that the limit has in it; silence has it too. */
  extra_time: number;
  /** Whether to ask for the camera. */
  camera: "asked" | "optional";
  /** typed: neither microphone nor camera is asked for. */
  answers: "spoken" | "typed";
  /** Seconds that a calibration takes. */
  calibration_s: number;
  /** Days that files of the interview are kept. */
  retention_days: number;
  /** Number of the last command that was settled. */
  last_seq: number;
  recording: boolean;
}
