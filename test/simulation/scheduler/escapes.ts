import crypto from "node:crypto";
import { syncBuiltinESMExports } from "node:module";
import timers from "node:timers/promises";
import type { Actor } from "./actor.ts";

/** Who is at work at this moment, and what becomes of timers. */
export interface Surroundings {
  readonly actor: () => Actor;
  /** Calls `ring` when so much time has gone by, for this actor; returns what takes that back. */
  readonly alarm: (ms: number, ring: () => void) => () => void;
}

/**
 * Chance, ids and timers of the process, which operations take without a port: in a simulation all of them come from the
 * seed and the simulated clock. Returns what puts everything back.
 */
export function captureEscapes({ actor, alarm }: Surroundings): () => void {
  const was = {
    randomUUID: crypto.randomUUID,
    randomBytes: crypto.randomBytes,
    sleep: timers.setTimeout,
    setTimeout: globalThis.setTimeout,
    clearTimeout: globalThis.clearTimeout,
    timeout: AbortSignal.timeout,
    random: Math.random,
  };
  const set = (target: object, values: Readonly<Record<string, unknown>>) => Object.assign(target, values);

  const sleep = (ms = 0, value?: unknown, { signal }: { signal?: AbortSignal } = {}) =>
    new Promise((resolve, reject) => {
      const takeBack = alarm(ms, () => resolve(value));
      signal?.addEventListener("abort", () => {
        takeBack();
        reject(signal.reason);
      });
    });
  const setTimeout = (ring: () => void, ms = 0) => ({ takeBack: alarm(ms, ring), unref: () => undefined });
  const clearTimeout = (timer?: { takeBack?: () => void }) => timer?.takeBack?.();
  const timeout = (ms: number): AbortSignal => {
    const over = new AbortController();
    alarm(ms, () => over.abort(new DOMException("simulated", "TimeoutError")));
    return over.signal;
  };
  set(crypto, {
    randomUUID: () => actor().newId(),
    randomBytes: (length: number) => actor().randomBytes(length),
  });
  set(timers, { setTimeout: sleep });
  set(globalThis, { setTimeout, clearTimeout });
  set(AbortSignal, { timeout });
  Math.random = () => (actor().randomBytes(1)[0] ?? 0) / 256;
  syncBuiltinESMExports();

  return () => {
    set(crypto, { randomUUID: was.randomUUID, randomBytes: was.randomBytes });
    set(timers, { setTimeout: was.sleep });
    set(globalThis, { setTimeout: was.setTimeout, clearTimeout: was.clearTimeout });
    set(AbortSignal, { timeout: was.timeout });
    Math.random = was.random;
    syncBuiltinESMExports();
  };
}
