import { intercepted } from "./intercepted.ts";

/**
 * Ports that stand still when their n-th call (from 1) is done, so that others can act in the middle of an operation.
 * `paused` is settled when they stand; `resume` lets the operation run to its end.
 */
export function pausing<Ports extends Record<string, object>>(ports: Ports, call: number) {
  let calls = 0;
  const stands = Promise.withResolvers<void>();
  const resumed = Promise.withResolvers<void>();

  const slow = intercepted(ports, (_, make) => {
    const result = make();
    if (!(result instanceof Promise) || ++calls !== call) return result;
    return result.finally(() => {
      stands.resolve();
      return resumed.promise;
    });
  });
  return { ports: slow, paused: stands.promise, resume: () => resumed.resolve() };
}
