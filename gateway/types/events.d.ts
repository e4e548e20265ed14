/** The live events that the data channel carries, as in schemas/events. */
import type { Language, Policy } from "./snapshot";

/** What every event has: `Event` in schemas/events/base.py. */
interface Base {
  v: 1;
  id: string;
  session: string;
  question: number;
  attempt: number;
  epoch: number;
  seq: number;
  /** UTC milliseconds. */
  at: number;
}

/** Parts of a score. */
export type ComponentName = "gaze" | "voice" | "smile" | "posture" | "emotion" | "total";

export interface Component {
  /** 0 to 100; null: insufficient evidence, never zero. */
  value: number | null;
  /** Share of the evidence that was there, 0 to 1. */
  coverage: number;
}

/** A candidate's zero point: `Baseline` in schemas/formula.py. Angles are degrees. */
export interface Baseline {
  gaze_yaw: number;
  gaze_pitch: number;
  head_yaw: number;
  head_pitch: number;
  head_roll: number;
  /** 0 to 1. */
  smile: number;
  /** 0 to 1; null: the policy does not infer it. */
  tension: number | null;
}

export interface CalibrationCompleted extends Base {
  type: "calibration.completed";
  ok: boolean;
  problems: ("no_face" | "several_faces" | "quiet_microphone" | "no_media")[];
  baseline: Baseline;
  frames: number;
  /** Frames with exactly one face. */
  faces: number;
  /** 0 to 1. */
  rms: number;
}

export interface QuestionAsked extends Base {
  type: "question.asked";
  language: Language;
  text: string;
  engine: string;
  source: "bank" | "model" | "template" | "fixed";
  model: string;
  prompt_version: string;
  guard: string;
  grounding: string;
  took_ms: number;
  retrieval: "" | "clickhouse" | "memory" | "order";
  retrieval_ms: number;
}

export interface QuestionSpoken extends Base {
  type: "question.spoken";
  language: Language;
  text: string;
  /** Name of the clip; empty: none. */
  clip: string;
  duration_ms: number;
  engine: "kokoro" | "piper" | "coqui";
  voice: string;
  cached: boolean;
  took_ms: number;
  /** Why there is no clip; empty: there is. */
  failure: string;
}

/** Times are milliseconds from the answer's first sample. */
export interface Word {
  text: string;
  start_ms: number;
  end_ms: number;
  /** 0 to 1. */
  probability: number;
}

export interface TranscriptSegment extends Base {
  type: "transcript.segment";
  language: Language;
  text: string;
  words: Word[];
  start_ms: number;
  end_ms: number;
  speech_ms: number;
  avg_logprob: number;
  /** 0 to 1. */
  no_speech_prob: number;
}

export interface TranscriptFinal extends Base {
  type: "transcript.final";
  audio_ms: number;
}

export interface QuestionScored extends Base {
  type: "question.scored";
  stage: "behaviour" | "final";
  language: Language;
  policy: Policy;
  formula_version: string;
  /** How many distinct pieces of evidence are in it: of two scores the one with more stands. */
  evidence: number;
  gaze: Component;
  voice: Component;
  smile: Component;
  posture: Component;
  /** null: the policy does not infer it. */
  emotion: Component | null;
  total: Component;
  /** UTC milliseconds. */
  started_at: number;
  /** UTC milliseconds. */
  ended_at: number;
  question_text: string;
  transcript: string;
  words: number;
  words_per_minute: number | null;
  fillers: number;
  /** Mean probability of the words heard, 0 to 1. */
  confidence: number | null;
  pauses: number;
  pause_ms: number;
  longest_pause_ms: number;
  /** Whether the answer was written: `transcript` is its text. */
  typed: boolean;
}

export type LiveEvent =
  | CalibrationCompleted
  | QuestionAsked
  | QuestionSpoken
  | TranscriptSegment
  | TranscriptFinal
  | QuestionScored;
