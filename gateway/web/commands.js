/**
 * Commands on their way to the gateway.
 *
 * Numbers count over the life of the session. A command keeps its number until it is acknowledged
 * and is sent again with it after a reconnect; the gateway does the same number once only.
 */

/** @import {Acknowledgement, Command, Fields, Request} from "../types/channel.d.ts" */

/** The gateway refused a command. */
export class CommandError extends Error {
  /** @param {string} code @param {string} message */
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

/**
 * @typedef {object} Entry
 * @property {Command} command what is asked for
 * @property {Fields} fields what the message says beside it
 * @property {number | null} seq null: it was never sent
 * @property {() => void} resolve the gateway did it
 * @property {(error: CommandError) => void} reject it did not
 */

export class CommandQueue {
  /** @type {Entry[]} */
  #waiting = [];
  #lastSeq = 0;
  /** @type {((request: Request) => void) | null} */
  #send = null;

  /**
   * Queue `command`; it goes out now or on the next connection.
   * @param {Command} command
   * @param {Fields} fields what the message says beside it
   * @returns {Promise<void>} settled by the gateway's acknowledgement
   * @throws {CommandError} refused, or the queue was dropped
   */
  request(command, fields = {}) {
    return new Promise((resolve, reject) => {
      /** @type {Entry} */
      const entry = { command, fields, seq: null, resolve, reject };
      this.#waiting.push(entry);
      if (this.#send) this.#transmit(entry, this.#send);
    });
  }

  /**
   * A connection is open and its first snapshot here: number what is new, send what is open.
   * @param {number} lastSeq
   * @param {(request: Request) => void} send
   */
  connected(lastSeq, send) {
    const own = this.#waiting.reduce((highest, { seq }) => Math.max(highest, seq ?? 0), 0);
    this.#lastSeq = Math.max(lastSeq, own);
    this.#send = send;
    for (const entry of this.#waiting) this.#transmit(entry, send);
  }

  disconnected() {
    this.#send = null;
  }

  /** @param {Acknowledgement} reply */
  acknowledged({ ack, ok, error }) {
    const entry = this.#waiting.find(({ seq }) => seq === ack);
    if (!entry) return; // a repeated acknowledgement
    this.#waiting.splice(this.#waiting.indexOf(entry), 1);
    if (ok) entry.resolve();
    else entry.reject(new CommandError(error?.code ?? "refused", error?.message ?? ""));
  }

  /** Nothing will be sent any more. @param {string} code */
  drop(code) {
    this.disconnected();
    for (const { reject } of this.#waiting.splice(0)) reject(new CommandError(code, ""));
  }

  /** @param {Entry} entry @param {(request: Request) => void} send */
  #transmit(entry, send) {
    entry.seq ??= ++this.#lastSeq;
    send({ seq: entry.seq, command: entry.command, ...entry.fields });
  }
}
