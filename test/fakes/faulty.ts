export class InjectedFault extends Error {}

/** A point where things stop: before or after the n-th call (from 1) of any of the ports. */
export interface FaultPoint {
  readonly call: number;
  readonly moment: "before" | "after";
}

/**
 * Ports that work until the fault point and not at all behind it, as a killed function does. `calls` counts what
 * was asked, so that a test can go through every point in turn.
 */
export function faulty<Ports extends Record<string, object>>(ports: Ports, point: FaultPoint | undefined) {
  let calls = 0;
  const isDown = () =>
    point !== undefined && (calls > point.call || (calls === point.call && point.moment === "before"));

  const wrapped = <Port extends object>(port: Port): Port =>
    new Proxy(port, {
      get: (target, name, receiver) => {
        const method: unknown = Reflect.get(target, name, receiver);
        if (typeof method !== "function") return method;
        return (...args: unknown[]) => {
          calls++;
          if (isDown()) throw new InjectedFault(`${String(name)} (call ${calls})`);
          const result: unknown = method.apply(target, args);
          // One store of several: what is asked of it are calls as well.
          if (name === "of" && !(result instanceof Promise)) return wrapped(result as object);
          if (calls !== point?.call || !(result instanceof Promise)) return result;
          return result.then(() =>
            Promise.reject(new InjectedFault(`after ${String(name)} (call ${calls})`)),
          );
        };
      },
    });

  const broken = Object.fromEntries(
    Object.entries(ports).map(([name, port]) => [name, typeof port === "function" ? port : wrapped(port)]),
  ) as Ports;
  return { ports: broken, calls: () => calls };
}
