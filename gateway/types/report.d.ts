/** A session's report: gateway/reports.py. */
import type { Component } from "./events";
import type { Policy } from "./snapshot";

/** What an answer shows of one criterion. */
export interface JudgementReport {
  criterion: string;
  /** 1 to 5; null: `gap` says why. */
  level: number | null;
  reason: string;
  quote: string;
  /** Milliseconds from the answer's first sample. */
  start_ms: number;
  end_ms: number;
  gap: string;
}

/** One question that was answered. */
export interface QuestionReport {
  question: number;
  attempt: number;
  stage: "pending" | "behaviour" | "final";
  question_text: string;
  gaze: Component;
  voice: Component;
  smile: Component;
  posture: Component;
  /** null: the policy does not infer it. */
  emotion: Component | null;
  total: Component;
  transcript: string;
  first_words: string;
  words: number;
  words_per_minute: number | null;
  fillers: number;
  /** 0 to 1. */
  confidence: number | null;
  pauses: number;
  pause_ms: number;
  longest_pause_ms: number;
  /** UTC milliseconds. */
  started_at: number;
  /** UTC milliseconds. */
  ended_at: number;
  duration_s: number;
  lag_behaviour_s: number | null;
  lag_final_s: number | null;
  judgements: JudgementReport[];
}

/** Over the questions that have a value; null where none has. */
export interface Means {
  gaze: number | null;
  voice: number | null;
  smile: number | null;
  posture: number | null;
  emotion: number | null;
  total: number | null;
  /** 0 to 1. */
  coverage: number | null;
}

export interface Report {
  session: string;
  policy: Policy;
  /** Whether the camera was analysed. */
  video: boolean;
  /** Whether the answers were written. */
  typed: boolean;
  language: string;
  position: string;
  company: string;
  /** UTC milliseconds. */
  created_at: number | null;
  /** UTC milliseconds. */
  closed_at: number | null;
  end_reason: string;
  questions_planned: number;
  question_count: number;
  duration_s: number | null;
  answering_s: number | null;
  formula_version: string;
  questions: QuestionReport[];
  means: Means;
}
