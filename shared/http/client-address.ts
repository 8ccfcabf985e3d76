import { BlockList, isIP } from "node:net";
import type { ApiRequest } from "./api-request.ts";

/** `::ffff:10.0.0.1` is 10.0.0.1. */
const plain = (address: string): string => address.trim().replace(/^::ffff:(?=\d+\.)/i, "");
const familyOf = (address: string) => (isIP(address) === 6 ? "ipv6" : "ipv4");

/**
 * Where a request comes from. That is who opened the connection, as the gateway says; only where that is a trusted
 * proxy, the address before it in X-Forwarded-For counts, and so on. What a client writes into the header itself
 * stands further left and is never reached. Each proxy must append the address it was called from.
 */
export function clientAddress(trustedProxies: readonly string[]) {
  const trusted = new BlockList();
  for (const network of trustedProxies) {
    const [address = "", bits] = network.split("/");
    trusted.addSubnet(address, Number(bits), familyOf(address));
  }
  return ({ sourceIp, headers }: Pick<ApiRequest, "sourceIp" | "headers">): string => {
    const hops = (headers.get("x-forwarded-for") ?? "").split(",").map(plain);
    let current = plain(sourceIp);
    while (isIP(current) !== 0 && trusted.check(current, familyOf(current))) {
      const before = hops.pop();
      if (before === undefined || isIP(before) === 0) break;
      current = before;
    }
    return current;
  };
}

/** The network that one client can choose its addresses from: the /64 of an IPv6 address, else the address itself. */
export function networkOf(address: string): string {
  if (isIP(address) !== 6) return address;
  const [left = "", right] = address.split("%", 1).join("").split("::");
  const head = left.split(":").filter((group) => group !== "");
  const tail = (right ?? "").split(":").filter((group) => group !== "");
  const zeros = right === undefined ? 0 : Math.max(0, 8 - head.length - tail.length);
  const groups = [...head, ...Array.from({ length: zeros }, () => "0"), ...tail];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":")}::/64`;
}
