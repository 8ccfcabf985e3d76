import type { Actor } from "./actor.ts";

/** Ports of several stores: what they give is a port again. */
const ofStores = new Set(["stores", "deletedBlobs", "sources"]);
/** These answer at once, from what they know. */
const atOnce = new Set(["streamOf", "canCopyFrom", "anchors", "listNames"]);
const streams = new Set(["list", "readStream", "listCached", "listQueued", "listRemovals"]);

const inside = new WeakMap<object, object>();

/** A port that was given as an argument, without its gate: stores recognize each other. */
function ungated(argument: unknown): unknown {
  if (typeof argument !== "object" || argument === null) return argument;
  const port = inside.get(argument);
  if (port) return port;
  const { store } = argument as { store?: unknown };
  const within = typeof store === "object" && store !== null ? inside.get(store) : undefined;
  return within ? { ...argument, store: within } : argument;
}

type Method = (...args: unknown[]) => unknown;

function gatedMethod(actor: Actor, port: string, name: string, method: Method): Method {
  const label = `${port}.${name}`;
  if (atOnce.has(name)) return (...args) => method(...args.map(ungated));
  if (ofStores.has(port) && name === "of") return (...args) => gated(actor, port, method(...args) as object);
  if (streams.has(name))
    return async function* (...args: unknown[]) {
      // The whole of it as it is at this moment: tables and stores list in pages, and all here fits into one.
      const read = async () => {
        const all: unknown[] = [];
        for await (const one of method(...args) as AsyncIterable<unknown>) all.push(one);
        return all;
      };
      yield* (await actor.park(label, read)) as unknown[];
    };
  return (...args) => actor.park(label, () => method(...args.map(ungated)));
}

/** The port as an actor has it: each call waits for the scheduler. */
export function gated<Port extends object>(actor: Actor, name: string, port: Port): Port {
  const known = new Map<PropertyKey, unknown>();
  const gate = new Proxy(port, {
    get: (target, key) => {
      const made = known.get(key);
      if (made !== undefined) return made;
      const value: unknown = Reflect.get(target, key);
      if (typeof value !== "function") return value;
      const method = gatedMethod(actor, name, String(key), value.bind(target) as Method);
      known.set(key, method);
      return method;
    },
  });
  inside.set(gate, port);
  return gate;
}
