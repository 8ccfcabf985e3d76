/**
 * Ports each of whose calls goes through `around`, which makes the call and says what comes of it. Functions among the
 * ports, such as the clock, stay as they are; of several stores (`of`) the calls of each are calls as well.
 */
export function intercepted<Ports extends Record<string, object>>(
  ports: Ports,
  around: (name: string, call: () => unknown) => unknown,
): Ports {
  const wrapped = <Port extends object>(port: Port): Port =>
    new Proxy(port, {
      get: (target, name, receiver) => {
        const method: unknown = Reflect.get(target, name, receiver);
        if (typeof method !== "function") return method;
        return (...args: unknown[]) => {
          const result = around(String(name), () => method.apply(target, args));
          return name === "of" && !(result instanceof Promise) ? wrapped(result as object) : result;
        };
      },
    });
  return Object.fromEntries(
    Object.entries(ports).map(([name, port]) => [name, typeof port === "function" ? port : wrapped(port)]),
  ) as Ports;
}
