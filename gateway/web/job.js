/** One job: who is invited, how far each interview is, and forms to invite and to change it. */
import { complain, requireLogin } from "./account-bar.js";
import {
  archiveJob,
  changeJob,
  fetchInterviews,
  fetchJob,
  invite,
  reopenJob,
  revoke,
} from "./accounts-api.js";
import { deleteSession } from "./api.js";
import { ask } from "./ask.js";
import { byId, fieldsOf, first, make, show } from "./dom.js";
import { pageAddress, readFragment, reloadOnAnotherFragment } from "./fragment.js";
import { browserLanguage, formatDate, setLanguage, t } from "./i18n.js";
import { JobForm } from "./job-form.js";
import { hush, say, whileSending } from "./notice.js";

/** @import {InvitationReply, JobReply} from "../types/jobs.d.ts" */
/** @import {TextKey} from "./i18n.js" */

const TOLD = /** @type {const} */ (["invited", "expired", "revoked", "deleted", "ended"]);
const { job: id = "" } = readFragment();
const form = byId("form", HTMLFormElement);
const fields = fieldsOf(form, {
  name: HTMLInputElement,
  email: HTMLInputElement,
  days: HTMLSelectElement,
  extra_time: HTMLSelectElement,
  unseen: HTMLInputElement,
  typed: HTMLInputElement,
});
/** @type {JobReply} */
let job; // once it was read
setLanguage(browserLanguage());
const editForm = byId("edit", HTMLFormElement);
const editing = new JobForm(editForm);

function drawJob() {
  byId("position").textContent = job.position;
  byId("about").textContent = [
    job.company,
    t(`jobs.policy.${job.policy}`),
    t("job.questions", { count: job.questions ?? (job.fixed.length || 3) }),
  ]
    .filter(Boolean)
    .join(" · ");
  const isArchived = job.archived_at !== null;
  show(byId("archived"), isArchived);
  show(byId("inviting"), !isArchived);
  byId("archive").textContent = t(isArchived ? "job.reopen" : "job.archive");
  byId("preview", HTMLAnchorElement).href = pageAddress("interview.html", { preview: id });
  editing.fill(job);
  show(byId("content"), true);
}

/** @param {InvitationReply[]} interviews */
function drawInterviews(interviews) {
  show(byId("none"), interviews.length === 0);
  show(byId("interviews"), interviews.length > 0);
  const actions = interviews.map(actionsOf);
  const acting = actions.some((each) => each.length > 0);
  show(byId("actions"), acting);
  const rows = interviews.map((each, place) => row(each, acting ? (actions[place] ?? null) : null));
  byId("rows").replaceChildren(...rows);
}

/**
 * @param {InvitationReply} invitation
 * @param {HTMLElement[] | null} actions null: no row has any, nor a column for them
 */
function row(invitation, actions) {
  const until = leadsIn(invitation) ? formatDate(invitation.expires_at, "medium") : "–";
  return make(
    "tr",
    {},
    make("th", { scope: "row" }, nameOf(invitation), ...notes(invitation)),
    make("td", { "data-label": t("job.state") }, t(`job.state.${shownState(invitation)}`)),
    make("td", { "data-label": t("job.until") }, until),
    ...(actions === null ? [] : [actionsCell(actions)]),
  );
}

/**
 * The cell stays a cell, with its line below: the buttons are arranged within it.
 * @param {HTMLElement[]} actions
 */
function actionsCell(actions) {
  const cell = make("td", { "data-label": t("job.actions") });
  if (actions.length > 0) cell.append(make("div", { class: "actions" }, ...actions));
  return cell;
}

/** What can be done about an invitation: buttons and links. @param {InvitationReply} invitation */
function actionsOf(invitation) {
  /** @type {HTMLElement[]} */
  const actions = [];
  const { link, report, session, state, expires_at } = invitation;
  const name = nameOf(invitation);
  if (link !== null && job.archived_at === null) {
    actions.push(button("job.copy", name, () => copy(link)));
  }
  // Who is done comes back by it to what they said, and may delete it.
  if (leadsIn(invitation) && state !== "ended" && expires_at > Date.now()) {
    actions.push(button("job.revoke", name, () => withdraw(invitation)));
  }
  if (report !== null) {
    const attributes = { href: report, class: "button small", "aria-label": labelOf("job.report", name) };
    actions.push(make("a", attributes, t("job.report")));
  }
  if (session !== null) {
    actions.push(button("job.delete", name, () => removeData(session, name)));
  }
  return actions;
}

/** Whether the link leads to the interview, until its date. @param {InvitationReply} invitation */
function leadsIn({ revoked_at, state }) {
  return revoked_at === null && state !== "deleted";
}

/** Who was invited, unless that is forgotten. @param {InvitationReply} invitation */
function nameOf({ name, state }) {
  return name || t(state === "deleted" ? "job.deleted.name" : "job.forgotten.name");
}

/** What is made easier for the candidate. @param {InvitationReply} invitation */
function notes({ extra_time: factor, camera, answers }) {
  /** @type {string[]} */
  const texts = [];
  if (factor > 1) texts.push(t("job.extra", { factor }));
  if (answers === "typed") texts.push(t("job.typed"));
  else if (camera === "optional") texts.push(t("job.unseen"));
  return texts.map((text) => make("span", { class: "hint" }, text));
}

/** @param {InvitationReply} invitation */
function shownState({ state }) {
  return TOLD.find((told) => told === state) ?? "open";
}

/**
 * It names the candidate, as every row has the same buttons.
 * @param {TextKey} key
 * @param {string} name
 */
function labelOf(key, name) {
  return `${t(key)}: ${name}`;
}

/** @param {TextKey} key @param {string} name @param {() => Promise<void>} action */
function button(key, name, action) {
  const made = make("button", { class: "small", "aria-label": labelOf(key, name) }, t(key));
  made.addEventListener("click", () => void attempt(action));
  return made;
}

/** @param {string} link */
async function copy(link) {
  const address = new URL(link, location.href).href;
  try {
    await navigator.clipboard.writeText(address);
    say("success", t("job.copied"));
  } catch {
    say("success", `${t("job.copy.failed")} ${address}`);
  }
}

/** @param {InvitationReply} invitation */
async function withdraw({ invitation }) {
  await revoke(id, invitation);
  drawInterviews(await fetchInterviews(id));
}

/** @param {string} session @param {string} name */
async function removeData(session, name) {
  byId("delete-title").textContent = t("job.delete.title", { name });
  if ((await ask("delete-dialog")) !== "delete") return;
  await deleteSession({ session });
  drawInterviews(await fetchInterviews(id));
  say("success", t("job.delete.done"));
}

async function save() {
  job = await changeJob(id, editing.read());
  drawJob();
  byId("editing", HTMLDetailsElement).open = false;
  first(byId("editing"), "summary").focus(); // the button that had it is hidden
  say("success", t("job.edit.done"));
}

async function send() {
  const email = fields.email.value.trim();
  const made = await invite(id, {
    name: fields.name.value.trim(),
    days: Number(fields.days.value),
    extra_time: Number(fields.extra_time.value),
    camera: fields.unseen.checked ? "optional" : "asked",
    answers: fields.typed.checked ? "typed" : "spoken",
    ...(email === "" ? {} : { email }),
  });
  form.reset();
  drawInterviews(await fetchInterviews(id));
  say("success", t("job.invited", { name: made.name }));
}

/** @param {() => Promise<void>} action */
async function attempt(action) {
  hush();
  try {
    await action();
  } catch (error) {
    complain(error);
  }
}

reloadOnAnotherFragment();
for (const option of fields.extra_time.options) {
  if (option.value !== "1") option.textContent = t("job.invite.extra.some", { factor: option.value });
}
form.addEventListener("submit", (event) => {
  event.preventDefault();
  void attempt(() => whileSending(form, send));
});
editForm.addEventListener("submit", (event) => {
  event.preventDefault();
  void attempt(() => whileSending(editForm, save));
});
byId("archive").addEventListener("click", () =>
  attempt(async () => {
    job = await (job.archived_at === null ? archiveJob(id) : reopenJob(id));
    drawJob();
    drawInterviews(await fetchInterviews(id));
  }),
);
await attempt(async () => {
  await requireLogin();
  job = await fetchJob(id);
  drawJob();
  drawInterviews(await fetchInterviews(id));
});
