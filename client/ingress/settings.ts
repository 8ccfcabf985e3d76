import { parseCount } from "../command-line/amounts.ts";
import { UsageError } from "../command-line/failures.ts";
import type { Limits } from "./limits.ts";

/** The options of the ingress as a command line gives them, unchecked. */
export interface GivenSettings {
  readonly endpoint?: string | undefined;
  readonly listen?: string | undefined;
  readonly host?: string | undefined;
  readonly journal?: string | undefined;
  readonly publicUrl?: string | undefined;
  readonly maxUploads?: string | undefined;
  readonly maxConnections?: string | undefined;
  readonly maxConnectionsPerAddress?: string | undefined;
  readonly firstByteTimeout?: string | undefined;
  readonly grace?: string | undefined;
  readonly allowedOrigin?: string | undefined;
}

/** What an ingress is started with. */
export interface IngressSettings {
  readonly endpoint: string;
  readonly host: string;
  readonly port: number;
  readonly publicUrl: string | undefined;
  readonly journal: string | undefined;
  readonly maxUploads: number;
  readonly maxConnections: number | undefined;
  readonly maxConnectionsPerAddress: number | undefined;
  readonly firstByteMs: number | undefined;
  /** How long what runs may go on once the ingress is asked to stop. */
  readonly graceMs: number;
  /** Web origins whose pages may read the ingress's own answers. */
  readonly allowedOrigins: readonly string[] | undefined;
}

function baseUrl(option: string, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isBase =
    url && /^https?:$/.test(url.protocol) && !url.search && !url.hash && !url.username && !url.password;
  if (!isBase) throw new UsageError(`${option}: expected an http or https URL without query, not "${text}"`);
  return url.href.replace(/\/+$/, "");
}

/** A comma-separated list of origins as browsers send them, or `*`. */
function origins(option: string, text: string): readonly string[] {
  const list = text.split(",").map((word) => word.trim());
  const isOrigin = (word: string) =>
    URL.canParse(word) && new URL(word).origin === word && !word.includes("*");
  const bad = list.find((word) => word !== "*" && !isOrigin(word));
  if (bad === undefined) return list;
  throw new UsageError(`${option}: expected origins like https://console.example, or *, not "${bad}"`);
}

/** With the time to abort transfers this stays under 3 s: supervisors kill after a few seconds. */
const GRACE_SECONDS = 2;
const LONGEST_GRACE_SECONDS = 86_400;

const count = (option: string, text: string | undefined, least: number, most: number): number | undefined =>
  text === undefined ? undefined : parseCount(text, option, least, most);

/** Checks what a command line gives, and adds what it leaves out. Throws UsageError. */
export function ingressSettings(given: GivenSettings): IngressSettings {
  const { endpoint, listen, host = "127.0.0.1", journal, publicUrl, allowedOrigin } = given;
  const firstByteSeconds = count("--first-byte-timeout", given.firstByteTimeout, 1, 900);
  if (endpoint === undefined) throw new UsageError("--endpoint is missing: the base URL of the API");
  if (listen === undefined) throw new UsageError("--listen is missing: the port to listen on");
  return {
    endpoint: baseUrl("--endpoint", endpoint),
    port: parseCount(listen, "--listen", 0, 65_535),
    host,
    publicUrl: publicUrl === undefined ? undefined : baseUrl("--public-url", publicUrl),
    journal,
    maxUploads: count("--max-uploads", given.maxUploads, 1, 1000) ?? 16,
    maxConnections: count("--max-connections", given.maxConnections, 1, 100_000),
    maxConnectionsPerAddress: count(
      "--max-connections-per-address",
      given.maxConnectionsPerAddress,
      0,
      100_000,
    ),
    graceMs: (count("--grace", given.grace, 0, LONGEST_GRACE_SECONDS) ?? GRACE_SECONDS) * 1000,
    firstByteMs: firstByteSeconds === undefined ? undefined : firstByteSeconds * 1000,
    allowedOrigins: allowedOrigin === undefined ? undefined : origins("--allowed-origin", allowedOrigin),
  };
}

/** The limits that the settings give. */
export function givenLimits(given: IngressSettings): Partial<Limits> {
  const { maxUploads, maxConnections, maxConnectionsPerAddress, firstByteMs } = given;
  return {
    maxUploads,
    ...(maxConnections === undefined ? {} : { maxConnections }),
    ...(maxConnectionsPerAddress === undefined ? {} : { maxConnectionsPerAddress }),
    ...(firstByteMs === undefined ? {} : { firstByteMs }),
  };
}
