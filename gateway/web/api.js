/** The gateway's HTTP interface. */
import { hasText, t } from "./i18n.js";

/** @import {ErrorBody} from "../types/errors.d.ts" */
/** @import {Report} from "../types/report.d.ts" */
/** @import {Access, CreatedSession, NewSession} from "../types/sessions.d.ts" */
/** @import {Answer, Arrival, IceServers, Offer} from "../types/sessions.d.ts" */
/** @import {Given, Snapshot} from "../types/snapshot.d.ts" */

const TIMEOUT_MS = 15_000;
/** @type {Partial<Record<number, "unauthorized" | "forbidden" | "not_found">>} */
const KNOWN_STATUS = { 401: "unauthorized", 403: "forbidden", 404: "not_found" };

/** A request that did not succeed. `code` is the gateway's, or `network` or `timeout`. */
export class ApiError extends Error {
  /**
   * @param {string} code
   * @param {string} message
   * @param {{status?: number, retryAfterS?: number}} reply status 0: there was none
   */
  constructor(code, message, { status = 0, retryAfterS = 0 } = {}) {
    super(message);
    this.code = code;
    this.status = status;
    this.retryAfterS = retryAfterS;
  }

  /** Whether the same request cannot succeed later. */
  get permanent() {
    return this.status >= 400 && this.status < 500 && this.status !== 408 && this.status !== 429;
  }

  /** Whether the data of the interview were deleted; only who holds its token is told. */
  get deleted() {
    return this.code === "interview_deleted";
  }

  /** What to tell the candidate, in the page's language where the cause is a known one. */
  get advice() {
    const own = `error.${this.code}`;
    if (hasText(own)) return t(own);
    const byStatus = KNOWN_STATUS[this.status];
    if (byStatus) return t(`error.${byStatus}`);
    if (this.status === 503) {
      const full = ["behind", "busy", "capacity", "ports"].includes(this.code);
      const key = full ? "error.busy" : "error.unavailable";
      return t(key, { seconds: this.retryAfterS || 10 });
    }
    return this.message;
  }
}

/**
 * What to tell of anything that went wrong: of a fault of the page's own, what it is.
 * @param {unknown} error
 */
export function adviceOf(error) {
  return error instanceof ApiError ? error.advice : String(error);
}

/**
 * Without a bearer token the browser's cookie says who asks.
 * @template T
 * @param {"GET" | "POST" | "PUT" | "DELETE"} method
 * @param {string} path
 * @param {{bearer?: string | undefined, body?: object, read?: "text" | "blob"}} options
 * @returns {Promise<T>} what the gateway replies; its word is taken for what that is
 * @throws {ApiError}
 */
export async function request(method, path, { bearer, body, read = "text" } = {}) {
  let response;
  /** @type {string | Blob} */
  let content;
  try {
    response = await fetch(path, {
      method,
      headers: {
        ...(bearer === undefined ? {} : { Authorization: `Bearer ${bearer}` }),
        ...(method === "GET" ? {} : { "Content-Type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      cache: "no-store",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    content = await (response.ok ? response[read]() : response.text());
  } catch (error) {
    const timeout = error instanceof Error && error.name === "TimeoutError";
    const code = timeout ? "timeout" : "network";
    throw new ApiError(code, t(`error.${code}`));
  }
  const found = typeof content === "string" ? parse(content) : content;
  if (response.ok) return /** @type {T} */ (found);
  const error = errorIn(found);
  throw new ApiError(error.code ?? "http", error.message ?? `HTTP ${response.status}`, {
    status: response.status,
    retryAfterS: Number(response.headers.get("Retry-After")) || 0,
  });
}

/** A proxy's error page is not JSON. @param {string} text @returns {unknown} */
function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** @param {unknown} reply @returns {Partial<ErrorBody>} nothing where it is not the gateway's */
function errorIn(reply) {
  if (typeof reply !== "object" || reply === null || !("error" in reply)) return {};
  return typeof reply.error === "object" && reply.error !== null ? reply.error : {};
}

/** @param {string} key @param {NewSession} wish @returns {Promise<CreatedSession>} */
export function createSession(key, wish) {
  return request("POST", "/api/sessions", { bearer: key, body: wish });
}

/** @param {Access} access @returns {Promise<Snapshot>} */
export function fetchSnapshot({ session, token }) {
  return request("GET", `/api/sessions/${encodeURIComponent(session)}`, { bearer: token });
}

/** @param {Access} access @param {Given} consent @returns {Promise<Given>} */
export function sendConsent({ session, token }, consent) {
  const path = `/api/sessions/${encodeURIComponent(session)}/consent`;
  return request("PUT", path, { bearer: token, body: consent });
}

/**
 * With the candidate's token, or as the owner of the job who is logged in.
 * @param {{session: string, token?: string}} access
 * @returns {Promise<null>}
 */
export function deleteSession({ session, token = "" }) {
  const bearer = token === "" ? undefined : token;
  return request("DELETE", `/api/sessions/${encodeURIComponent(session)}`, { bearer });
}

/**
 * With the candidate's token, or as the owner of the job who is logged in.
 * @param {Access} access
 * @returns {Promise<Report>}
 */
export function fetchReport({ session, token }) {
  const bearer = token === "" ? undefined : token;
  return request("GET", `/api/sessions/${encodeURIComponent(session)}/report`, { bearer });
}

/** @param {Access} access @param {number} question @returns {Promise<Blob>} as it is spoken */
export function fetchQuestionAudio({ session, token }, question) {
  const path = `/api/sessions/${encodeURIComponent(session)}/questions/${question}/audio`;
  return request("GET", path, { bearer: token, read: "blob" });
}

/** @param {Access} access @returns {Promise<RTCIceServer[]>} mostly none */
export async function fetchIceServers({ token }) {
  /** @type {IceServers} */
  const { ice_servers } = await request("GET", "/rtc/ice-servers", { bearer: token });
  return ice_servers;
}

/** @param {Access} access @param {string} sdp @param {Arrival} arrival @returns {Promise<Answer>} */
export function sendOffer({ session, token }, sdp, arrival) {
  /** @type {Offer} */
  const body = { session, sdp, type: "offer", ...arrival };
  return request("POST", "/rtc/offer", { bearer: token, body });
}
