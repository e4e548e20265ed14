/** One WebRTC connection to the gateway: media up, the data channel `viva` both ways. */

/** @import {Message, Request} from "../types/channel.d.ts" */
/** @import {Reason} from "../types/link.d.ts" */
/** @import {Answer} from "../types/sessions.d.ts" */

/**
 * @typedef {object} Handlers
 * @property {(message: Message, from: Connection) => void} message the gateway says something
 * @property {(error: LinkError) => void} lost the connection is gone
 */

const CHANNEL = "viva";
const FRAMES_PER_SECOND = 5;
const FRAME_HEIGHT = 240; // and 320 wide
const VIDEO_BITS_PER_SECOND = 300_000;
const GATHERING_LIMIT_MS = 3_000;
const OPENING_LIMIT_MS = 12_000;
const RECOVERY_LIMIT_MS = 3_000;

/** The connection could not be made or was lost. `reason` is a key of `link.reason.*`. */
export class LinkError extends Error {
  /** @param {Reason} reason */
  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}

/**
 * Connect `stream`.
 *
 * @param {MediaStream} stream one video and one audio track
 * @param {(sdp: string) => Promise<Answer>} exchange offers, gives the answer
 * @param {Handlers} on
 * @param {RTCIceServer[]} iceServers as the gateway names them; none on a local network
 * @returns {Promise<Connection>} with an open data channel
 * @throws {LinkError} the server answered but media or channel did not come up
 */
export async function connect(stream, exchange, on, iceServers) {
  const pc = new RTCPeerConnection({ iceServers });
  const connection = new Connection(pc, pc.createDataChannel(CHANNEL, { ordered: true }), on);
  try {
    for (const track of stream.getAudioTracks()) {
      pc.addTransceiver(track, { direction: "sendonly", streams: [stream] });
    }
    for (const track of stream.getVideoTracks()) {
      pc.addTransceiver(track, {
        direction: "sendonly",
        streams: [stream],
        sendEncodings: [videoLimits(track)],
      });
    }
    await pc.setLocalDescription(await pc.createOffer());
    await gathered(pc);
    await pc.setRemoteDescription(await exchange(pc.localDescription?.sdp ?? ""));
    await keepResolution(pc);
    await connection.opened();
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

/**
 * The analysis takes 320×240 at five frames a second: more would be thrown away by the gateway.
 * @param {MediaStreamTrack} track
 */
function videoLimits(track) {
  const { width = 640, height = 480 } = track.getSettings();
  return {
    maxFramerate: FRAMES_PER_SECOND,
    maxBitrate: VIDEO_BITS_PER_SECOND,
    scaleResolutionDownBy: Math.max(1, Math.min(width, height) / FRAME_HEIGHT),
  };
}

/**
 * A gaze cannot be read from a smaller picture: under load, drop frames instead.
 * @param {RTCPeerConnection} pc
 */
async function keepResolution(pc) {
  const sender = pc.getSenders().find(({ track }) => track?.kind === "video");
  if (!sender) return;
  const parameters = sender.getParameters();
  parameters.degradationPreference = "maintain-resolution";
  await sender.setParameters(parameters);
}

/**
 * Wait until every address of this browser is known, but not for ever: one interface that does
 * not answer must not hold up the others.
 * @param {RTCPeerConnection} pc
 * @returns {Promise<void>}
 */
function gathered(pc, limitMs = GATHERING_LIMIT_MS) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, limitMs);
    const check = () => {
      if (pc.iceGatheringState !== "complete") return;
      clearTimeout(timer);
      resolve();
    };
    pc.addEventListener("icegatheringstatechange", check);
    check();
  });
}

export class Connection {
  #pc;
  #channel;
  #on;
  #closed = false;
  /** @type {number | undefined} */
  #recovery;

  /** @param {RTCPeerConnection} pc @param {RTCDataChannel} channel @param {Handlers} on */
  constructor(pc, channel, on) {
    this.#pc = pc;
    this.#channel = channel;
    this.#on = on;
    channel.addEventListener("message", ({ data }) => {
      if (!this.#closed) on.message(JSON.parse(data), this);
    });
    channel.addEventListener("close", () => this.#lost("closed"));
    pc.addEventListener("connectionstatechange", () => this.#watch(pc.connectionState));
  }

  /** @returns {Promise<void>} @throws {LinkError} the channel did not open in time */
  opened() {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new LinkError("blocked")), OPENING_LIMIT_MS);
      const open = () => {
        clearTimeout(timer);
        resolve();
      };
      this.#channel.addEventListener("open", open, { once: true });
      this.#channel.addEventListener("close", () => reject(new LinkError("closed")));
      if (this.#channel.readyState === "open") open();
    });
  }

  /** @param {Request} message */
  send(message) {
    // A closing channel throws; what is lost here is sent again on the next connection.
    if (this.#channel.readyState === "open") this.#channel.send(JSON.stringify(message));
  }

  /**
   * Send `stream`'s tracks instead, after a device was plugged in again.
   * @param {MediaStream} stream
   */
  async replaceTracks(stream) {
    for (const sender of this.#pc.getSenders()) {
      const fresh = stream.getTracks().find(({ kind }) => kind === sender.track?.kind);
      if (this.#closed) return;
      if (fresh) await sender.replaceTrack(fresh);
    }
  }

  /** @returns {Promise<number | null>} milliseconds to the gateway and back, where it is known */
  async roundTrip() {
    const stats = [...(await this.#pc.getStats()).values()];
    const pair = stats.find(({ type, nominated, state }) =>
      type === "candidate-pair" && nominated && state === "succeeded");
    return pair?.currentRoundTripTime === undefined ? null : pair.currentRoundTripTime * 1000;
  }

  close() {
    this.#closed = true;
    clearTimeout(this.#recovery);
    this.#pc.close();
  }

  /** @param {RTCPeerConnectionState} state */
  #watch(state) {
    clearTimeout(this.#recovery);
    if (state === "failed") this.#lost("media");
    // A moment without an answer often heals by itself, a new connection costs the open answer.
    if (state === "disconnected") {
      this.#recovery = setTimeout(() => this.#lost("media"), RECOVERY_LIMIT_MS);
    }
  }

  /** @param {Reason} reason */
  #lost(reason) {
    if (this.#closed) return;
    this.close();
    this.#on.lost(new LinkError(reason));
  }
}
