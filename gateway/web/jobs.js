/** One's jobs: the list, and a form to make another one. */
import { complain, requireLogin } from "./account-bar.js";
import { fetchJobs, makeJob } from "./accounts-api.js";
import { byId, make, show } from "./dom.js";
import { pageAddress } from "./fragment.js";
import { browserLanguage, setLanguage, t } from "./i18n.js";
import { whileSending } from "./notice.js";

const form = byId("form");
const fields = form.elements;

function draw(jobs) {
  show(byId("none"), jobs.length === 0);
  byId("jobs").replaceChildren(...jobs.map(line));
}

function line({ job, position, company, archived_at }) {
  const link = make("a", { href: pageAddress("job.html", { job }) }, position);
  const parts = [link];
  if (company) parts.push(make("span", { class: "quiet" }, company));
  if (archived_at !== null) parts.push(make("span", { class: "tag muted" }, t("jobs.archived")));
  return make("li", {}, ...parts);
}

function wish() {
  const fixed = fields.fixed.value
    .split("\n")
    .map((each) => each.trim())
    .filter((each) => each !== "");
  return {
    position: fields.position.value.trim(),
    company: fields.company.value.trim(),
    language: fields.language.value,
    policy: fields.policy.value,
    questions: Math.max(Number(fields.questions.value), fixed.length),
    fixed,
  };
}

async function send() {
  const { job } = await makeJob(wish());
  location.assign(pageAddress("job.html", { job }));
}

setLanguage(browserLanguage());
fields.language.value = browserLanguage();
form.addEventListener("submit", (event) => {
  event.preventDefault();
  void whileSending(form, send).catch(complain);
});
try {
  await requireLogin();
  draw(await fetchJobs());
} catch (error) {
  complain(error);
}
