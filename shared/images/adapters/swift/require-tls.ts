import { BlobStoreFailed } from "../../ports/blob-store.ts";

/**
 * The address of an account may come from elsewhere than the settings, which were checked: without TLS everybody on the
 * way to it could read images and tokens. Throws BlobStoreFailed.
 */
export function requireTls(account: string): void {
  const url = URL.parse(account);
  const isHere = ["127.0.0.1", "[::1]", "localhost"].includes(url?.hostname ?? "");
  if (url?.protocol === "https:" || (url?.protocol === "http:" && isHere)) return;
  throw new BlobStoreFailed(
    "The image store cannot be used: the address of its account is without TLS; an operator has to say another (endpoint).",
  );
}
