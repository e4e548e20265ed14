/** The body of every reply of 4xx and 5xx: gateway/api/errors.py. */
export interface ErrorBody {
  /** Stable, for programs. */
  code: string;
  /** What to do, for people. */
  message: string;
}

export interface ErrorReply {
  error: ErrorBody;
}
