/** Browsers inside other apps: many of them give no page the camera, whatever one allows. */

/** @typedef {"kakaotalk" | "naver" | "instagram" | "facebook"} App */

/** @type {[App, RegExp][]} */
const APPS = [
  ["kakaotalk", /KAKAOTALK/i],
  ["naver", /NAVER\(inapp/i],
  ["instagram", /Instagram/i],
  ["facebook", /FBAN|FBAV|FB_IAB/],
];

/** @returns {App | null} the app whose browser this is; null: a browser of its own */
export function inAppBrowser(userAgent = navigator.userAgent) {
  return APPS.find(([, name]) => name.test(userAgent))?.[0] ?? null;
}
