/** Numbers as people read them. */

/** `2:05` @param {number} seconds */
export function clock(seconds) {
  const whole = Math.max(0, Math.ceil(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** One decimal, as in the terminal's report. @param {number} value 0 to 100 */
export function points(value) {
  return value.toFixed(1);
}

/** @param {number} share 0 to 1 */
export function percent(share) {
  return `${Math.round(share * 100)}%`;
}
