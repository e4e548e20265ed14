/** The page's language and its texts. */
import { all } from "./dom.js";
import en from "./texts.en.js";
import jobEn from "./texts.job.en.js";
import jobKo from "./texts.job.ko.js";
import ko from "./texts.ko.js";
import typedEn from "./texts.typed.en.js";
import typedKo from "./texts.typed.ko.js";

/** @import {Language} from "../types/snapshot.d.ts" */

/** @typedef {keyof typeof en | keyof typeof jobEn | keyof typeof typedEn} TextKey */
/** @typedef {Record<string, string | number | undefined>} Values by the names of their places */

/** @type {Record<Language, Record<TextKey, string>>} */
export const TEXTS = {
  en: { ...en, ...jobEn, ...typedEn },
  ko: { ...ko, ...jobKo, ...typedKo },
};

/** @type {Language} */
let language = "en";

/** @param {string} tag @returns {tag is Language} */
function isLanguage(tag) {
  return tag in TEXTS;
}

/** The language of the browser where we speak it, else English. @returns {Language} */
export function browserLanguage() {
  const preferred = navigator.languages ?? [navigator.language];
  return preferred.map((tag) => tag.slice(0, 2)).find(isLanguage) ?? "en";
}

export function currentLanguage() {
  return language;
}

/**
 * Switch the whole document to `wanted`; an unknown language changes nothing.
 * @param {string} wanted
 */
export function setLanguage(wanted) {
  if (!isLanguage(wanted)) return;
  language = wanted;
  document.documentElement.lang = wanted;
  document.title = named(document.documentElement.dataset.title);
  applyTexts(document);
}

/** @param {string} key @returns {key is TextKey} */
export function hasText(key) {
  return key in TEXTS[language];
}

/**
 * The text `key` with its `{name}` places filled from `values`.
 * @param {TextKey} key
 * @param {Values} values
 */
export function t(key, values = {}) {
  const text = TEXTS[language][key];
  if (text === undefined) throw new Error(`no text for ${key}`);
  return bound(text).replace(/\{(\w+)\}/g, (place, name) => String(values[name] ?? place));
}

/** The text `key`, or `otherwise` where there is none. @param {string} key @param {string} otherwise */
export function textOr(key, otherwise) {
  return hasText(key) ? t(key) : otherwise;
}

/** The text that the markup names, where no type says whether there is one. @param {string} [key] */
export function named(key = "") {
  if (!hasText(key)) throw new Error(`no text for ${key}`);
  return t(key);
}

/**
 * No line ends between a closing quote and the Korean particle that belongs to it: a word joiner.
 * @param {string} text
 */
function bound(text) {
  return text.replace(/’(?=[가-힣])/g, "’\u2060");
}

/**
 * Fill the elements under `root` that name a text: content, label or placeholder.
 * @param {ParentNode} root
 */
export function applyTexts(root) {
  for (const element of all("[data-t]", HTMLElement, root)) {
    element.textContent = named(element.dataset.t);
  }
  for (const element of all("[data-t-label]", HTMLElement, root)) {
    element.setAttribute("aria-label", named(element.dataset.tLabel));
  }
  for (const element of all("[data-t-placeholder]", HTMLInputElement, root)) {
    element.placeholder = named(element.dataset.tPlaceholder);
  }
}

/** Minutes and seconds, as people write them in the page's language. @param {number} seconds */
export function spellDuration(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  const minutes = Math.floor(whole / 60);
  const rest = whole % 60;
  /** @param {"minute" | "second"} name @param {number} value */
  const unit = (name, value) =>
    new Intl.NumberFormat(language, { style: "unit", unit: name, unitDisplay: "long" }).format(value);
  if (minutes === 0) return unit("second", rest);
  return rest === 0 ? unit("minute", minutes) : `${unit("minute", minutes)} ${unit("second", rest)}`;
}

/**
 * @param {number} ms UTC milliseconds
 * @param {"long" | "medium"} dateStyle medium where there is little room
 */
export function formatDate(ms, dateStyle = "long") {
  return new Intl.DateTimeFormat(language, { dateStyle, timeStyle: "short" }).format(ms);
}
