import { BlockList } from "node:net";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addressRule } from "../../../shared/fetch/address-rule.ts";

const isAllowed = addressRule([]);

describe("addresses that are fetched from", () => {
  it.each([
    "93.184.216.34",
    "1.1.1.1",
    "172.32.0.1",
    "192.167.255.255",
    "100.128.0.1",
    "2606:2800:220:1::1",
    "2a00:1450::1",
  ])("%s is public", (address) => {
    expect(isAllowed(address)).toBe(true);
  });

  it.each([
    ...["0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "127.0.0.1", "127.255.255.254", "169.254.169.254"],
    ...["172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1"],
    ...["198.51.100.1", "203.0.113.1", "224.0.0.1", "240.0.0.1", "255.255.255.255"],
    ...["::", "::1", "::7f00:1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:a9fe:a9fe", "::ffff:0:127.0.0.1"],
    ...["64:ff9b::7f00:1", "64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::", "3fff::1"],
    ...["fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "5f00::1", "4000::1"],
    ...[
      "",
      "localhost",
      "2130706433",
      "127.1",
      "0x7f.0.0.1",
      "0177.0.0.1",
      "1.2.3.4.5",
      "1.2.3.256",
      "[::1]",
      "１.1.1.1",
    ],
  ])("%j is not", (address) => {
    expect(isAllowed(address)).toBe(false);
  });

  it("are opened by networks, an IPv4 one for the IPv6 form of its addresses too", () => {
    const opened = addressRule(["127.0.0.0/8", "fd00::/8", "::ffff:10.0.0.0/104"]);
    expect(["127.0.0.1", "::ffff:127.0.0.1", "fd00::1", "10.1.2.3"].map(opened)).toEqual(Array(4).fill(true));
    expect(["169.254.169.254", "fc00::1", "11.0.0.0.1", "192.168.0.1"].map(opened)).toEqual(
      Array(4).fill(false),
    );
  });

  it("agree with Node's own networks on any drawn address", () => {
    // IANA's special-purpose address registries (RFC 6890), and what is given out for IPv6 at all.
    const special = new BlockList();
    const four =
      "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24";
    const more =
      "192.31.196.0/24 192.52.193.0/24 192.88.99.0/24 192.168.0.0/16 192.175.48.0/24 198.18.0.0/15";
    const last = "198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4";
    for (const network of `${four} ${more} ${last}`.split(" ")) {
      const [address = "", bits] = network.split("/");
      special.addSubnet(address, Number(bits));
    }
    const near = fc.constantFrom(0, 10, 100, 127, 169, 172, 192, 198, 203, 224, 255);
    const byte = fc.oneof(
      fc.integer({ min: 0, max: 255 }),
      near,
      fc.constantFrom(64, 254, 16, 31, 32, 168, 18, 51),
    );
    fc.assert(
      fc.property(fc.tuple(fc.oneof(byte, near), byte, byte, byte), (bytes) => {
        const address = bytes.join(".");
        expect([address, isAllowed(address)]).toEqual([address, !special.check(address)]);
      }),
      { numRuns: 3000 },
    );

    const blocked = new BlockList();
    for (const network of [
      "::/3",
      "4000::/2",
      "8000::/1",
      "2001::/23",
      "2001:db8::/32",
      "2002::/16",
      "2620:4f:8000::/48",
      "3fff::/20",
    ]) {
      const [address = "", bits] = network.split("/");
      blocked.addSubnet(address, Number(bits), "ipv6");
    }
    const group = fc.oneof(
      fc.integer({ min: 0, max: 0xffff }),
      fc.constantFrom(0, 0x2001, 0x2002, 0xdb8, 0x3fff, 0x2620, 0x4f, 0x8000, 0x100, 0xfe80, 0xfd00, 0x1ff),
    );
    fc.assert(
      fc.property(fc.array(group, { minLength: 8, maxLength: 8 }), (groups) => {
        const address = groups.map((number) => number.toString(16)).join(":");
        const isMapped = groups.slice(0, 5).every((number) => number === 0) && groups[5] === 0xffff;
        fc.pre(!isMapped);
        expect([address, isAllowed(address)]).toEqual([address, !blocked.check(address, "ipv6")]);
      }),
      { numRuns: 3000 },
    );
  });
});
