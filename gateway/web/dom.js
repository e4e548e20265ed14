/** Small helpers to build and find elements. */

/** The element with the id `id`; a page without it is broken, so say so. */
export function byId(id) {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`no element #${id}`);
  return element;
}

/** A new element; a child that is a string becomes text, never markup. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/**
 * Call `act` when the button `id` is pressed. The second click of a double click counts for nothing:
 * what was pressed may have given its place to another button.
 */
export function onClick(id, act) {
  byId(id).addEventListener("click", ({ detail }) => {
    if (detail < 2) void act();
  });
}

export function show(element, visible) {
  element.hidden = !visible;
}
