import { metadefService } from "../../../client/openstack/metadef-service.ts";
import { ApiRefused } from "../../../client/transfer/transfer-api.ts";

/** Set by the service, and by when something was made. */
const byTime = new Set(["created_at", "updated_at"]);

/** Without times, and in one order: the API promises none, and one load has several hands. */
export function settled(value: unknown): unknown {
  if (Array.isArray(value)) {
    const entries = value.map(settled);
    return entries.sort((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1));
  }
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value)
    .filter(([key]) => !byTime.has(key))
    .sort(([one], [other]) => (one < other ? -1 : 1));
  // Glance writes names into its links as they are, and this service as a URL has them.
  const plain = (key: string, member: unknown) =>
    key === "self" && typeof member === "string" ? decodeURIComponent(member) : settled(member);
  return Object.fromEntries(members.map(([key, member]) => [key, plain(key, member)]));
}

/** Namespaces that the API shows to the caller, whole and by name, as its documents have them: all, or these. */
export async function readCatalogue(
  ask: (path: string) => Promise<Response>,
  names?: readonly string[],
): Promise<Readonly<Record<string, unknown>>> {
  const documents: [string, unknown][] = [];
  const call = async (_method: string, path: string) => {
    const response = await ask(path);
    const body = Buffer.from(await response.arrayBuffer());
    const answer = { status: response.status, headers: {}, body };
    if (!response.ok) throw new ApiRefused(answer);
    return answer;
  };
  const service = metadefService(call, "http://127.0.0.1");
  for await (const { namespace } of service.list()) {
    if (names && !names.includes(namespace)) continue;
    const path = `/v2/metadefs/namespaces/${encodeURIComponent(namespace)}`;
    documents.push([namespace, settled(JSON.parse((await call("GET", path)).body.toString("utf8")))]);
  }
  return Object.fromEntries(documents.sort(([one], [other]) => (one < other ? -1 : 1)));
}
