import type { Clock } from "../../../clock.ts";
import { ExpiringCache } from "../../../expiring-cache.ts";
import { isJsonObject, type JsonObject } from "../../../json-object.ts";
import type { AskKeystone } from "../../../keystone/ask-keystone.ts";
import { KeystoneUnavailable } from "../../../keystone/keystone-unavailable.ts";
import { askAsService, type ServiceToken } from "../../../keystone/service-token.ts";

import { requireTls } from "./require-tls.ts";

/** Who this service is for Swift, and where its account lies. */
export interface SwiftLogin {
  /** URL of the account, without a slash at its end: `https://host/v1/AUTH_project`. */
  account(): Promise<string>;
  token(): Promise<string>;
  /** Swift refused this token: the next one is another. */
  discard(token: string): void;
}

export interface KeystoneSwiftLoginWiring {
  readonly ask: AskKeystone;
  readonly service: ServiceToken;
  readonly clock: Clock;
  /** Region of the endpoint; nothing: the first one of any region. */
  readonly region?: string;
  /** Which of the region's endpoints: `public`, `internal` or `admin`. Presigned URLs lead there too. */
  readonly interface: string;
  /** URL of the account when it is not the one that the catalog names. */
  readonly endpoint?: string;
}

const CATALOG_MS = 3_600_000;

const objects = (value: unknown): JsonObject[] => (Array.isArray(value) ? value.filter(isJsonObject) : []);

/** A project of Keystone as Swift's account: its endpoint of type object-store in the catalog, read once an hour. */
export function keystoneSwiftLogin(wiring: KeystoneSwiftLoginWiring): SwiftLogin {
  const { service, clock, region, interface: kind, endpoint } = wiring;
  const known = new ExpiringCache<string>(1, clock);

  async function fromCatalog(): Promise<string> {
    const remembered = known.get("account");
    if (remembered !== undefined) return remembered;
    const { status, body } = await askAsService(wiring, "/auth/catalog");
    const url = objects(isJsonObject(body) ? body.catalog : undefined)
      .filter(({ type }) => type === "object-store")
      .flatMap(({ endpoints }) => objects(endpoints))
      .find((one) => one.interface === kind && (region === undefined || one.region_id === region))?.url;
    if (status !== 200 || typeof url !== "string")
      throw new KeystoneUnavailable(
        `GET /auth/catalog: ${status}, no ${kind} endpoint of type object-store`,
        "The identity service names no object store.",
      );
    requireTls(url);
    known.set("account", url, clock().getTime() + CATALOG_MS);
    return url;
  }

  return {
    account: async () => (endpoint ?? (await fromCatalog())).replace(/\/+$/, ""),
    token: () => service.get(),
    discard: (token) => service.discard(token),
  };
}
