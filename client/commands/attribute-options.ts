import { parseCount } from "../command-line/amounts.ts";
import { UsageError } from "../command-line/failures.ts";

/** What the options of `upload` and `image set` say about an image. */
export interface AttributeOptions {
  readonly name?: string;
  readonly diskFormat?: string;
  readonly containerFormat?: string;
  readonly property?: readonly string[];
  readonly tag?: readonly string[];
  readonly minDisk?: string;
  readonly minRam?: string;
  readonly protected?: boolean;
  readonly public?: boolean;
  readonly private?: boolean;
  readonly shared?: boolean;
  readonly community?: boolean;
}

const visibilities = ["public", "private", "shared", "community"] as const;
const MAX_INTEGER = 2 ** 31 - 1;

/** `key=value` texts as an object. Throws UsageError. */
export function parseProperties(texts: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    texts.map((text) => {
      const at = text.indexOf("=");
      if (at < 1) throw new UsageError(`--property: expected key=value, not "${text}"`);
      return [text.slice(0, at), text.slice(at + 1)];
    }),
  );
}

/** The Image API's attributes that are named by options; nothing for those that are not. Throws UsageError. */
export function attributesOf(options: AttributeOptions): Record<string, unknown> {
  const [visibility, another] = visibilities.filter((name) => options[name]);
  if (another) throw new UsageError(`--${visibility} and --${another} contradict each other`);
  return {
    ...parseProperties(options.property ?? []),
    ...(options.name === undefined ? {} : { name: options.name }),
    ...(options.diskFormat === undefined ? {} : { disk_format: options.diskFormat }),
    ...(options.containerFormat === undefined ? {} : { container_format: options.containerFormat }),
    ...(options.tag === undefined ? {} : { tags: options.tag }),
    ...(options.minDisk === undefined
      ? {}
      : { min_disk: parseCount(options.minDisk, "--min-disk", 0, MAX_INTEGER) }),
    ...(options.minRam === undefined
      ? {}
      : { min_ram: parseCount(options.minRam, "--min-ram", 0, MAX_INTEGER) }),
    ...(options.protected === undefined ? {} : { protected: options.protected }),
    ...(visibility === undefined ? {} : { visibility }),
  };
}
