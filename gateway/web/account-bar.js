/** The bar of pages for people who are logged in: their name, and the way out. */
import { adviceFor, logOut, whoAmI } from "./accounts-api.js";
import { ApiError } from "./api.js";
import { byId, show } from "./dom.js";
import { pageAddress } from "./fragment.js";
import { say } from "./notice.js";

/** @import {PersonReply} from "../types/accounts.d.ts" */

/**
 * Show who is logged in and return them; where nobody is, go to the log-in page and never return.
 * @returns {Promise<PersonReply>}
 */
export async function requireLogin() {
  const person = await whoAmI();
  if (person === null) {
    goToLogin();
    return new Promise(() => {});
  }
  byId("who").textContent = person.name;
  show(byId("log-out"), true);
  byId("log-out").addEventListener("click", async () => {
    await logOut();
    location.assign("login.html");
  });
  return person;
}

/** The log-in page leads back here. */
export function goToLogin() {
  const then = `${location.pathname.split("/").pop()}${location.hash}`;
  location.replace(pageAddress("login.html", { then }));
}

/** Say what went wrong. Whose log-in is over logs in anew. @param {unknown} error */
export function complain(error) {
  if (error instanceof ApiError && error.status === 401) goToLogin();
  else say("danger", adviceFor(error));
}
