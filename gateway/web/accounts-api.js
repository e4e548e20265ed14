/** The gateway's interface for people who are logged in: accounts, jobs, invitations. */
import { request } from "./api.js";
import { hasText, t } from "./i18n.js";

const id = encodeURIComponent;

/** What to tell the person, in the page's language where the cause is a known one. */
export function adviceFor(error, prefix = "account.error") {
  if (error.status === 429) return t("account.wait", { seconds: error.retryAfterS || 10 });
  const key = `${prefix}.${error.code}`;
  return hasText(key) ? t(key) : error.advice;
}

export const signUp = (body) => request("POST", "/api/accounts/sign-up", { body });
export const logIn = (body) => request("POST", "/api/accounts/log-in", { body });
export const logOut = () => request("POST", "/api/accounts/log-out");
export const resetPassword = (body) => request("POST", "/api/accounts/reset", { body });

/** Who is logged in; null: nobody. */
export async function whoAmI() {
  try {
    return await request("GET", "/api/accounts/me");
  } catch (error) {
    if (error.status === 401) return null;
    throw error;
  }
}

export const fetchJobs = () => request("GET", "/api/jobs");
export const makeJob = (body) => request("POST", "/api/jobs", { body });
export const fetchJob = (job) => request("GET", `/api/jobs/${id(job)}`);
export const fetchPreview = (job) => request("GET", `/api/jobs/${id(job)}/preview`);
export const changeJob = (job, body) => request("PUT", `/api/jobs/${id(job)}`, { body });
export const archiveJob = (job) => request("POST", `/api/jobs/${id(job)}/archive`);
export const reopenJob = (job) => request("POST", `/api/jobs/${id(job)}/reopen`);
export const fetchInterviews = (job) => request("GET", `/api/jobs/${id(job)}/interviews`);

export function invite(job, body) {
  return request("POST", `/api/jobs/${id(job)}/invitations`, { body });
}

export function revoke(job, invitation) {
  return request("POST", `/api/jobs/${id(job)}/invitations/${id(invitation)}/revoke`);
}

export const enter = (token) => request("POST", "/api/invitations/enter", { body: { token } });
