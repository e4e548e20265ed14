/** The page's language and its texts. */
import en from "./texts.en.js";
import jobEn from "./texts.job.en.js";
import jobKo from "./texts.job.ko.js";
import ko from "./texts.ko.js";
import typedEn from "./texts.typed.en.js";
import typedKo from "./texts.typed.ko.js";

export const TEXTS = {
  en: { ...en, ...jobEn, ...typedEn },
  ko: { ...ko, ...jobKo, ...typedKo },
};

let language = "en";

/** The language of the browser where we speak it, else English. */
export function browserLanguage() {
  const preferred = navigator.languages ?? [navigator.language];
  return preferred.map((tag) => tag.slice(0, 2)).find((tag) => tag in TEXTS) ?? "en";
}

export function currentLanguage() {
  return language;
}

/** Switch the whole document to `wanted`; an unknown language changes nothing. */
export function setLanguage(wanted) {
  if (!(wanted in TEXTS)) return;
  language = wanted;
  document.documentElement.lang = wanted;
  document.title = t(document.documentElement.dataset.title);
  applyTexts(document);
}

export function hasText(key) {
  return key in TEXTS[language];
}

/** The text `key` with its `{name}` places filled from `values`. */
export function t(key, values = {}) {
  const text = TEXTS[language][key];
  if (text === undefined) throw new Error(`no text for ${key}`);
  return bound(text).replace(/\{(\w+)\}/g, (place, name) => String(values[name] ?? place));
}

/** No line ends between a closing quote and the Korean particle that belongs to it: a word joiner. */
function bound(text) {
  return text.replace(/’(?=[가-힣])/g, "’\u2060");
}

/** Fill the elements under `root` that name a text: content, label or placeholder. */
export function applyTexts(root) {
  for (const element of root.querySelectorAll("[data-t]")) {
    element.textContent = t(element.dataset.t);
  }
  for (const element of root.querySelectorAll("[data-t-label]")) {
    element.setAttribute("aria-label", t(element.dataset.tLabel));
  }
  for (const element of root.querySelectorAll("[data-t-placeholder]")) {
    element.placeholder = t(element.dataset.tPlaceholder);
  }
}

/** Minutes and seconds, as people write them in the page's language. */
export function spellDuration(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  const minutes = Math.floor(whole / 60);
  const rest = whole % 60;
  const unit = (name, value) =>
    new Intl.NumberFormat(language, { style: "unit", unit: name, unitDisplay: "long" }).format(value);
  if (minutes === 0) return unit("second", rest);
  return rest === 0 ? unit("minute", minutes) : `${unit("minute", minutes)} ${unit("second", rest)}`;
}

/** @param {"long" | "medium"} dateStyle medium where there is little room */
export function formatDate(ms, dateStyle = "long") {
  return new Intl.DateTimeFormat(language, { dateStyle, timeStyle: "short" }).format(ms);
}
