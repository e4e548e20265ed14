/** One's jobs: the list, and a form to make another one. */
import { complain, requireLogin } from "./account-bar.js";
import { fetchJobs, makeJob } from "./accounts-api.js";
import { byId, make, show } from "./dom.js";
import { pageAddress } from "./fragment.js";
import { browserLanguage, setLanguage, t } from "./i18n.js";
import { JobForm, newJob } from "./job-form.js";
import { whileSending } from "./notice.js";

/** @import {JobReply} from "../types/jobs.d.ts" */

setLanguage(browserLanguage());
const element = byId("form", HTMLFormElement);
const form = new JobForm(element);
form.fill(newJob(browserLanguage()));

/** @param {JobReply[]} jobs */
function draw(jobs) {
  show(byId("none"), jobs.length === 0);
  byId("jobs").replaceChildren(...jobs.map(line));
}

/** @param {JobReply} job */
function line({ job, position, company, archived_at }) {
  const link = make("a", { href: pageAddress("job.html", { job }) }, position);
  /** @type {HTMLElement[]} */
  const parts = [link];
  if (company) parts.push(make("span", { class: "quiet" }, company));
  if (archived_at !== null) parts.push(make("span", { class: "tag muted" }, t("jobs.archived")));
  return make("li", {}, ...parts);
}

async function send() {
  const { job } = await makeJob(form.read());
  location.assign(pageAddress("job.html", { job }));
}

element.addEventListener("submit", (event) => {
  event.preventDefault();
  void whileSending(element, send).catch(complain);
});
try {
  await requireLogin();
  draw(await fetchJobs());
} catch (error) {
  complain(error);
}
