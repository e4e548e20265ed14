/** The candidate's invitation: exchanged for their interview, which opens at once. */
import { adviceFor, enter } from "./accounts-api.js";
import { ApiError } from "./api.js";
import { byId, show } from "./dom.js";
import { pageAddress, readFragment, reloadOnAnotherFragment } from "./fragment.js";
import { browserLanguage, setLanguage, t } from "./i18n.js";
import { say } from "./notice.js";

const { invitation = "" } = readFragment();

setLanguage(browserLanguage());
reloadOnAnotherFragment();
byId("again").addEventListener("click", () => location.reload());
try {
  const { session, token, language } = await enter(invitation);
  location.replace(pageAddress("interview.html", { session, token, lang: language }));
} catch (error) {
  byId("title").textContent = t("enter.failed");
  say("danger", adviceFor(error, "enter.error"));
  show(byId("again"), !(error instanceof ApiError && error.permanent));
}
