import type { Caller } from "../domain/caller.ts";

export interface TokenVerifier {
  /** The caller a token stands for. Throws Unauthorized for anything but a valid, unexpired, project-scoped token. */
  verify(token: string): Promise<Caller>;
}
