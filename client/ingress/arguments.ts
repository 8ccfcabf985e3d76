import { parseArgs } from "node:util";
import { UsageError } from "../command-line/failures.ts";
import { type IngressSettings, ingressSettings } from "./settings.ts";

export const usage =
  "usage: npm run -s ingress -- --endpoint URL --listen PORT [--host 127.0.0.1] [--journal DIR] [--public-url URL] [--max-uploads N] [--max-connections N] [--max-connections-per-address N] [--first-byte-timeout SECONDS] [--grace SECONDS] [--allowed-origin ORIGIN,…]";

/** What the program's arguments say. Throws UsageError. */
export function parseIngressArguments(args: readonly string[]): IngressSettings {
  const text = { type: "string" } as const;
  const options = {
    endpoint: text,
    listen: text,
    host: text,
    journal: text,
    "public-url": text,
    "max-uploads": text,
    "max-connections": text,
    "max-connections-per-address": text,
    "first-byte-timeout": text,
    grace: text,
    "allowed-origin": text,
  };
  let values: Partial<Record<keyof typeof options, string>>;
  try {
    values = parseArgs({ args: [...args], options, allowPositionals: false }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error));
  }
  const { endpoint, listen, host, journal, grace } = values;
  return ingressSettings({
    endpoint,
    listen,
    host,
    journal,
    grace,
    publicUrl: values["public-url"],
    maxUploads: values["max-uploads"],
    maxConnections: values["max-connections"],
    maxConnectionsPerAddress: values["max-connections-per-address"],
    firstByteTimeout: values["first-byte-timeout"],
    allowedOrigin: values["allowed-origin"],
  });
}
