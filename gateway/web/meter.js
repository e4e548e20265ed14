/** The level of a microphone, ten times a second. */

const INTERVAL_MS = 100;
const FLOOR_DB = -60;

/**
 * Call `show` with the level of `stream`: 0 (silence, -60 dB or less) to 1 (full scale).
 * @param {MediaStream} stream
 * @param {(level: number) => void} show
 * @returns {() => void} stops the meter
 */
export function watchLevel(stream, show) {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 2048;
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);

  // After a reload the browser keeps audio asleep until the first gesture.
  const wake = () => void context.resume();
  const gestures = ["pointerdown", "keydown"];
  for (const gesture of gestures) window.addEventListener(gesture, wake, { once: true });

  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    show(level(samples));
  }, INTERVAL_MS);

  return () => {
    clearInterval(timer);
    for (const gesture of gestures) window.removeEventListener(gesture, wake);
    void context.close();
  };
}

/** @param {Float32Array} samples */
function level(samples) {
  const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
  const decibels = power > 0 ? 10 * Math.log10(power) : FLOOR_DB;
  return Math.min(1, Math.max(0, 1 - decibels / FLOOR_DB));
}
