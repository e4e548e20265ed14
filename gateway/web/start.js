/** The start page: creates a session and opens its interview. */
import { ApiError, adviceOf, createSession } from "./api.js";
import { byId, fieldsOf, show } from "./dom.js";
import { pageAddress, readFragment } from "./fragment.js";
import { browserLanguage, currentLanguage, setLanguage, t } from "./i18n.js";

const form = byId("form", HTMLFormElement);
const fields = fieldsOf(form, {
  key: HTMLInputElement,
  language: RadioNodeList,
  position: HTMLInputElement,
  company: HTMLInputElement,
  questions: HTMLSelectElement,
});
const { key = "", lang } = readFragment();

fields.language.value = lang === "en" || lang === "ko" ? lang : browserLanguage();
setLanguage(fields.language.value);
fields.key.value = key;
show(byId("key-field"), key === "");

for (const choice of fields.language) {
  choice.addEventListener("change", () => setLanguage(fields.language.value));
}
form.addEventListener("submit", (event) => {
  event.preventDefault();
  void start();
});

async function start() {
  busy(true);
  try {
    const { session, token } = await createSession(fields.key.value.trim(), {
      language: currentLanguage(),
      position: fields.position.value.trim(),
      company: fields.company.value.trim(),
      questions: Number(fields.questions.value),
    });
    location.assign(pageAddress("interview.html", { session, token, lang: currentLanguage() }));
  } catch (error) {
    busy(false);
    const keyless = error instanceof ApiError && (error.status === 401 || error.status === 403);
    complain(keyless ? t("error.key") : adviceOf(error));
    show(byId("key-field"), keyless || key === "");
  }
}

/** @param {boolean} working */
function busy(working) {
  byId("go", HTMLButtonElement).disabled = working;
  byId("go").textContent = t(working ? "start.busy" : "start.go");
  show(byId("message"), false);
}

/** @param {string} text */
function complain(text) {
  byId("message").textContent = text;
  show(byId("message"), true);
}
