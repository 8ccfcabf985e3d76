import type { BegunBy } from "../begun-by.ts";

export interface Logins {
  /**
   * False as soon as it is known here that logins of this user and epoch were revoked: it was disabled or deleted, lost
   * a role, its project was disabled, or what it logs in with was changed. True where nobody can tell.
   */
  areGood(begunBy: BegunBy): Promise<boolean>;
}
