/** Keeps the keyboard's place where what had the focus hides itself, or is disabled for a while. */
import { all, first } from "./dom.js";

/** @type {HTMLElement | null} */
let holder = null; // what has the focus, or had it until it went

document.addEventListener("focusin", ({ target }) => {
  if (target instanceof HTMLElement) holder = target;
});
document.addEventListener("focusout", ({ target }) => {
  if (!(target instanceof HTMLElement)) return;
  if (!isDisabled(target) && !isGone(target)) holder = null; // the candidate's own doing
});

/** After drawing: go on at what had the focus, else at what comes next in the panel. */
export function keepFocus() {
  const { activeElement, body } = document;
  if (holder === null || (activeElement !== body && activeElement !== holder)) return;
  const next = isGone(holder) ? nextOf(first(document, "[data-panel]:not([hidden])")) : holder;
  if (next !== activeElement && !isDisabled(next)) next.focus({ preventScroll: true });
}

/** @param {HTMLElement} panel */
function nextOf(panel) {
  const buttons = all("button.primary", HTMLButtonElement, panel);
  const usable = buttons.find((button) => !button.disabled && !isGone(button));
  return usable ?? first(panel, "h1");
}

/** @param {HTMLElement} element */
function isDisabled(element) {
  return "disabled" in element && element.disabled === true;
}

/** @param {HTMLElement} element */
function isGone(element) {
  return element.closest("[hidden], dialog:not([open])") !== null;
}
