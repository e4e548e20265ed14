/** People with accounts: gateway/api/accounts.py. */
export type Role = "candidate" | "coach" | "recruiter" | "admin";

export interface PersonReply {
  person: string;
  email: string;
  name: string;
  role: Role;
  /** UTC milliseconds. */
  created_at: number;
  disabled: boolean;
}

export interface SignUp {
  email: string;
  name: string;
  password: string;
}

export interface LogIn {
  email: string;
  password: string;
}

export interface PasswordReset {
  token: string;
  password: string;
}
