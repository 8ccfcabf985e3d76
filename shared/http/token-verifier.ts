import type { Caller } from "../caller.ts";

export interface TokenVerifier {
  /**
   * The caller a token stands for. Throws Unauthorized for anything but a valid token, Forbidden for one that is
   * scoped to no project, Unavailable when nobody can tell now. `serviceToken` (X-Service-Token) says that another
   * service passes the caller's request on; one that is not valid is ignored, as Glance does.
   */
  verify(token: string, serviceToken?: string): Promise<Caller>;
}
