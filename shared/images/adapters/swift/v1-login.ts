import { fetchBounded } from "../../../aws/fetch-bounded.ts";
import type { Clock } from "../../../clock.ts";
import { BlobStoreFailed } from "../../ports/blob-store.ts";
import { requireTls } from "./require-tls.ts";
import type { SwiftLogin } from "./swift-login.ts";

export interface V1Credentials {
  /** As the login has it: `account:user` of TempAuth, `user:subuser` of Ceph. */
  readonly username: string;
  readonly password: string;
}

export interface V1LoginWiring {
  /** The whole address: `https://swift.example/auth/v1.0`. */
  readonly authUrl: string;
  readonly credentials: () => Promise<V1Credentials>;
  readonly timeoutMs: number;
  readonly clock: Clock;
  /** URL of the account when it is not the one that the login names. */
  readonly endpoint?: string;
}

interface Session {
  readonly token: string;
  readonly account: string;
  readonly renewAt: number;
}

/** Logins that do not say how long a token is good. One that is refused before is renewed then. */
const RENEW_MS = 3_600_000;
/** A refused login is not tried again for so long: the account may be locked after some refusals. */
const REFUSED_PAUSE_MS = 10_000;

/** Swift's own login (version 1, middleware tempauth), which Ceph's object gateway has too: no Keystone is needed. */
export function v1SwiftLogin({
  authUrl,
  credentials,
  timeoutMs,
  clock,
  endpoint,
}: V1LoginWiring): SwiftLogin {
  let current: Session | undefined;
  let flight: Promise<Session> | undefined;
  let pausedUntil = 0;

  async function logIn(): Promise<Session> {
    if (clock().getTime() < pausedUntil)
      throw new BlobStoreFailed("The image store has refused the login of its secret a moment ago.");
    const { username, password } = await credentials();
    const { status, headers } = await fetchBounded(authUrl, {
      headers: { "X-Auth-User": username, "X-Auth-Key": password },
      signal: AbortSignal.timeout(timeoutMs),
    });
    const [token, account] = [headers.get("x-auth-token"), endpoint ?? headers.get("x-storage-url")];
    if (status >= 300 || !token || !account) {
      pausedUntil = clock().getTime() + REFUSED_PAUSE_MS;
      throw new BlobStoreFailed("The image store cannot be used now: it refuses the login of its secret.", {
        cause: new Error(`Swift answered ${status} to the login`),
      });
    }
    requireTls(account);
    return { token, account: account.replace(/\/+$/, ""), renewAt: clock().getTime() + RENEW_MS };
  }

  async function session(): Promise<Session> {
    if (current && clock().getTime() < current.renewAt) return current;
    flight ??= logIn().finally(() => {
      flight = undefined;
    });
    current = await flight;
    return current;
  }

  return {
    account: async () => (await session()).account,
    token: async () => (await session()).token,
    discard: (token) => {
      if (current?.token === token) current = undefined;
    },
  };
}
