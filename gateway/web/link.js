/** The lasting link to the interview: connects, reconnects with back-off, carries commands. */
import { ApiError, fetchIceServers, sendOffer } from "./api.js";
import { CommandQueue } from "./commands.js";
import { LinkError, connect } from "./rtc.js";

/** @import {Command, Fields, Guide, Message, Notice} from "../types/channel.d.ts" */
/** @import {LiveEvent} from "../types/events.d.ts" */
/** @import {Reason, Status} from "../types/link.d.ts" */
/** @import {Access} from "../types/sessions.d.ts" */
/** @import {Snapshot} from "../types/snapshot.d.ts" */
/** @import {Connection, Handlers as ConnectionHandlers} from "./rtc.js" */

/**
 * @typedef {object} Handlers
 * @property {(status: Status) => void} status how the connection is now
 * @property {(snapshot: Snapshot) => void} snapshot the whole state
 * @property {(event: LiveEvent) => void} event what has just happened
 * @property {(guide: Guide) => void} guide what the candidate is to do before the calibration
 * @property {(notice: Notice) => void} notice what they are told
 * @property {(error: ApiError) => void} refused connecting again is pointless
 */

const FIRST_DELAY_S = 1;
const LONGEST_DELAY_S = 10;
const SNAPSHOT_LIMIT_MS = 8_000;
/** Tells this page from another one with the same link. */
const WINDOW = String(Math.random()).slice(2);

export class Link {
  #access;
  #on;
  /** @type {MediaStream | null} */
  #stream = null;
  /** @type {Connection | null} */
  #connection = null; // from its first snapshot on
  #commands = new CommandQueue();
  #attempt = 0;
  #failures = 0;
  /** @type {number | null} */
  #timer = null;
  #running = false;
  #returns = false; // it was connected since it was started: nobody has asked for another try
  #finished = false;

  /** @param {Access} access @param {Handlers} on what to call */
  constructor(access, on) {
    this.#access = access;
    this.#on = on;
    window.addEventListener("online", () => {
      if (this.#timer !== null) void this.#connect();
    });
  }

  /**
   * Send `stream` from now on; connects where no connection is open or under way.
   * @param {MediaStream} stream
   */
  async use(stream) {
    const former = this.#stream;
    this.#stream = stream;
    if (!this.#connection) {
      if (!this.#running) this.start();
    } else if (sameKinds(former, stream)) {
      await this.#connection.replaceTracks(stream);
    } else {
      this.start(); // what is sent was agreed on when it was made
    }
  }

  start() {
    this.#running = true;
    this.#returns = false;
    this.#failures = 0;
    void this.#connect();
  }

  /** Close and stay closed. */
  stop(code = "stopped") {
    this.#running = false;
    this.#attempt += 1;
    this.#disconnect();
    this.#commands.drop(code);
    this.#on.status({ state: "stopped" });
  }

  /** The interview is over: a connection that breaks now need not come back. */
  finish() {
    this.#finished = true;
  }

  /**
   * Send `command`, on the next connection too where this one breaks.
   * @param {Command} command
   * @param {Fields} [fields] what the message says beside it
   * @returns {Promise<void>} settled by the gateway's acknowledgement
   */
  command(command, fields) {
    return this.#commands.request(command, fields);
  }

  /** @returns {Promise<number | null>} milliseconds to the gateway and back, where it is known */
  async roundTrip() {
    try {
      return (await this.#connection?.roundTrip()) ?? null;
    } catch {
      return null; // it was closed meanwhile
    }
  }

  async #connect() {
    this.#disconnect();
    const attempt = ++this.#attempt;
    const current = () => this.#running && attempt === this.#attempt;
    this.#on.status({ state: "connecting" });
    try {
      const servers = await fetchIceServers(this.#access);
      if (!current()) return;
      const arrival = { window: WINDOW, returns: this.#returns };
      /** @param {string} sdp */
      const exchange = (sdp) => sendOffer(this.#access, sdp, arrival);
      const stream = this.#stream;
      if (!stream) return; // it is connected for one
      /** @type {ConnectionHandlers} */
      const on = {
        message: (message, from) => current() && this.#receive(message, from, stream),
        lost: (error) => current() && this.#retry(error),
      };
      const connection = await connect(stream, exchange, on, servers);
      if (!current()) {
        connection.close();
        return;
      }
      setTimeout(() => {
        if (!current() || this.#connection === connection) return;
        connection.close();
        this.#retry(new LinkError("timeout"));
      }, SNAPSHOT_LIMIT_MS);
    } catch (error) {
      if (current()) this.#retry(error);
    }
  }

  /**
   * @param {Message} message
   * @param {Connection} connection
   * @param {MediaStream} stream what `connection` was made for
   */
  #receive(message, connection, stream) {
    if ("snapshot" in message) {
      const fresh = this.#connection !== connection;
      if (fresh) {
        this.#connection = connection;
        if (this.#stream && stream !== this.#stream) {
          // Another device was chosen while it was being made: what it sends is over.
          if (!sameKinds(stream, this.#stream)) return this.start();
          void connection.replaceTracks(this.#stream);
        }
        this.#failures = 0;
        this.#returns = true;
        this.#on.status({ state: "connected" });
      }
      this.#on.snapshot(message.snapshot);
      if (fresh) {
        this.#commands.connected(message.snapshot.last_seq, (command) => connection.send(command));
      }
    } else if ("ack" in message) {
      this.#commands.acknowledged(message);
    } else if ("event" in message) {
      this.#on.event(message.event);
    } else if ("guide" in message) {
      this.#on.guide(message.guide);
    } else if ("notice" in message) {
      if (message.notice.code === "superseded") this.stop("superseded");
      this.#on.notice(message.notice);
    }
  }

  /** @param {unknown} error */
  #retry(error) {
    this.#disconnect();
    if (this.#finished) {
      this.stop();
      return;
    }
    if (error instanceof ApiError && error.permanent) {
      this.stop(error.code);
      this.#on.refused(error);
      return;
    }
    const backoff = Math.min(FIRST_DELAY_S * 2 ** this.#failures, LONGEST_DELAY_S);
    this.#failures += 1;
    // Spread by a fifth, so that a restarted gateway is not met by everyone in the same moment.
    const asked = error instanceof ApiError ? error.retryAfterS : 0;
    const seconds = Math.max(backoff, asked) * (0.9 + 0.2 * Math.random());
    this.#on.status({ state: "waiting", reason: reasonOf(error), seconds: Math.ceil(seconds) });
    this.#timer = setTimeout(() => void this.#connect(), seconds * 1000);
  }

  #disconnect() {
    clearTimeout(this.#timer ?? undefined);
    this.#timer = null;
    this.#commands.disconnected();
    this.#connection?.close();
    this.#connection = null;
  }
}

/** @param {MediaStream | null} one @param {MediaStream | null} other */
function sameKinds(one, other) {
  /** @param {MediaStream | null} stream */
  const kinds = (stream) => stream?.getTracks().map(({ kind }) => kind).sort().join();
  return kinds(one) === kinds(other);
}

/** @param {unknown} error @returns {Reason} */
function reasonOf(error) {
  if (error instanceof LinkError) return error.reason;
  if (!(error instanceof ApiError)) return "media";
  /** @type {Partial<Record<string, Reason>>} */
  const reasons = {
    behind: "busy",
    busy: "busy",
    capacity: "busy",
    ports: "busy",
    network: "network",
    timeout: "timeout",
  };
  return reasons[error.code] ?? "unavailable";
}
