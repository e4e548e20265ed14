/** Camera and microphone, as the page knows them. */
export type Device = "camera" | "microphone";

/** A key of `device.cause.*`. */
export type Cause =
  | "denied"
  | "dismissed"
  | "system"
  | "busy"
  | "missing"
  | "insecure"
  | "unsupported"
  | "inapp"
  | "lost"
  | "other";

/** Why a device cannot be had, or both. */
export interface Problem {
  device: Device | "both";
  cause: Cause;
  /** What the browser says, or the app whose browser it is. */
  detail?: string;
}

/** The ids of chosen devices. */
export type Chosen = { [D in Device]?: string | undefined };

/** What to open. */
export interface Wanted extends Chosen {
  video: boolean;
}

export interface Listed {
  id: string;
  /** Empty until a permission was given. */
  label: string;
}

/** One kind of device: all there are, and the one in use. */
export interface Choice {
  list: Listed[];
  /** Id of the one in use; empty: none. */
  current: string;
  label: string;
}

export interface MediaState {
  state: "none" | "asking" | "ready" | "failed";
  problems: Problem[];
  devices: Record<Device, Choice>;
}
