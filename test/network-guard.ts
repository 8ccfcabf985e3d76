import dns from "node:dns";
import { syncBuiltinESMExports } from "node:module";
import net from "node:net";
import { relative, resolve } from "node:path";
import { afterAll, expect } from "vitest";

/*
 * Set up before each file of tests: below test/unit nothing is reached but servers that the test itself has opened, so a
 * pure one reaches nothing at all; below test/contract and test/model nothing but this machine. A test that asks for more
 * would pass or fail by what the network is like. Programs and threads that a test starts are not held to this.
 * Files share a process, so the guard of each ends with it.
 */
const file = relative(resolve(import.meta.dirname, ".."), expect.getState().testPath ?? "");
const isUnit = file.startsWith("test/unit/");

/** Names this file, so that who meets it finds it. */
class NetworkRefused extends Error {
  constructor(what: string) {
    super(
      `${file} asked for ${what}: ${
        isUnit
          ? "a unit test reaches only servers that it opens itself"
          : "this test reaches only this machine"
      } (test/network-guard.ts)`,
    );
  }
}

const isLoopback = (host: string): boolean =>
  /^(?:localhost|.*\.localhost|127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/i.test(
    host.replace(/^\[|\]$/g, ""),
  );

const refuse = (host: string, what: string): void => {
  if (!isLoopback(host) || (isUnit && !hasServer)) throw new NetworkRefused(what);
};

let hasServer = false;

/** Answers how to take it back. */
function guard(): () => void {
  const { listen } = net.Server.prototype;
  net.Server.prototype.listen = function (this: net.Server, ...args: unknown[]) {
    hasServer = true;
    return Reflect.apply(listen, this, args);
  } as typeof listen;

  const { connect } = net.Socket.prototype;
  net.Socket.prototype.connect = function (this: net.Socket, ...args: unknown[]) {
    // net.connect hands over one array of what it was given.
    const [first, second] = (Array.isArray(args[0]) ? args[0] : args) as [unknown, unknown];
    const given = typeof first === "object" && first !== null ? first : { port: first, host: second };
    const { host, port, path } = given as { host?: unknown; port?: unknown; path?: unknown };
    // A socket of this machine's file system.
    if (!path) {
      const name = typeof host === "string" && host !== "" ? host : "localhost";
      refuse(name, `${name}:${port}`);
    }
    return Reflect.apply(connect, this, args);
  } as typeof connect;

  const restored: (() => void)[] = [];
  for (const [holder, names] of [
    [dns, ["lookup", "resolve", "resolve4", "resolve6"]],
    [dns.promises, ["lookup", "resolve", "resolve4", "resolve6"]],
  ] as const) {
    const table = holder as unknown as Record<string, (host: string, ...rest: unknown[]) => unknown>;
    for (const name of names) {
      const original = table[name];
      if (original === undefined) throw new Error(`Node has no dns.${name}`);
      table[name] = (host, ...rest) => {
        refuse(host, `the address of ${host}`);
        return original(host, ...rest);
      };
      restored.push(() => {
        table[name] = original;
      });
    }
  }
  syncBuiltinESMExports();
  return () => {
    net.Server.prototype.listen = listen;
    net.Socket.prototype.connect = connect;
    for (const restore of restored) restore();
    syncBuiltinESMExports();
  };
}

if (/^test\/(?:unit|contract|model)\//.test(file)) afterAll(guard());
