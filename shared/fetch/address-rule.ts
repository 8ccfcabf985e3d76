import ipaddr from "ipaddr.js";

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** Addresses of the internet at large: all that IANA has given out for IPv6 (RFC 4291, section 2.4). */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR("2000::/3");
/** IETF protocol assignments (RFC 2928) and documentation (RFC 9637) lie among them, for no public host. */
const SPECIAL = ["2001::/23", "3fff::/20"].map((network) => ipaddr.IPv6.parseCIDR(network));

/** The IPv4 address in its IPv6 form is the IPv4 address: connections go there. Undefined: no address. */
function parse(text: string): Address | undefined {
  // A zone (`fe80::1%eth0`) names a link of this machine.
  if (text.includes("%") || !ipaddr.isValid(text)) return undefined;
  return ipaddr.process(text);
}

function isPublic(address: Address): boolean {
  if (address.range() !== "unicast") return false;
  if (address.kind() === "ipv4") return true;
  const six = address as ipaddr.IPv6;
  return six.match(GLOBAL_UNICAST) && !SPECIAL.some((network) => six.match(network));
}

const isIn = (address: Address, network: [Address, number]): boolean =>
  address.kind() === network[0].kind() && address.match(network);

/**
 * Whether a connection to an address is allowed: to public ones, and to those of the allowed networks (CIDR). Private,
 * loopback, link-local, metadata, shared, reserved and translated addresses are not public (IANA's special-purpose
 * address registries, RFC 6890), nor is what cannot be read as an address.
 */
export function addressRule(allowedNetworks: readonly string[]): (address: string) => boolean {
  const networks = allowedNetworks.map((network) => {
    const [address, bits] = ipaddr.parseCIDR(network);
    const isMapped =
      address.kind() === "ipv6" && (address as ipaddr.IPv6).isIPv4MappedAddress() && bits >= 96;
    return isMapped
      ? ([(address as ipaddr.IPv6).toIPv4Address(), bits - 96] as [Address, number])
      : ([address, bits] as [Address, number]);
  });
  return (text) => {
    const address = parse(text);
    return address !== undefined && (isPublic(address) || networks.some((network) => isIn(address, network)));
  };
}
