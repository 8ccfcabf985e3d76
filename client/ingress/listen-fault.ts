import { ownValue } from "../../shared/own-value.ts";

const faults: Readonly<Record<string, string>> = {
  EADDRINUSE: "is taken by another program: stop it, or listen on another port (0 takes a free one)",
  EACCES: "may not be listened on by this user: take a port from 1024 on",
  EADDRNOTAVAIL: "is no address of this machine",
  ENOTFOUND: "is no address of this machine",
};

/** Why nothing can be listened on there, and what to do; undefined for an error that has another reason. */
export function listenFault(
  error: unknown,
  { host, port }: { readonly host: string; readonly port: number },
): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code = "", syscall = "" } = error as NodeJS.ErrnoException;
  const isListening = syscall === "listen" || syscall === "getaddrinfo";
  const fault = isListening ? ownValue(faults, code) : undefined;
  if (fault === undefined) return undefined;
  return `port ${port} on ${host} ${fault}`;
}
