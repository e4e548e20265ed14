/** The bar of pages for people who are logged in: their name, and the way out. */
import { logOut, whoAmI } from "./accounts-api.js";
import { byId, show } from "./dom.js";
import { pageAddress } from "./fragment.js";

/** Show who is logged in and return them; where nobody is, go to the log-in page and never return. */
export async function requireLogin() {
  const person = await whoAmI();
  if (person === null) {
    location.replace(pageAddress("login.html", { then: nameOfPage() }));
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

function nameOfPage() {
  return `${location.pathname.split("/").pop()}${location.hash}`;
}
