/** Camera and microphone, and the true cause when one cannot be had. */

const VIDEO = {
  width: { ideal: 640 },
  height: { ideal: 480 },
  frameRate: { ideal: 15, max: 30 },
  facingMode: "user",
};
const AUDIO = { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true };

/** Camera or microphone are not there. `problems` is a list of `{device, cause, detail}`. */
export class DeviceError extends Error {
  constructor(problems) {
    super(problems.map(({ device, cause }) => `${device}: ${cause}`).join(", "));
    this.problems = problems;
  }
}

/**
 * Open both devices.
 * @returns {Promise<MediaStream>} one video and one audio track
 * @throws {DeviceError} naming each device that cannot be had, and why
 */
export async function openDevices() {
  if (!window.isSecureContext) throw new DeviceError([{ device: "both", cause: "insecure" }]);
  if (!navigator.mediaDevices?.getUserMedia) {
    throw new DeviceError([{ device: "both", cause: "unsupported" }]);
  }
  try {
    return await navigator.mediaDevices.getUserMedia({ video: VIDEO, audio: AUDIO });
  } catch (error) {
    throw new DeviceError(await explain(error));
  }
}

async function explain(error) {
  switch (error.name) {
    case "NotAllowedError":
      return refused(error);
    case "SecurityError":
      return [{ device: "both", cause: "denied" }];
    case "NotFoundError":
      return missing();
    default:
      // The browser does not say which of the two is busy or broken: ask for each alone.
      return probed(error);
  }
}

async function refused(error) {
  if (/system/i.test(error.message)) return [{ device: "both", cause: "system" }];
  const states = await Promise.all(["camera", "microphone"].map(permission));
  const named = ["camera", "microphone"].filter((_, index) => states[index] === "denied");
  if (named.length === 1) return [{ device: named[0], cause: "denied" }];
  const dismissed = states.every((state) => state === "prompt") && /dismiss/i.test(error.message);
  return [{ device: "both", cause: dismissed ? "dismissed" : "denied" }];
}

/** @returns {Promise<string>} granted, denied, prompt, or unknown where the browser won't say */
async function permission(name) {
  try {
    return (await navigator.permissions.query({ name })).state;
  } catch {
    return "unknown";
  }
}

async function missing() {
  const found = await navigator.mediaDevices.enumerateDevices();
  const absent = [
    ["camera", "videoinput"],
    ["microphone", "audioinput"],
  ].filter(([, kind]) => !found.some((device) => device.kind === kind));
  const named = absent.length === 1 ? absent[0][0] : "both";
  return [{ device: named, cause: "missing" }];
}

async function probed(error) {
  const outcomes = await Promise.all([
    probe("camera", { video: VIDEO }),
    probe("microphone", { audio: AUDIO }),
  ]);
  const problems = outcomes.filter((problem) => problem !== null);
  return problems.length > 0 ? problems : [problem("both", error)];
}

async function probe(device, constraints) {
  try {
    const stream = await navigator.mediaDevices.getUserMedia(constraints);
    stopTracks(stream);
    return null;
  } catch (error) {
    return problem(device, error);
  }
}

function problem(device, error) {
  if (error.name === "NotReadableError" || error.name === "AbortError") {
    return { device, cause: "busy" };
  }
  return { device, cause: "other", detail: error.message || error.name };
}

export function stopTracks(stream) {
  for (const track of stream.getTracks()) track.stop();
}
