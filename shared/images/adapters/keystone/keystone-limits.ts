import type { Clock } from "../../../clock.ts";
import { ExpiringCache } from "../../../expiring-cache.ts";
import type { AskKeystone } from "../../../keystone/ask-keystone.ts";
import { KeystoneUnavailable } from "../../../keystone/keystone-unavailable.ts";
import { askAsService, type ServiceToken } from "../../../keystone/service-token.ts";
import { ownValue } from "../../../own-value.ts";
import { limitNames } from "../../../settings/limit-names.ts";
import type { ProjectLimits } from "../../domain/limits.ts";
import type { Limits } from "../../ports/limits.ts";

export interface KeystoneLimitsWiring {
  readonly ask: AskKeystone;
  /** Logged in for the system: others are shown the limits of their own project only. */
  readonly service: ServiceToken;
  readonly clock: Clock;
  /** Longest time an answer of Keystone's is good for. */
  readonly cacheSeconds: number;
  /** The endpoint that the limits belong to; empty: the one service of type image, in any region. */
  readonly endpointId: string;
}

const MAX_REMEMBERED = 1000;

type Loose = Readonly<Record<string, unknown>>;

/** Limits by their names, as one list of Keystone's has them. */
type Named = ReadonlyMap<string, number>;

function unreadable(cause: string): KeystoneUnavailable {
  return new KeystoneUnavailable(cause, "The limits of projects cannot be read from the identity service.");
}

const entries = (body: unknown, name: string): Loose[] => {
  const list = ownValue(Object(body), name);
  if (!Array.isArray(list)) throw unreadable(`an answer without ${name}`);
  return list.map((entry) => Object(entry));
};

/** One value a name: two of them are of different regions, and nothing says which one is meant. */
function named(body: unknown, name: string, member: string): Named {
  const found = new Map<string, number>();
  for (const entry of entries(body, name)) {
    const [resource, value] = [String(entry.resource_name), ownValue(entry, member)];
    if (typeof value !== "number") throw unreadable(`${name}: no ${member}`);
    if (found.has(resource)) throw unreadable(`${name}: ${resource} in several regions; set endpoint_id`);
    found.set(resource, value);
  }
  return found;
}

/**
 * Limits by Keystone's unified limits API, as oslo.limit reads them: the project's own, else the registered one, and
 * 0 for what is not registered, so that nothing is unlimited by an oversight.
 */
export function keystoneLimits(wiring: KeystoneLimitsWiring): Limits {
  const { clock, cacheSeconds, endpointId } = wiring;
  const filters = new ExpiringCache<string>(1, clock);
  const registered = new ExpiringCache<Named>(1, clock);
  const projects = new ExpiringCache<ProjectLimits>(MAX_REMEMBERED, clock);

  async function read(path: string): Promise<unknown> {
    const { status, body } = await askAsService(wiring, path);
    if (status !== 200) throw unreadable(`GET ${path}: ${status}`);
    return body;
  }

  async function remembered<Value>(
    cache: ExpiringCache<Value>,
    key: string,
    ask: () => Promise<Value>,
  ): Promise<Value> {
    const known = cache.get(key);
    if (known !== undefined) return known;
    const value = await ask();
    cache.set(key, value, clock().getTime() + cacheSeconds * 1000);
    return value;
  }

  /** The query that picks this service's limits. */
  async function filter(): Promise<string> {
    if (endpointId !== "") {
      const { endpoint } = Object(await read(`/endpoints/${encodeURIComponent(endpointId)}`));
      const { service_id, region_id } = Object(endpoint);
      if (typeof service_id !== "string") throw unreadable(`no endpoint ${endpointId}`);
      return new URLSearchParams({ service_id, ...(region_id && { region_id }) }).toString();
    }
    const [service, another] = entries(await read("/services?type=image"), "services");
    if (typeof service?.id !== "string" || another)
      throw unreadable(`${another ? "several services" : "no service"} of type image; set endpoint_id`);
    return new URLSearchParams({ service_id: service.id }).toString();
  }

  async function limitsOf(project: string): Promise<ProjectLimits> {
    const query = await remembered(filters, "", filter);
    const own = named(
      await read(`/limits?${query}&project_id=${encodeURIComponent(project)}`),
      "limits",
      "resource_limit",
    );
    const defaults = await remembered(registered, "", async () =>
      named(await read(`/registered_limits?${query}`), "registered_limits", "default_limit"),
    );
    return Object.fromEntries(limitNames.map((limit) => [limit, own.get(limit) ?? defaults.get(limit) ?? 0]));
  }

  return { of: (project) => remembered(projects, project, () => limitsOf(project)) };
}
