import { CompressionFailed } from "./compression-failed.ts";

/**
 * Node's words for what zlib and zstd find wrong, in ours; any other error is none of the data's. An engine that was
 * loaded apart has a class of its own for its words.
 */
export function compressionFailure(name: string, error: unknown): unknown {
  const { name: kind, code, message } = Object(error) as Readonly<Record<string, unknown>>;
  if (kind === "CompressionFailed" && !(error instanceof CompressionFailed))
    return new CompressionFailed(String(message), { cause: error });
  if (code === "Z_BUF_ERROR")
    return new CompressionFailed(`The ${name} data is cut off: its end is missing.`, { cause: error });
  return typeof code === "string" && /^(Z_|ERR_ZLIB|ZSTD_|ERR_ZSTD)/.test(code)
    ? new CompressionFailed(
        `The ${name} data is damaged, or there is something else behind it (${String(message)}).`,
        { cause: error },
      )
    : error;
}
