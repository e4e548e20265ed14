/** Camera and microphone, and the true cause when one cannot be had. */
import { inAppBrowser } from "./browser-kind.js";

const VIDEO = {
  width: { ideal: 640 },
  height: { ideal: 480 },
  frameRate: { ideal: 15, max: 30 },
  facingMode: "user",
};
const AUDIO = { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true };
const KINDS = { camera: "videoinput", microphone: "audioinput" };

/** Camera or microphone are not there. `problems` is a list of `{device, cause, detail}`. */
export class DeviceError extends Error {
  constructor(problems) {
    super(problems.map(({ device, cause }) => `${device}: ${cause}`).join(", "));
    this.problems = problems;
  }
}

/**
 * Open the microphone, and the camera where `video` is wanted.
 * @param {{video: boolean, camera?: string, microphone?: string}} wanted ids of chosen devices; one
 *   that is not there any more gives way to another, alone
 * @returns {Promise<MediaStream>} one audio track, and one video track where it is wanted
 * @throws {DeviceError} naming each device that cannot be had, and why
 */
export async function openDevices(wanted) {
  const device = wanted.video ? "both" : "microphone";
  if (!window.isSecureContext) throw new DeviceError([{ device, cause: "insecure" }]);
  if (!navigator.mediaDevices?.getUserMedia) throw new DeviceError([outside(device, "unsupported")]);
  try {
    return await navigator.mediaDevices.getUserMedia(constraints(wanted));
  } catch (error) {
    if (error.name === "OverconstrainedError" && (wanted.camera || wanted.microphone)) {
      return openDevices({ video: wanted.video, ...(await stillThere(wanted)) });
    }
    throw new DeviceError(await explain(error, wanted));
  }
}

/**
 * Add the track of a picture that never comes to `stream`: a camera that is found later takes its
 * place without a new connection.
 */
export function addNoPicture(stream) {
  const [width, height] = [VIDEO.width.ideal, VIDEO.height.ideal];
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  canvas.getContext("2d"); // some browsers capture nothing of a canvas without one
  const [picture] = canvas.captureStream(0).getVideoTracks();
  picture.stop();
  stream.addTrack(picture);
}

/** @returns {Promise<{camera: object[], microphone: object[]}>} the `{id, label}` of all there are */
export async function listDevices() {
  const found = await navigator.mediaDevices.enumerateDevices();
  const those = (kind) =>
    found
      .filter((device) => device.kind === kind && device.deviceId)
      .map(({ deviceId, label }) => ({ id: deviceId, label }));
  return { camera: those(KINDS.camera), microphone: those(KINDS.microphone) };
}

function constraints({ video, camera, microphone }) {
  const exactly = (id) => (id ? { deviceId: { exact: id } } : {});
  return {
    audio: { ...AUDIO, ...exactly(microphone) },
    ...(video ? { video: { ...VIDEO, ...exactly(camera) } } : {}),
  };
}

/** @returns {Promise<object>} the ids that still have a device; none where that is all of them */
async function stillThere({ camera, microphone }) {
  const there = await listDevices();
  const asked = Object.entries({ camera, microphone }).filter(([, id]) => id);
  const kept = asked.filter(([device, wanted]) => there[device].some(({ id }) => id === wanted));
  return kept.length < asked.length ? Object.fromEntries(kept) : {};
}

async function explain(error, wanted) {
  const device = wanted.video ? "both" : "microphone";
  switch (error.name) {
    case "NotAllowedError":
      return refused(error, wanted);
    case "SecurityError":
      return [outside(device, "denied")];
    case "NotFoundError":
      return missing(wanted);
    default:
      // The browser does not say which of the two is busy or broken: ask for each alone.
      return probed(error, wanted);
  }
}

/** In the browser of an app, nothing that one allows on the page helps. */
function outside(device, cause) {
  const app = inAppBrowser();
  return app ? { device, cause: "inapp", detail: app } : { device, cause };
}

function names({ video }) {
  return video ? ["camera", "microphone"] : ["microphone"];
}

async function refused(error, wanted) {
  const device = wanted.video ? "both" : "microphone";
  if (/system/i.test(error.message)) return [{ device, cause: "system" }];
  const states = await Promise.all(names(wanted).map(permission));
  const named = names(wanted).filter((_, index) => states[index] === "denied");
  if (named.length === 1) return [outside(named[0], "denied")];
  const dismissed = states.every((state) => state === "prompt") && /dismiss/i.test(error.message);
  return [dismissed ? { device, cause: "dismissed" } : outside(device, "denied")];
}

/** @returns {Promise<string>} granted, denied, prompt, or unknown where the browser won't say */
async function permission(name) {
  try {
    return (await navigator.permissions.query({ name })).state;
  } catch {
    return "unknown";
  }
}

async function missing(wanted) {
  const found = await navigator.mediaDevices.enumerateDevices();
  const absent = names(wanted).filter(
    (name) => !found.some((device) => device.kind === KINDS[name]),
  );
  const several = wanted.video ? "both" : "microphone";
  return [{ device: absent.length === 1 ? absent[0] : several, cause: "missing" }];
}

async function probed(error, wanted) {
  const all = { camera: { video: VIDEO }, microphone: { audio: AUDIO } };
  const outcomes = await Promise.all(names(wanted).map((name) => probe(name, all[name])));
  const problems = outcomes.filter((outcome) => outcome !== null);
  return problems.length > 0 ? problems : [problem(wanted.video ? "both" : "microphone", error)];
}

async function probe(device, wanted) {
  try {
    const stream = await navigator.mediaDevices.getUserMedia(wanted);
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
