/** How the connection to the gateway is. */

/** A key of `link.reason.*`. */
export type Reason =
  | "network"
  | "media"
  | "closed"
  | "timeout"
  | "blocked"
  | "busy"
  | "unavailable"
  | "restarting";

export interface Status {
  state: "connecting" | "connected" | "waiting" | "stopped";
  reason?: Reason;
  /** Until the next try. */
  seconds?: number;
}

/** The same as the page keeps it. */
export interface LinkState {
  state: "idle" | Status["state"];
  /** What is wrong, or was until the next try succeeds. */
  reason?: Reason | undefined;
  /** On the clock of `performance.now()`, milliseconds. */
  retryAt?: number;
}
