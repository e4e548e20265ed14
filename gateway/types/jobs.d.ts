/** Jobs and who is invited to them: gateway/api/jobs.py and gateway/api/invitations.py. */
import type { CreatedSession } from "./sessions";
import type { Language, Policy, Snapshot, State } from "./snapshot";

/** What answers are assessed for. */
export interface Criterion {
  name: string;
  meaning: string;
}

export interface NewJob {
  language: Language;
  policy: Policy;
  /** null: as many as are fixed, otherwise the gateway's usual number. */
  questions: number | null;
  fixed: string[];
  rubric: Criterion[];
  position: string;
  company: string;
  /** Seconds that an answer may take; null: the gateway's limit. */
  answer_limit_s: number | null;
  /** null: any number of times. */
  retakes: number | null;
  show_report: boolean;
}

export interface JobReply extends NewJob {
  job: string;
  /** UTC milliseconds. */
  created_at: number;
  /** UTC milliseconds; null: open. */
  archived_at: number | null;
}

export interface NewInvitation {
  name: string;
  email?: string;
  days: number;
  /** Factor. */
  extra_time: number;
  camera: Snapshot["camera"];
  answers: Snapshot["answers"];
}

export interface InvitationReply {
  invitation: string;
  job: string;
  /** Empty once it is forgotten whose it was. */
  name: string;
  email: string | null;
  /** UTC milliseconds. */
  created_at: number;
  /** UTC milliseconds. */
  expires_at: number;
  /** UTC milliseconds. */
  revoked_at: number | null;
  /** Factor. */
  extra_time: number;
  camera: Snapshot["camera"];
  answers: Snapshot["answers"];
  state: "invited" | "expired" | "revoked" | "deleted" | State;
  /** The candidate's address below the gateway's, until it was opened. */
  link: string | null;
  session: string | null;
  /** The report's address below the gateway's. */
  report: string | null;
}

/** The candidate's interview. */
export interface Entered extends CreatedSession {
  language: Language;
  position: string;
  company: string;
}
