/** The gateway's HTTP interface. */
import { hasText, t } from "./i18n.js";

const TIMEOUT_MS = 15_000;

/** A request that did not succeed. `code` is the gateway's, or `network` or `timeout`. */
export class ApiError extends Error {
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
    if (hasText(`error.${this.code}`)) return t(`error.${this.code}`);
    const byStatus = { 401: "unauthorized", 403: "forbidden", 404: "not_found" }[this.status];
    if (byStatus) return t(`error.${byStatus}`);
    if (this.status === 503) {
      const full = ["behind", "busy", "capacity", "ports"].includes(this.code);
      const key = full ? "error.busy" : "error.unavailable";
      return t(key, { seconds: this.retryAfterS || 10 });
    }
    return this.message;
  }
}

/** Without a bearer token the browser's cookie says who asks. */
export async function request(method, path, { bearer, body, read = "text" } = {}) {
  let response;
  let content;
  try {
    response = await fetch(path, {
      method,
      headers: {
        ...(bearer === undefined ? {} : { Authorization: `Bearer ${bearer}` }),
        ...(method === "GET" ? {} : { "Content-Type": "application/json" }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      cache: "no-store",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    content = await (response.ok ? response[read]() : response.text());
  } catch (error) {
    const code = error.name === "TimeoutError" ? "timeout" : "network";
    throw new ApiError(code, t(`error.${code}`));
  }
  if (response.ok) return read === "text" ? parse(content) : content;
  const error = parse(content)?.error ?? {};
  throw new ApiError(error.code ?? "http", error.message ?? `HTTP ${response.status}`, {
    status: response.status,
    retryAfterS: Number(response.headers.get("Retry-After")) || 0,
  });
}

/** A proxy's error page is not JSON. */
function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

export function createSession(key, wish) {
  return request("POST", "/api/sessions", { bearer: key, body: wish });
}

export function fetchSnapshot({ session, token }) {
  return request("GET", `/api/sessions/${encodeURIComponent(session)}`, { bearer: token });
}

/** @param {{audio: boolean, video: boolean, text: boolean, text_version: string}} consent */
export function sendConsent({ session, token }, consent) {
  const path = `/api/sessions/${encodeURIComponent(session)}/consent`;
  return request("PUT", path, { bearer: token, body: consent });
}

/** With the candidate's token, or as the owner of the job who is logged in. */
export function deleteSession({ session, token = "" }) {
  const bearer = token === "" ? undefined : token;
  return request("DELETE", `/api/sessions/${encodeURIComponent(session)}`, { bearer });
}

/** With the candidate's token, or as the owner of the job who is logged in. */
export function fetchReport({ session, token }) {
  const bearer = token === "" ? undefined : token;
  return request("GET", `/api/sessions/${encodeURIComponent(session)}/report`, { bearer });
}

/** @returns {Promise<Blob>} the question as it is spoken */
export function fetchQuestionAudio({ session, token }, question) {
  const path = `/api/sessions/${encodeURIComponent(session)}/questions/${question}/audio`;
  return request("GET", path, { bearer: token, read: "blob" });
}

/** @returns {Promise<RTCIceServer[]>} mostly none */
export async function fetchIceServers({ token }) {
  const { ice_servers } = await request("GET", "/rtc/ice-servers", { bearer: token });
  return ice_servers;
}

/** @param {{window: string, returns: boolean}} arrival who comes, and whether by itself */
export function sendOffer({ session, token }, sdp, arrival) {
  const body = { session, sdp, type: "offer", ...arrival };
  return request("POST", "/rtc/offer", { bearer: token, body });
}
