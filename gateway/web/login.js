/** The log-in page: logging in, making an account, choosing a new password by a link. */
import { adviceFor, logIn, logOut, resetPassword, signUp, whoAmI } from "./accounts-api.js";
import { byId, fieldsOf, show } from "./dom.js";
import { readFragment, reloadOnAnotherFragment } from "./fragment.js";
import { browserLanguage, setLanguage, t } from "./i18n.js";
import { hush, say, whileSending } from "./notice.js";

/** @import {PersonReply} from "../types/accounts.d.ts" */

/** @typedef {"log-in" | "sign-up" | "reset"} Mode */

// Nothing else may send people away from here.
const PAGES = /^(jobs?\.html(#job=[A-Za-z0-9_-]+)?|report\.html#session=[A-Za-z0-9_-]+|interview\.html#preview=[A-Za-z0-9_-]+)$/;
const { reset = "", then = "", lang = browserLanguage() } = readFragment();
const form = byId("form", HTMLFormElement);
const fields = fieldsOf(form, {
  name: HTMLInputElement,
  email: HTMLInputElement,
  password: HTMLInputElement,
});
/** @type {Mode} */
let mode = "log-in";

/** @param {Mode} wanted */
function switchTo(wanted) {
  mode = wanted;
  const isNew = wanted !== "log-in"; // a password that is chosen now
  title(t(`account.${mode}`), mode === "log-in" ? "" : t(`account.${mode}.lead`));
  show(form, true);
  show(byId("name-field"), mode === "sign-up");
  show(byId("email-field"), mode !== "reset");
  const label = mode === "reset" ? "account.password.new" : "account.password";
  byId("password-label").textContent = t(label);
  show(byId("hint"), isNew);
  show(byId("forgotten"), mode === "log-in");
  show(byId("other"), mode !== "reset");
  fields.name.required = mode === "sign-up";
  fields.email.required = mode !== "reset";
  fields.password.required = true;
  fields.password.minLength = isNew ? 10 : 0;
  fields.password.autocomplete = isNew ? "new-password" : "current-password";
  byId("go").textContent = t(isNew ? `account.${wanted}.go` : "account.log-in");
  byId("other").textContent = t(mode === "log-in" ? "account.sign-up" : "account.have");
}

/** @param {string} text @param {string} lead empty: none */
function title(text, lead) {
  byId("title").textContent = text;
  byId("lead").textContent = lead;
  show(byId("lead"), lead !== "");
}

async function send() {
  const email = fields.email.value.trim();
  const password = fields.password.value;
  if (mode === "reset") {
    await resetPassword({ token: reset, password });
    history.replaceState(null, "", "login.html"); // the link is used up
    fields.password.value = "";
    switchTo("log-in");
    say("success", t("account.reset.done"));
    return;
  }
  const person =
    mode === "sign-up"
      ? await signUp({ email, password, name: fields.name.value.trim() })
      : await logIn({ email, password });
  welcome(person);
}

/**
 * Who sets up interviews goes on to their jobs; a candidate is told what to do.
 * @param {PersonReply} person
 */
function welcome(person) {
  if (person.role !== "candidate") {
    location.replace(PAGES.test(then) ? then : "jobs.html");
    return;
  }
  for (const name of ["form", "forgotten", "other"]) show(byId(name), false);
  show(byId("log-out"), true);
  title(t("account.welcome", { name: person.name }), t("account.candidate.lead"));
  byId("title").focus();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  void whileSending(form, send).catch((error) => {
    say("danger", adviceFor(error));
    fields.password.focus();
  });
});
byId("other").addEventListener("click", () => {
  hush();
  switchTo(mode === "log-in" ? "sign-up" : "log-in");
  byId("title").focus();
});
byId("log-out").addEventListener("click", async () => {
  await logOut();
  location.reload();
});

setLanguage(lang);
reloadOnAnotherFragment();
if (reset) {
  switchTo("reset");
} else {
  try {
    const person = await whoAmI();
    if (person === null) switchTo("log-in");
    else welcome(person);
  } catch (error) {
    switchTo("log-in");
    say("danger", adviceFor(error));
  }
}
