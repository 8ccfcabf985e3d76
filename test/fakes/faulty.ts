import { intercepted } from "./intercepted.ts";

export class InjectedFault extends Error {}

/** A point where things stop: before or after the n-th call (from 1) of any of the ports. */
export interface FaultPoint {
  readonly call: number;
  readonly moment: "before" | "after";
}

/**
 * Ports that work until the fault point and not at all after it, as a killed function does. `calls` counts what
 * was asked, so that a test can go through every point in turn.
 */
export function faulty<Ports extends Record<string, object>>(ports: Ports, point: FaultPoint | undefined) {
  let calls = 0;
  const isDown = () =>
    point !== undefined && (calls > point.call || (calls === point.call && point.moment === "before"));

  const broken = intercepted(ports, (name, call) => {
    calls++;
    if (isDown()) throw new InjectedFault(`${name} (call ${calls})`);
    const result = call();
    if (calls !== point?.call || !(result instanceof Promise)) return result;
    return result.then(() => Promise.reject(new InjectedFault(`after ${name} (call ${calls})`)));
  });
  return { ports: broken, calls: () => calls };
}
