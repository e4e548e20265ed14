/**
 * Commands on their way to the gateway.
 *
 * Numbers count over the life of the session. A command keeps its number until it is acknowledged
 * and is sent again with it after a reconnect; the gateway does the same number once only.
 */

/** The gateway refused a command. */
export class CommandError extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

export class CommandQueue {
  #waiting = [];
  #lastSeq = null;
  #send = null;

  /**
   * Queue `command`; it goes out now or on the next connection.
   * @param {string} command
   * @param {{text?: string}} fields what the message says beside it
   * @returns {Promise<void>} settled by the gateway's acknowledgement
   * @throws {CommandError} refused, or the queue was dropped
   */
  request(command, fields = {}) {
    return new Promise((resolve, reject) => {
      const entry = { command, fields, seq: null, resolve, reject };
      this.#waiting.push(entry);
      if (this.#send) this.#transmit(entry);
    });
  }

  /** A connection is open and its first snapshot here: number what is new, send what is open. */
  connected(lastSeq, send) {
    const own = this.#waiting.reduce((highest, { seq }) => Math.max(highest, seq ?? 0), 0);
    this.#lastSeq = Math.max(lastSeq, own);
    this.#send = send;
    for (const entry of this.#waiting) this.#transmit(entry);
  }

  disconnected() {
    this.#send = null;
  }

  acknowledged({ ack, ok, error }) {
    const index = this.#waiting.findIndex(({ seq }) => seq === ack);
    if (index < 0) return; // a repeated acknowledgement
    const [{ resolve, reject }] = this.#waiting.splice(index, 1);
    if (ok) resolve();
    else reject(new CommandError(error?.code ?? "refused", error?.message ?? ""));
  }

  /** Nothing will be sent any more. */
  drop(code) {
    this.disconnected();
    for (const { reject } of this.#waiting.splice(0)) reject(new CommandError(code, ""));
  }

  #transmit(entry) {
    entry.seq ??= ++this.#lastSeq;
    this.#send({ seq: entry.seq, command: entry.command, ...entry.fields });
  }
}
