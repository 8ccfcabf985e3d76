import { X509Certificate } from "node:crypto";
import { describe, expect, test } from "vitest";
import { CertificateRefused, checkPath } from "../../../shared/signatures/certificates/certificate-path.ts";
import {
  type CertificateRequest,
  type Issued,
  makeAuthority,
  makeCertificate,
} from "../../fakes/signatures/make-certificate.ts";

const now = new Date("2026-01-01T00:00:00Z");
const root = makeAuthority({ subject: "root" });
const signer = (request: CertificateRequest = {}) => makeCertificate({ issuer: root, ...request });
const check = (path: readonly Issued[], anchors: readonly Issued[] = [root], at = now) =>
  checkPath(
    path.map(({ certificate }) => certificate),
    anchors.map(({ certificate }) => certificate),
    at,
  );

describe("a signer's certificate is taken", () => {
  test("issued by an anchor", () => check([signer({ usage: ["digitalSignature"] })]));
  test("that may only vouch (non repudiation)", () => check([signer({ usage: ["nonRepudiation"] })]));
  test("without a word of usage", () => check([signer()]));
  test("for the signing of code", () => check([signer({ purposes: ["1.3.6.1.5.5.7.3.3"] })]));
  test("that is an anchor itself, self-signed or not", () => {
    const own = makeCertificate();
    check([own], [own]);
    const issued = signer();
    check([issued], [issued]);
  });
  test("of an authority itself, as openssl req -x509 makes it", () => {
    const own = makeCertificate({ authority: true });
    check([own], [own]);
  });
  test("by authorities that come with it, in any order, or are trusted", () => {
    const middle = makeAuthority({ subject: "middle", issuer: root });
    const low = makeAuthority({ subject: "low", issuer: middle });
    const leaf = makeCertificate({ issuer: low });
    check([leaf, low, middle]);
    check([leaf, middle, low]);
    check([leaf], [root, middle, low]);
    check([leaf], [low]);
  });
  test("by the one of two authorities of the same name whose key it is", () => {
    const namesake = makeAuthority({ subject: "root" });
    check([signer()], [namesake, root]);
  });
  describe("by an authority with several certificates for one key", () => {
    const keys = { publicKey: root.certificate.publicKey, privateKey: root.privateKey };
    const again = (request: CertificateRequest) => makeAuthority({ subject: "root", keys, ...request });
    const expired = again({ to: "2025-06-01T00:00:00Z" });
    test.each([
      ["one has expired", expired],
      ["one is not good yet", again({ from: "2026-06-01T00:00:00Z" })],
      ["one may not sign certificates", again({ usage: ["digitalSignature"] })],
      ["one has an unknown critical extension", again({ unknown: "1.2.3.4" })],
      ["one is malformed", again({ usage: [], raw: [["2.5.29.15", Buffer.from([0x03])]] })],
    ])("where %s, in whatever order they are trusted", (_, bad) => {
      check([signer()], [bad, root]);
      check([signer()], [root, bad]);
    });
    test("where the expired one comes with the signer's", () => check([signer(), expired]));
    test("where one way is a dead end higher up", () => {
      const stranger = makeAuthority({ subject: "stranger" });
      const middle = makeAuthority({ subject: "middle", issuer: stranger });
      const crossed = makeAuthority({
        subject: "middle",
        issuer: root,
        keys: { publicKey: middle.certificate.publicKey, privateKey: middle.privateKey },
      });
      const leaf = makeCertificate({ issuer: middle });
      check([leaf, middle, crossed]);
      check([leaf, crossed, middle]);
    });
    test("but is refused where none is good, for the reason of one", () => {
      expect(() => check([signer()], [expired, again({ usage: ["digitalSignature"] })])).toThrow(
        /has expired|sign certificates/,
      );
    });
  });
  test("as deep as the path length allows", () => {
    const short = makeAuthority({ subject: "short", authority: { pathLength: 1 } });
    const middle = makeAuthority({ subject: "middle", issuer: short });
    check([makeCertificate({ issuer: middle }), middle], [short]);
  });
});

const forger = makeAuthority({ subject: "root" });
const notAuthority = makeCertificate({ subject: "no authority", issuer: root });
const idle = makeAuthority({ subject: "idle", issuer: root, usage: ["digitalSignature"] });
const old = makeAuthority({ subject: "old", issuer: root, to: "2025-06-01T00:00:00Z" });
const flat = makeAuthority({ subject: "flat", issuer: root, authority: { pathLength: 0 } });
const below = makeAuthority({ subject: "below", issuer: flat });
const odd = makeAuthority({ subject: "odd", issuer: root, unknown: "1.2.3.4" });

describe("a signer's certificate is refused", () => {
  test.each<[string, readonly Issued[], RegExp]>([
    ["nothing", [], /no certificate/],
    ["that has expired", [signer({ to: "2025-12-31T23:59:59Z" })], /has expired at 2025-12-31/],
    ["that is not good yet", [signer({ from: "2026-01-02T00:00:00Z" })], /not valid before 2026-01-02/],
    ["that it signed itself", [makeCertificate()], /not issued by an authority that is trusted/],
    ["of a stranger", [makeCertificate({ issuer: makeAuthority() })], /not issued by/],
    [
      "of an authority with the name of a trusted one",
      [makeCertificate({ issuer: forger }), forger],
      /not issued by/,
    ],
    [
      "whose key may not sign",
      [signer({ usage: ["keyEncipherment"] })],
      /does not allow its key to sign data/,
    ],
    ["whose key may only sign certificates", [signer({ usage: ["keyCertSign"] })], /to sign data/],
    ["of a web server", [signer({ purposes: ["1.3.6.1.5.5.7.3.1"] })], /extended key usage/],
    [
      "with a critical extension that is not known",
      [signer({ unknown: "1.2.3.4" })],
      /critical extension.*1\.2\.3\.4/,
    ],
    ["signed with SHA-1", [signer({ hash: "sha1" })], /broken hash/],
    [
      "by somebody who is no authority",
      [makeCertificate({ issuer: notAuthority }), notAuthority],
      /not an authority's/,
    ],
    [
      "by an authority that may not sign certificates",
      [makeCertificate({ issuer: idle }), idle],
      /sign certificates/,
    ],
    ["by an authority that has expired", [makeCertificate({ issuer: old }), old], /has expired/],
    [
      "deeper than the path length",
      [makeCertificate({ issuer: below }), below, flat],
      /only 0 authorities below/,
    ],
    [
      "by an authority with an unknown critical extension",
      [makeCertificate({ issuer: odd }), odd],
      /critical/,
    ],
  ])("%s", (_, path, reason) => {
    expect(() => check(path)).toThrow(reason);
  });

  describe("whose extension is no DER, or there twice:", () => {
    const twice = Buffer.from([0x03, 0x02, 0x00, 0x80]);
    const forms: readonly (readonly [string, CertificateRequest])[] = [
      ["key usage", { raw: [["2.5.29.15", Buffer.from([0x03, 0x09, 0x00])]] }],
      ["extended key usage", { raw: [["2.5.29.37", Buffer.from([0x02, 0x01, 0x00])]] }],
      ["basic constraints", { raw: [["2.5.29.19", Buffer.from([0x30, 0x03, 0x02, 0x01, 0xff])]] }],
      ["a purpose without an end", { raw: [["2.5.29.37", Buffer.from([0x30, 0x03, 0x06, 0x01, 0xff])]] }],
      [
        "two key usages",
        {
          raw: [
            ["2.5.29.15", twice],
            ["2.5.29.15", twice],
          ],
        },
      ],
    ];
    test.each(forms)("%s of the signer", (_, request) => {
      const refused = () => check([makeCertificate({ issuer: root, ...request })]);
      expect(refused).toThrow(CertificateRefused);
      expect(refused).toThrow(/malformed/);
    });
    test.each(forms)("%s of an authority", (_, request) => {
      const middle = makeCertificate({ subject: "middle", issuer: root, ...request });
      const refused = () => check([makeCertificate({ issuer: middle }), middle]);
      expect(refused).toThrow(CertificateRefused);
      expect(refused).toThrow(/malformed/);
    });
  });

  test("by authorities that all have the same name and key, within a moment", () => {
    const keys = makeAuthority({ subject: "same" });
    const same = Array.from({ length: 9 }, () =>
      makeAuthority({
        subject: "same",
        keys: { publicKey: keys.certificate.publicKey, privateKey: keys.privateKey },
      }),
    );
    expect(() => check([makeCertificate({ issuer: keys }), ...same])).toThrow(/not issued by/);
  });

  test("without a subject, or with dates that are none", () => {
    expect(() => check([makeCertificate({ subject: "", issuer: makeAuthority() })])).toThrow(/not issued by/);
    const broken = signer({ from: "2025-01-01T00:00:00Z" }).certificate.raw;
    const at = broken.indexOf("20350101000000Z");
    broken.write("2035010100000zZ", at);
    expect(() => checkPath([new X509Certificate(broken)], [root.certificate], now)).toThrow(
      /dates that are none/,
    );
  });

  test("where nobody is trusted", () => {
    expect(() => check([signer()], [])).toThrow(/not issued by/);
  });

  test("once its anchor has expired", () => {
    expect(() => check([signer({ to: "2050-01-01T00:00:00Z" })], [root], new Date("2040-01-01"))).toThrow(
      /certificate of CN=root has expired/,
    );
  });

  test("where authorities vouch for each other in a circle", () => {
    const keys = makeAuthority({ subject: "one" });
    const other = makeAuthority({ subject: "other", issuer: keys });
    const one = makeAuthority({
      subject: "one",
      issuer: other,
      keys: { publicKey: keys.certificate.publicKey, privateKey: keys.privateKey },
    });
    expect(() => check([makeCertificate({ issuer: one }), one, other])).toThrow(/too far|not issued/);
  });
});
