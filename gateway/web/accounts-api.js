/** The gateway's interface for people who are logged in: accounts, jobs, invitations. */
import { ApiError, adviceOf, request } from "./api.js";
import { hasText, t } from "./i18n.js";

/** @import {LogIn, PasswordReset, PersonReply, SignUp} from "../types/accounts.d.ts" */
/** @import {Entered, InvitationReply, JobReply, NewInvitation, NewJob} from "../types/jobs.d.ts" */
/** @import {Snapshot} from "../types/snapshot.d.ts" */

const id = encodeURIComponent;

/**
 * What to tell the person, in the page's language where the cause is a known one.
 * @param {unknown} error
 * @param {string} prefix
 */
export function adviceFor(error, prefix = "account.error") {
  if (!(error instanceof ApiError)) return adviceOf(error);
  if (error.status === 429) return t("account.wait", { seconds: error.retryAfterS || 10 });
  const key = `${prefix}.${error.code}`;
  return hasText(key) ? t(key) : error.advice;
}

/** @param {SignUp} body @returns {Promise<PersonReply>} */
export const signUp = (body) => request("POST", "/api/accounts/sign-up", { body });
/** @param {LogIn} body @returns {Promise<PersonReply>} */
export const logIn = (body) => request("POST", "/api/accounts/log-in", { body });
/** @returns {Promise<null>} */
export const logOut = () => request("POST", "/api/accounts/log-out");
/** @param {PasswordReset} body @returns {Promise<null>} */
export const resetPassword = (body) => request("POST", "/api/accounts/reset", { body });

/** Who is logged in; null: nobody. @returns {Promise<PersonReply | null>} */
export async function whoAmI() {
  try {
    return await request("GET", "/api/accounts/me");
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return null;
    throw error;
  }
}

/** @returns {Promise<JobReply[]>} */
export const fetchJobs = () => request("GET", "/api/jobs");
/** @param {NewJob} body @returns {Promise<JobReply>} */
export const makeJob = (body) => request("POST", "/api/jobs", { body });
/** @param {string} job @returns {Promise<JobReply>} */
export const fetchJob = (job) => request("GET", `/api/jobs/${id(job)}`);
/** @param {string} job @returns {Promise<Snapshot>} */
export const fetchPreview = (job) => request("GET", `/api/jobs/${id(job)}/preview`);
/** @param {string} job @param {NewJob} body @returns {Promise<JobReply>} */
export const changeJob = (job, body) => request("PUT", `/api/jobs/${id(job)}`, { body });
/** @param {string} job @returns {Promise<JobReply>} */
export const archiveJob = (job) => request("POST", `/api/jobs/${id(job)}/archive`);
/** @param {string} job @returns {Promise<JobReply>} */
export const reopenJob = (job) => request("POST", `/api/jobs/${id(job)}/reopen`);
/** @param {string} job @returns {Promise<InvitationReply[]>} */
export const fetchInterviews = (job) => request("GET", `/api/jobs/${id(job)}/interviews`);

/** @param {string} job @param {NewInvitation} body @returns {Promise<InvitationReply>} */
export function invite(job, body) {
  return request("POST", `/api/jobs/${id(job)}/invitations`, { body });
}

/** @param {string} job @param {string} invitation @returns {Promise<InvitationReply>} */
export function revoke(job, invitation) {
  return request("POST", `/api/jobs/${id(job)}/invitations/${id(invitation)}/revoke`);
}

/** @param {string} token @returns {Promise<Entered>} */
export const enter = (token) => request("POST", "/api/invitations/enter", { body: { token } });
