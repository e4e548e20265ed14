/** Requests and replies about one interview: gateway/api/sessions.py and gateway/api/rtc.py. */
import type { Language } from "./snapshot";

/** Whose interview it is: the candidate's link. */
export interface Access {
  session: string;
  /** Empty: who asks is logged in. */
  token: string;
}

/** What the start page asks for. */
export interface NewSession {
  language: Language;
  position: string;
  company: string;
  questions: number;
}

export interface CreatedSession extends Access {
  /** UTC milliseconds. */
  expires_at: number;
}

/** A page's offer. */
export interface Offer extends Arrival {
  session: string;
  sdp: string;
  type: "offer";
}

/** Who comes, and whether by itself after it was cut off. */
export interface Arrival {
  window: string;
  returns: boolean;
}

export interface Answer {
  sdp: string;
  type: "answer";
  epoch: number;
}

/** A STUN or TURN server. */
export interface IceServer {
  urls: string[];
  username?: string;
  credential?: string;
}

export interface IceServers {
  ice_servers: IceServer[];
}
