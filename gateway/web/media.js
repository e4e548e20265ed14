/** The candidate's camera and microphone while the page is open: chosen, lost, found again. */
import { DeviceError, listDevices, openDevices, stopTracks } from "./devices.js";
import { watchLevel } from "./meter.js";

/** What may come back by itself when something is plugged in. */
const CURABLE = ["missing", "lost"];

export class Media {
  #on;
  #video = true;
  #chosen = {}; // ids by device
  #stream = null;
  #stopMeter = null;
  #problems = [];

  /**
   * @param {object} on what to call:
   *   `changed(changes)` with what is new of `{state, problems, devices}`, state being none,
   *   asking, ready or failed, devices the `{list, current}` of camera and microphone;
   *   `stream(MediaStream)` with each one that is to be sent from now on;
   *   `level(number)` ten times a second; `replaced({device, label})` for a device that got lost
   */
  constructor(on) {
    this.#on = on;
    navigator.mediaDevices?.addEventListener?.("devicechange", () => void this.#refresh());
  }

  /** Open microphone and, where `video` is wanted, camera; says itself what came of it. */
  async open({ video }) {
    this.#video = video;
    this.#on.changed({ state: "asking", problems: [] });
    try {
      await this.#take();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Use the `device` (camera or microphone) with this id instead. */
  async choose(device, id) {
    this.#chosen = { ...this.#chosen, [device]: id };
    try {
      await this.#take();
    } catch (error) {
      this.#chosen = {};
      this.#fail(error);
    }
  }

  /** The tracks that are sent; null before and after. */
  get stream() {
    return this.#stream;
  }

  close() {
    this.#stopMeter?.();
    this.#stopMeter = null;
    if (this.#stream) stopTracks(this.#stream);
    this.#stream = null;
  }

  async #take() {
    const fresh = await this.#openBesideOrAfter();
    this.close();
    this.#stream = fresh;
    this.#problems = [];
    this.#stopMeter = watchLevel(fresh, this.#on.level);
    for (const track of fresh.getTracks()) track.onended = () => void this.#lost(track);
    this.#on.changed({ state: "ready", problems: [], devices: await this.#devices() });
    await this.#on.stream(fresh);
  }

  /** Some systems give a second camera only once the first is free. */
  async #openBesideOrAfter() {
    const wanted = { video: this.#video, ...this.#chosen };
    try {
      return await openDevices(wanted);
    } catch (error) {
      if (!this.#stream) throw error;
      this.close();
      return openDevices(wanted);
    }
  }

  #fail(error) {
    if (!(error instanceof DeviceError)) throw error;
    this.#problems = error.problems;
    this.#on.changed({ state: "failed", problems: error.problems });
  }

  /** A device was unplugged, or its permission taken back: go on with another if there is one. */
  async #lost(track) {
    if (!this.#stream?.getTracks().includes(track)) return;
    const device = track.kind === "video" ? "camera" : "microphone";
    this.#chosen = { ...this.#chosen, [device]: undefined };
    try {
      await this.#take();
    } catch {
      this.#fail(new DeviceError([{ device, cause: "lost" }]));
      return;
    }
    this.#on.replaced({ device, label: this.#labelOf(device) });
  }

  async #refresh() {
    if (this.#problems.some(({ cause }) => CURABLE.includes(cause))) {
      await this.open({ video: this.#video });
    } else if (this.#stream) {
      this.#on.changed({ devices: await this.#devices() });
    }
  }

  async #devices() {
    const lists = await listDevices();
    return Object.fromEntries(
      Object.entries(lists).map(([device, list]) => {
        const current = this.#track(device)?.getSettings().deviceId ?? "";
        return [device, { list, current, label: this.#labelOf(device) }];
      }),
    );
  }

  #track(device) {
    const kind = device === "camera" ? "video" : "audio";
    return this.#stream?.getTracks().find((track) => track.kind === kind);
  }

  #labelOf(device) {
    return this.#track(device)?.label ?? "";
  }
}
