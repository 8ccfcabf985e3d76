import { swiftBlobStore } from "../../../shared/images/adapters/swift/blob-store.ts";
import type { ClusterInfo } from "../../../shared/images/adapters/swift/cluster-info.ts";
import { swiftCopyTarget } from "../../../shared/images/adapters/swift/copy-target.ts";
import type { SwiftLogin } from "../../../shared/images/adapters/swift/swift-login.ts";
import { memoryBlobStore } from "../../fakes/images/memory-blob-store.ts";
import type { CopyTargetUnderTest } from "./copy-target.ts";
import type { PresigningUnderTest } from "./presigning-store.ts";

/** From which pages may use its URLs. */
export const ORIGIN = "https://console.example";
const KEY = "temporary-url-key-of-the-contract";

/** Swift's own login (middleware tempauth), which needs no Keystone. */
export async function tempauthLogin(url: string): Promise<SwiftLogin> {
  const headers = { "X-Auth-User": "test:tester", "X-Auth-Key": "testing" };
  const answer = await fetch(`${url}/auth/v1.0`, { headers });
  await answer.arrayBuffer();
  const [account, token] = ["x-storage-url", "x-auth-token"].map((name) => answer.headers.get(name) ?? "");
  if (!account || !token) throw new Error(`Swift's login answered ${answer.status}`);
  return { account: async () => account, token: async () => token, discard: () => {} };
}

/** The Swift adapter in a container of its own, used as its clients use it: the signed URLs by plain HTTP. */
export async function swiftUnderTest(
  login: SwiftLogin,
  container: string,
  info?: () => Promise<ClusterInfo>,
): Promise<PresigningUnderTest> {
  const account = await login.account();
  const call = async (method: string, path: string, headers: Record<string, string> = {}) => {
    const answer = await fetch(`${account}${path}`, {
      method,
      headers: { "X-Auth-Token": await login.token(), ...headers },
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text;
  };
  await call("PUT", `/${container}`);
  await call("POST", "", { "X-Account-Meta-Temp-URL-Key": KEY });
  const names = async (path: string): Promise<string[]> =>
    (await call("GET", path)).split("\n").filter(Boolean);

  return {
    blobs: swiftBlobStore({
      login,
      container,
      tempUrlKey: async () => KEY,
      clock: () => new Date(),
      madeBy: "contract",
      allowedOrigins: [ORIGIN],
      create: false,
      ...(info && { info }),
    }),
    putPart: async (url, bytes) => {
      const answer = await fetch(url, { method: "PUT", body: bytes as Uint8Array<ArrayBuffer> });
      await answer.arrayBuffer();
      return answer.status;
    },
    download: async (url) => {
      const answer = await fetch(url);
      if (answer.headers.get("content-type") !== "application/octet-stream")
        throw new Error(`${answer.status} ${answer.headers.get("content-type")}`);
      return new Uint8Array(await answer.arrayBuffer());
    },
    leftovers: async () => [
      ...(await names(`/${container}`)).map((name) => `object ${name}`),
      ...(await names(`?prefix=${container}.`)).map((name) => `container ${name}`),
    ],
  };
}

/** Two containers of one account, of which one takes copies of the other's objects. */
export async function swiftTargetUnderTest(
  login: SwiftLogin,
  [from, to]: readonly [string, string],
): Promise<CopyTargetUnderTest> {
  const both = await Promise.all([from, to].map((container) => swiftUnderTest(login, container)));
  const target = (container: string) =>
    swiftCopyTarget({
      ...{ login, container, account: "one", madeBy: "contract", allowedOrigins: [ORIGIN], create: false },
      ...{ tempUrlKey: async () => KEY, clock: () => new Date() },
    });
  return {
    from: target(from),
    to: target(to),
    reopened: () => target(to),
    stranger: memoryBlobStore().store,
    leftovers: async () => (await Promise.all(both.map(({ leftovers }) => leftovers()))).flat(),
  };
}
