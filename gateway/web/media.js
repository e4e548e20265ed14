/** The candidate's camera and microphone while the page is open: chosen, lost, found again. */
import { DeviceError, addNoPicture, listDevices, openDevices, stopTracks } from "./devices.js";
import { watchLevel } from "./meter.js";

/** @import {Chosen, Device, MediaState, Problem, Wanted} from "../types/devices.d.ts" */

/** @typedef {{fresh: MediaStream, problems: Problem[]}} Opened problems of the camera left out */
/**
 * @typedef {object} Handlers
 * @property {(changes: Partial<MediaState>) => void} changed with what is new
 * @property {(stream: MediaStream) => Promise<void>} stream each one to be sent from now on
 * @property {(level: number) => void} level ten times a second, 0 to 1
 * @property {(used: Used) => void} replaced a device got lost
 * @property {(used: Used) => void} kept the chosen one did not start
 * @property {(used: {label: string}) => void} sighted the camera is back that was lost, or not there
 *   from the beginning: without it the state is ready, with the camera's problem
 */
/** @typedef {{device: Device, label: string}} Used which one is in use now */

/** @type {Device[]} */
const DEVICES = ["camera", "microphone"];
/** What may come back by itself when something is plugged in. */
const CURABLE = ["missing", "lost"];

export class Media {
  #on;
  #video = true;
  /** @type {Chosen} */
  #chosen = {};
  /** @type {MediaStream | null} */
  #stream = null;
  /** @type {(() => void) | null} */
  #stopMeter = null;
  /** @type {Problem[]} */
  #problems = [];
  #blind = false; // the camera is wanted and not there: it goes on by ear
  #turn = 0; // of the newest attempt to open, or of the closing after it
  /** @type {Promise<boolean> | null} */
  #choice = null; // the candidate's newest, until it has come to something

  /** @param {Handlers} on what to call */
  constructor(on) {
    this.#on = on;
    navigator.mediaDevices?.addEventListener?.("devicechange", () => void this.#refresh());
  }

  /**
   * Open microphone and, where `video` is wanted, camera; says itself what came of it.
   * @param {{video: boolean}} wanted
   */
  async open({ video }) {
    this.#video = video;
    this.#on.changed({ state: "asking", problems: [] });
    try {
      await this.#take();
    } catch (error) {
      this.#fail(error);
    }
  }

  /**
   * Use the `device` with this id instead, or go on with the one in use.
   * @param {Device} device
   * @param {string} id
   * @returns {Promise<boolean>} whether it is used now
   */
  async choose(device, id) {
    const choice = (this.#choice = this.#choose(device, id));
    try {
      return await choice;
    } finally {
      if (this.#choice === choice) this.#choice = null;
    }
  }

  /** @param {Device} device @param {string} id */
  async #choose(device, id) {
    const used = this.#used();
    this.#chosen = { ...used, [device]: id };
    try {
      return await this.#take();
    } catch (error) {
      if (!(error instanceof DeviceError)) throw error;
    }
    await this.#goBack(used, device);
    return false;
  }

  /** The tracks that are sent; null before and after. */
  get stream() {
    return this.#stream;
  }

  /** Switch everything off, also what is still being opened. */
  close() {
    this.#turn += 1;
    this.#problems = []; // or what is plugged in later would switch it on again
    this.#blind = false;
    this.#release();
    this.#on.changed({ state: "none", problems: [] });
  }

  #release() {
    this.#stopMeter?.();
    this.#stopMeter = null;
    if (this.#stream) stopTracks(this.#stream);
    this.#stream = null;
  }

  /** Take what there is without letting go of what still works, be it only the microphone. */
  #takeBeside() {
    return this.#take(() => this.#open(!this.#live("microphone")));
  }

  /**
   * @param {(current: () => boolean) => Promise<Opened>} open
   * @returns {Promise<boolean>} false where it was closed, or taken anew, meanwhile
   */
  async #take(open = (current) => this.#openBesideOrAfter(current)) {
    const turn = ++this.#turn;
    const current = () => turn === this.#turn;
    /** @type {Opened} */
    let opened;
    try {
      opened = await open(current);
    } catch (error) {
      if (current()) throw error;
      return false;
    }
    const { fresh, problems } = opened;
    if (!current()) {
      stopTracks(fresh);
      return false;
    }
    this.#release();
    this.#stream = fresh;
    this.#problems = problems;
    this.#blind = problems.length > 0;
    this.#stopMeter = watchLevel(fresh, this.#on.level);
    for (const track of fresh.getTracks()) track.onended = () => void this.#lost(track);
    const devices = await this.#devices();
    if (!current()) return false;
    this.#on.changed({ state: "ready", problems, devices });
    await this.#on.stream(fresh);
    return true;
  }

  /**
   * The choice did not start, and to try it the one in use may have been let go.
   * @param {Chosen} used
   * @param {Device} device
   */
  async #goBack(used, device) {
    this.#chosen = used;
    try {
      if (await this.#take()) this.#on.kept({ device, label: this.#labelOf(device) });
    } catch (error) {
      this.#chosen = {};
      this.#fail(error);
    }
  }

  /** Some systems give a second camera only once the first is free. @param {() => boolean} current */
  async #openBesideOrAfter(current) {
    try {
      return await this.#open();
    } catch (error) {
      if (!this.#stream || !current()) throw error;
      this.#release();
      return this.#open();
    }
  }

  /**
   * Open what is wanted, or the microphone alone where that will do and only the camera is not there.
   * @returns {Promise<Opened>}
   */
  async #open(byEar = true) {
    const wanted = this.#wanted();
    const turn = this.#turn;
    try {
      return { fresh: await openDevices(wanted), problems: [] };
    } catch (error) {
      if (!byEar || turn !== this.#turn || !(error instanceof DeviceError)) throw error;
      if (!error.problems.every((problem) => this.#dispensable(problem))) throw error;
      const fresh = await openDevices({ ...wanted, video: false });
      addNoPicture(fresh);
      return { fresh, problems: error.problems };
    }
  }

  /** Who goes on by ear already does so whatever keeps the camera away now. @param {Problem} problem */
  #dispensable({ device, cause }) {
    return device === "camera" && (this.#blind || CURABLE.includes(cause));
  }

  /** @returns {Wanted} */
  #wanted() {
    return { video: this.#video, ...this.#chosen };
  }

  /** @param {unknown} error */
  #fail(error) {
    if (!(error instanceof DeviceError)) throw error;
    this.#problems = error.problems;
    this.#on.changed({ state: "failed", problems: error.problems });
  }

  /**
   * A device was unplugged, or its permission taken back: go on with another if there is one, and
   * without a camera if need be, so that what is said is not lost.
   * @param {MediaStreamTrack} track
   */
  async #lost(track) {
    await this.#chosenFirst();
    if (!this.#stream?.getTracks().includes(track)) return;
    const device = track.kind === "video" ? "camera" : "microphone";
    this.#chosen = { ...this.#chosen, [device]: undefined };
    try {
      if (!(await this.#takeBeside())) return;
      if (this.#live(device)) this.#on.replaced({ device, label: this.#labelOf(device) });
    } catch (error) {
      if (!(error instanceof DeviceError)) throw error;
      this.#miss(device);
    }
  }

  /** @param {Device} device */
  #miss(device) {
    const gone = DEVICES.filter(
      (each) => each === device || (this.#track(each) && !this.#live(each)),
    );
    /** @type {Problem[]} */
    const problems = gone.map((each) => ({ device: each, cause: "lost" }));
    if (gone.includes("microphone")) {
      this.#release();
      this.#fail(new DeviceError(problems));
      return;
    }
    this.#problems = problems;
    this.#blind = true;
    this.#on.changed({ problems });
  }

  /** Something was plugged in or out. */
  async #refresh() {
    await this.#chosenFirst();
    const curable = this.#problems.some(({ cause }) => CURABLE.includes(cause));
    if (this.#blind && this.#live("microphone")) await this.#seeAgain();
    else if (!this.#stream && curable) await this.open({ video: this.#video });
    if (this.#stream) this.#on.changed({ devices: await this.#devices() });
  }

  /** What is plugged in or out must not cancel what the candidate is just choosing. */
  async #chosenFirst() {
    while (this.#choice !== null) await Promise.allSettled([this.#choice]);
  }

  /** Only the camera is missing: a microphone lost just now is being replaced. */
  async #seeAgain() {
    try {
      if (await this.#takeBeside()) this.#on.sighted({ label: this.#labelOf("camera") });
    } catch (error) {
      if (!(error instanceof DeviceError)) throw error; // still missing
    }
  }

  async #devices() {
    const lists = await listDevices();
    /** @param {Device} device */
    const choice = (device) => {
      const current = this.#idOf(device) ?? "";
      return { list: lists[device], current, label: this.#labelOf(device) };
    };
    return { camera: choice("camera"), microphone: choice("microphone") };
  }

  #used() {
    return { camera: this.#idOf("camera"), microphone: this.#idOf("microphone") };
  }

  /** @param {Device} device */
  #track(device) {
    const kind = device === "camera" ? "video" : "audio";
    return this.#stream?.getTracks().find((track) => track.kind === kind);
  }

  /** The track that delivers: an ended one is sent on only to keep its place. @param {Device} device */
  #live(device) {
    const track = this.#track(device);
    return track?.readyState === "live" ? track : undefined;
  }

  /** @param {Device} device */
  #idOf(device) {
    return this.#live(device)?.getSettings().deviceId;
  }

  /** @param {Device} device */
  #labelOf(device) {
    return this.#live(device)?.label ?? "";
  }
}
