/** Keeps the keyboard's place where what had the focus hides itself, or is disabled for a while. */

let holder = null; // what has the focus, or had it until it went

document.addEventListener("focusin", ({ target }) => {
  holder = target;
});
document.addEventListener("focusout", ({ target }) => {
  if (!target.disabled && !isGone(target)) holder = null; // the candidate's own doing
});

/** After drawing: go on at what had the focus, else at what comes next in the panel. */
export function keepFocus() {
  const { activeElement, body } = document;
  if (holder === null || (activeElement !== body && activeElement !== holder)) return;
  const next = isGone(holder) ? nextOf(document.querySelector("[data-panel]:not([hidden])")) : holder;
  if (next !== activeElement && !next.disabled) next.focus({ preventScroll: true });
}

function nextOf(panel) {
  const buttons = [...panel.querySelectorAll("button.primary")];
  const usable = buttons.find((button) => !button.disabled && !isGone(button));
  return usable ?? panel.querySelector("h1");
}

function isGone(element) {
  return element.closest("[hidden], dialog:not([open])") !== null;
}
