/** Numbers as people read them. */

/** `2:05` */
export function clock(seconds) {
  const whole = Math.max(0, Math.ceil(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** One decimal, as in the terminal's report. */
export function points(value) {
  return value.toFixed(1);
}

export function percent(share) {
  return `${Math.round(share * 100)}%`;
}
