/** Camera and microphone, and the true cause when one cannot be had. */
import { inAppBrowser } from "./browser-kind.js";

/** @import {Cause, Chosen, Device, Listed, Problem, Wanted} from "../types/devices.d.ts" */

const VIDEO = {
  width: { ideal: 640 },
  height: { ideal: 480 },
  frameRate: { ideal: 15, max: 30 },
  facingMode: "user",
};
const AUDIO = { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true };
/** @type {Record<Device, MediaDeviceKind>} */
const KINDS = { camera: "videoinput", microphone: "audioinput" };

/** Camera or microphone are not there. */
export class DeviceError extends Error {
  /** @param {Problem[]} problems */
  constructor(problems) {
    super(problems.map(({ device, cause }) => `${device}: ${cause}`).join(", "));
    this.problems = problems;
  }
}

/**
 * Open the microphone, and the camera where `video` is wanted.
 * @param {Wanted} wanted ids of chosen devices; one
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
    if (nameOf(error) === "OverconstrainedError" && (wanted.camera || wanted.microphone)) {
      return openDevices({ video: wanted.video, ...(await stillThere(wanted)) });
    }
    throw new DeviceError(await explain(error, wanted));
  }
}

/**
 * Add the track of a picture that never comes to `stream`: a camera that is found later takes its
 * place without a new connection.
 * @param {MediaStream} stream
 */
export function addNoPicture(stream) {
  const [width, height] = [VIDEO.width.ideal, VIDEO.height.ideal];
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  canvas.getContext("2d"); // some browsers capture nothing of a canvas without one
  const [picture] = canvas.captureStream(0).getVideoTracks();
  if (!picture) throw new Error("a canvas without a picture");
  picture.stop();
  stream.addTrack(picture);
}

/** @returns {Promise<Record<Device, Listed[]>>} all there are */
export async function listDevices() {
  const found = await navigator.mediaDevices.enumerateDevices();
  /** @param {MediaDeviceKind} kind */
  const those = (kind) =>
    found
      .filter((device) => device.kind === kind && device.deviceId)
      .map(({ deviceId, label }) => ({ id: deviceId, label }));
  return { camera: those(KINDS.camera), microphone: those(KINDS.microphone) };
}

/** @param {Wanted} wanted @returns {MediaStreamConstraints} */
function constraints({ video, camera, microphone }) {
  /** @param {string | undefined} id */
  const exactly = (id) => (id ? { deviceId: { exact: id } } : {});
  return {
    audio: { ...AUDIO, ...exactly(microphone) },
    ...(video ? { video: { ...VIDEO, ...exactly(camera) } } : {}),
  };
}

/**
 * @param {Chosen} chosen
 * @returns {Promise<Chosen>} the ids that still have a device; none where that is all of them
 */
async function stillThere(chosen) {
  const there = await listDevices();
  const asked = names({ video: true }).filter((device) => chosen[device]);
  const kept = asked.filter((device) => there[device].some(({ id }) => id === chosen[device]));
  if (kept.length === asked.length) return {};
  return Object.fromEntries(kept.map((device) => [device, chosen[device]]));
}

/**
 * What tells the cause. Not every browser makes an `Error` of an `OverconstrainedError`.
 * @param {unknown} error
 */
function nameOf(error) {
  return typeof error === "object" && error !== null && "name" in error ? String(error.name) : "";
}

/** @param {unknown} error */
function messageOf(error) {
  return typeof error === "object" && error !== null && "message" in error ? String(error.message) : "";
}

/** @param {unknown} error @param {Wanted} wanted @returns {Promise<Problem[]>} */
async function explain(error, wanted) {
  const device = wanted.video ? "both" : "microphone";
  switch (nameOf(error)) {
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

/**
 * In the browser of an app, nothing that one allows on the page helps.
 * @param {Problem["device"]} device
 * @param {Cause} cause
 * @returns {Problem}
 */
function outside(device, cause) {
  const app = inAppBrowser();
  return app ? { device, cause: "inapp", detail: app } : { device, cause };
}

/** @param {{video: boolean}} wanted @returns {Device[]} */
function names({ video }) {
  return video ? ["camera", "microphone"] : ["microphone"];
}

/** @param {unknown} error @param {Wanted} wanted @returns {Promise<Problem[]>} */
async function refused(error, wanted) {
  const device = wanted.video ? "both" : "microphone";
  if (/system/i.test(messageOf(error))) return [{ device, cause: "system" }];
  const states = await Promise.all(names(wanted).map(permission));
  const named = names(wanted).filter((_, index) => states[index] === "denied");
  if (named[0] && named.length === 1) return [outside(named[0], "denied")];
  const dismissed = states.every((state) => state === "prompt") && /dismiss/i.test(messageOf(error));
  return [dismissed ? { device, cause: "dismissed" } : outside(device, "denied")];
}

/**
 * @param {Device} name
 * @returns {Promise<string>} granted, denied, prompt, or unknown where the browser won't say
 */
async function permission(name) {
  try {
    return (await navigator.permissions.query({ name })).state;
  } catch {
    return "unknown";
  }
}

/** @param {Wanted} wanted @returns {Promise<Problem[]>} */
async function missing(wanted) {
  const found = await navigator.mediaDevices.enumerateDevices();
  const absent = names(wanted).filter(
    (name) => !found.some((device) => device.kind === KINDS[name]),
  );
  const several = wanted.video ? "both" : "microphone";
  return [{ device: (absent.length === 1 && absent[0]) || several, cause: "missing" }];
}

/** @param {unknown} error @param {Wanted} wanted @returns {Promise<Problem[]>} */
async function probed(error, wanted) {
  const all = { camera: { video: VIDEO }, microphone: { audio: AUDIO } };
  const outcomes = await Promise.all(names(wanted).map((name) => probe(name, all[name])));
  const problems = outcomes.filter((outcome) => outcome !== null);
  return problems.length > 0 ? problems : [problem(wanted.video ? "both" : "microphone", error)];
}

/** @param {Device} device @param {MediaStreamConstraints} wanted @returns {Promise<Problem | null>} */
async function probe(device, wanted) {
  try {
    const stream = await navigator.mediaDevices.getUserMedia(wanted);
    stopTracks(stream);
    return null;
  } catch (error) {
    return problem(device, error);
  }
}

/** @param {Problem["device"]} device @param {unknown} error @returns {Problem} */
function problem(device, error) {
  if (["NotReadableError", "AbortError"].includes(nameOf(error))) {
    return { device, cause: "busy" };
  }
  return { device, cause: "other", detail: messageOf(error) || nameOf(error) };
}

/** @param {MediaStream} stream */
export function stopTracks(stream) {
  for (const track of stream.getTracks()) track.stop();
}
