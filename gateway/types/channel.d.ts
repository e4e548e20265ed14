/** The data channel's messages: gateway/PROTOCOL.md. */
import type { LiveEvent } from "./events";
import type { Snapshot } from "./snapshot";

/** What a page may ask for: `Command` in gateway/session/checks.py. */
export type Command =
  | "ready"
  | "guide"
  | "calibrate"
  | "answer.start"
  | "answer.text"
  | "answer.end"
  | "playing"
  | "repeat"
  | "retake"
  | "leave";

/** Page to gateway: `Request` in gateway/live/commands.py. */
export interface Request {
  /** Counts from 1 over the life of the session. */
  seq: number;
  command: Command;
  /** What was written, of `answer.text` and `answer.end`. */
  text?: string;
}

/** What a request says beside its number and its command. */
export type Fields = Pick<Request, "text">;

/** Why a command was refused: `Fault` in gateway/session/model.py. */
export interface Fault {
  code: string;
  message: string;
}

/** The reply to the request number `ack`; the rest is `Ack` in gateway/session/model.py. */
export interface Acknowledgement {
  ack: number;
  ok: boolean;
  error?: Fault;
}

/** What a candidate who sits down is to do: `Advice` in gateway/session/guide.py. */
export type Advice =
  | "no_face"
  | "several_faces"
  | "more_light"
  | "nearer"
  | "further"
  | "middle"
  | "still"
  | "good";

export interface Guide {
  advice: Advice;
}

export interface Notice {
  code: string;
  message: string;
}

/** Gateway to page. */
export type Message =
  | { snapshot: Snapshot }
  | Acknowledgement
  | { event: LiveEvent }
  | { guide: Guide }
  | { notice: Notice };
