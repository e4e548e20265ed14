/** The start page: creates a session and opens its interview. */
import { createSession } from "./api.js";
import { byId, show } from "./dom.js";
import { pageAddress, readFragment } from "./fragment.js";
import { browserLanguage, currentLanguage, setLanguage, t } from "./i18n.js";

const form = byId("form");
const fields = form.elements;
const { key = "", lang } = readFragment();

fields.language.value = lang in { en: 1, ko: 1 } ? lang : browserLanguage();
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
    complain(error.status === 401 || error.status === 403 ? t("error.key") : error.advice);
    show(byId("key-field"), error.status === 401 || error.status === 403 || key === "");
  }
}

function busy(working) {
  byId("go").disabled = working;
  byId("go").textContent = t(working ? "start.busy" : "start.go");
  show(byId("message"), false);
}

function complain(text) {
  byId("message").textContent = text;
  show(byId("message"), true);
}
