/** Trying the sound both ways: three seconds of one's own voice, and two notes from the speaker. */

const RECORDING_MS = 3_000;
const NOTES = [523.25, 659.25]; // Hz
const NOTE_S = 0.35;
const LOUDNESS = 0.25;

/** Whether this browser can record at all. */
export function canRecord() {
  return "MediaRecorder" in window;
}

/**
 * Record `stream`'s sound for three seconds, or until `signal`.
 * @param {MediaStream} stream
 * @param {AbortSignal} signal
 */
export function recordVoice(stream, signal) {
  return recordUntil(stream, AbortSignal.timeout(RECORDING_MS), signal);
}

/**
 * Record `stream`'s sound until one of `signals` says so.
 * @param {MediaStream} stream
 * @param {...AbortSignal} signals
 * @returns {Promise<Blob>}
 */
export function recordUntil(stream, ...signals) {
  return new Promise((resolve, reject) => {
    const recorder = new MediaRecorder(new MediaStream(stream.getAudioTracks()));
    /** @type {Blob[]} */
    const parts = [];
    recorder.addEventListener("dataavailable", ({ data }) => parts.push(data));
    recorder.addEventListener("stop", () => resolve(new Blob(parts, { type: recorder.mimeType })));
    recorder.addEventListener("error", ({ error }) => reject(error ?? new Error("not recorded")));
    recorder.start();
    const stop = () => recorder.state === "recording" && recorder.stop();
    for (const signal of signals) signal.addEventListener("abort", stop, { once: true });
  });
}

/**
 * Play a recording to its end, or until `signal`; it is gone afterwards.
 * @param {Blob} recording
 * @param {AbortSignal} signal
 */
export async function playBack(recording, signal) {
  if (signal.aborted) return;
  const url = URL.createObjectURL(recording);
  const element = new Audio(url);
  try {
    const over = new Promise((resolve, reject) => {
      element.addEventListener("ended", resolve, { once: true });
      element.addEventListener("error", () => reject(element.error), { once: true });
      const stop = () => resolve(element.pause());
      signal.addEventListener("abort", stop, { once: true });
    });
    await Promise.all([element.play(), over]);
  } catch (error) {
    if (!signal.aborted) throw error; // one that has not begun to play complains of the end
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** Play two notes; resolves when they are over. */
export async function playNotes() {
  const context = new AudioContext();
  try {
    await context.resume();
    NOTES.forEach((hertz, place) => note(context, hertz, context.currentTime + place * NOTE_S));
    await new Promise((resolve) => setTimeout(resolve, 1_000 * NOTE_S * (NOTES.length + 1)));
  } finally {
    await context.close();
  }
}

/** @param {AudioContext} context @param {number} hertz @param {number} at seconds of its clock */
function note(context, hertz, at) {
  const tone = new OscillatorNode(context, { frequency: hertz });
  const volume = new GainNode(context, { gain: 0 });
  tone.connect(volume).connect(context.destination);
  // Sudden starts and ends click.
  volume.gain.setValueAtTime(0, at);
  volume.gain.linearRampToValueAtTime(LOUDNESS, at + 0.04);
  volume.gain.linearRampToValueAtTime(0, at + NOTE_S);
  tone.start(at);
  tone.stop(at + NOTE_S);
}
