import { parseArgs } from "node:util";
import type { Limits } from "./limits.ts";

export interface IngressArguments {
  readonly endpoint: string;
  readonly host: string;
  readonly port: number;
  readonly publicUrl: string | undefined;
  readonly journal: string | undefined;
  readonly maxUploads: number;
  readonly maxConnections: number | undefined;
  readonly maxConnectionsPerAddress: number | undefined;
  readonly firstByteMs: number | undefined;
  /** Web origins whose pages may read the ingress's own answers. */
  readonly allowedOrigins: readonly string[] | undefined;
}

export const usage =
  "usage: npm run -s ingress -- --endpoint URL --listen PORT [--host 127.0.0.1] [--journal DIR] [--public-url URL] [--max-uploads N] [--max-connections N] [--max-connections-per-address N] [--first-byte-timeout SECONDS] [--allowed-origin ORIGIN,…]";

/** What is wrong with the command line, in one line. */
export class UsageError extends Error {}

function baseUrl(name: string, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isBase =
    url && /^https?:$/.test(url.protocol) && !url.search && !url.hash && !url.username && !url.password;
  if (!isBase) throw new UsageError(`--${name}: expected an http or https URL without query, not "${text}"`);
  return url.href.replace(/\/+$/, "");
}

function wholeNumber(name: string, text: string, least: number, most: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new UsageError(`--${name}: expected a whole number from ${least} to ${most}, not "${text}"`);
}

/** A comma-separated list of origins as browsers send them, or `*`. */
function origins(name: string, text: string): readonly string[] {
  const list = text.split(",").map((word) => word.trim());
  const isOrigin = (word: string) =>
    URL.canParse(word) && new URL(word).origin === word && !word.includes("*");
  const bad = list.find((word) => word !== "*" && !isOrigin(word));
  if (bad === undefined) return list;
  throw new UsageError(`--${name}: expected origins like https://console.example, or *, not "${bad}"`);
}

/** The program's arguments. Throws UsageError. */
export function parseIngressArguments(args: readonly string[]): IngressArguments {
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
    "allowed-origin": text,
  };
  let values: Partial<Record<keyof typeof options, string>>;
  try {
    values = parseArgs({ args: [...args], options, allowPositionals: false }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error));
  }
  const number = (name: keyof typeof options, least: number, most: number): number | undefined => {
    const given = values[name];
    return given === undefined ? undefined : wholeNumber(name, given, least, most);
  };
  const firstByteSeconds = number("first-byte-timeout", 1, 900);
  if (values.endpoint === undefined) throw new UsageError("--endpoint is missing: the base URL of the API");
  if (values.listen === undefined) throw new UsageError("--listen is missing: the port to listen on");
  return {
    endpoint: baseUrl("endpoint", values.endpoint),
    port: wholeNumber("listen", values.listen, 0, 65_535),
    host: values.host ?? "127.0.0.1",
    publicUrl: values["public-url"] === undefined ? undefined : baseUrl("public-url", values["public-url"]),
    journal: values.journal,
    maxUploads: number("max-uploads", 1, 1000) ?? 16,
    maxConnections: number("max-connections", 1, 100_000),
    maxConnectionsPerAddress: number("max-connections-per-address", 0, 100_000),
    firstByteMs: firstByteSeconds === undefined ? undefined : firstByteSeconds * 1000,
    allowedOrigins:
      values["allowed-origin"] === undefined
        ? undefined
        : origins("allowed-origin", values["allowed-origin"]),
  };
}

/** The limits that the arguments give. */
export function givenLimits(given: IngressArguments): Partial<Limits> {
  const { maxUploads, maxConnections, maxConnectionsPerAddress, firstByteMs } = given;
  return {
    maxUploads,
    ...(maxConnections === undefined ? {} : { maxConnections }),
    ...(maxConnectionsPerAddress === undefined ? {} : { maxConnectionsPerAddress }),
    ...(firstByteMs === undefined ? {} : { firstByteMs }),
  };
}
