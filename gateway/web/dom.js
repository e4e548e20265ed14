/** Small helpers to build and find elements. */

/**
 * The element with the id `id`; a page without it is broken, so say so.
 * @template {HTMLElement} [E=HTMLElement]
 * @param {string} id
 * @param {new () => E} [kind] what it has to be, where more than any element can do is asked of it
 */
export function byId(id, kind) {
  return checked(document.getElementById(id), `#${id}`, kind);
}

/**
 * The first element under `root` that `selector` finds, which has to be there.
 * @template {HTMLElement} [E=HTMLElement]
 * @param {ParentNode} root
 * @param {string} selector
 * @param {new () => E} [kind]
 */
export function first(root, selector, kind) {
  return checked(root.querySelector(selector), selector, kind);
}

/**
 * All elements under `root` that `selector` finds.
 * @template {HTMLElement} [E=HTMLElement]
 * @param {string} selector
 * @param {new () => E} [kind]
 * @param {ParentNode} [root]
 */
export function all(selector, kind, root = document) {
  return [...root.querySelectorAll(selector)].map((each) => checked(each, selector, kind));
}

/**
 * @template {HTMLElement} E
 * @param {Element | null} element
 * @param {string} name
 * @param {(new () => E) | undefined} kind
 */
function checked(element, name, kind) {
  const wanted = kind ?? /** @type {new () => E} */ (HTMLElement); // without a kind E is no other
  if (!(element instanceof wanted)) throw new Error(`no ${wanted.name} ${name}`);
  return element;
}

/**
 * The fields of `form` by their names, each of the kind that `kinds` says.
 * @template {Record<string, new () => Element | RadioNodeList>} K
 * @param {HTMLFormElement} form
 * @param {K} kinds
 */
export function fieldsOf(form, kinds) {
  const fields = Object.entries(kinds).map(([name, kind]) => {
    const field = form.elements.namedItem(name);
    if (!(field instanceof kind)) throw new Error(`no ${kind.name} ${name}`);
    return [name, field];
  });
  return /** @type {{[N in keyof K]: InstanceType<K[N]>}} */ (Object.fromEntries(fields));
}

/**
 * A new element; a child that is a string becomes text, never markup.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, string | number>} attributes
 * @param {...(Node | string)} children
 */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

/**
 * Call `act` when the button `id` is pressed. The second click of a double click counts for nothing:
 * what was pressed may have given its place to another button.
 * @param {string} id
 * @param {() => unknown} act
 */
export function onClick(id, act) {
  byId(id).addEventListener("click", ({ detail }) => {
    if (detail < 2) void act();
  });
}

/** @param {HTMLElement} element @param {boolean} visible */
export function show(element, visible) {
  element.hidden = !visible;
}
