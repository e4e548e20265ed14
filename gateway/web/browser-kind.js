/** Browsers inside other apps: many of them give no page the camera, whatever one allows. */

const APPS = {
  kakaotalk: /KAKAOTALK/i,
  naver: /NAVER\(inapp/i,
  instagram: /Instagram/i,
  facebook: /FBAN|FBAV|FB_IAB/,
};

/** @returns {string | null} the app whose browser this is; null: a browser of its own */
export function inAppBrowser(userAgent = navigator.userAgent) {
  return Object.keys(APPS).find((app) => APPS[app].test(userAgent)) ?? null;
}
