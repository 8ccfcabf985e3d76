import { describe, expect, it } from "vitest";
import { type UriFilterOptions, uriFilter } from "../../../shared/fetch/uri-filter.ts";

/** Glance's defaults. */
const defaults: UriFilterOptions = {
  allowed_schemes: ["http", "https"],
  disallowed_schemes: [],
  allowed_hosts: [],
  disallowed_hosts: [],
  allowed_ports: [80, 443],
  disallowed_ports: [],
};
const reasonFor = (uri: string, options: Partial<UriFilterOptions> = {}): string => {
  try {
    uriFilter({ ...defaults, ...options })(uri);
    return "taken";
  } catch (error) {
    return (error as Error).message;
  }
};

describe("URLs to fetch", () => {
  it.each([
    "https://example.com/image.qcow2",
    "HTTP://Example.COM:80/a?b=c#d",
    "https://example.com.:443/",
    "http://[2001:4860:4860::8888]/",
    "http://[2001:4860:4860:0:0:0:0:8888]/",
    "http://8.8.8.8/",
    "https://xn--mnchen-3ya.de/",
    "https://example.com",
    "https://3com.com/",
    `http://example.com/${"a".repeat(8192 - 19)}`,
    `http://${"a.".repeat(126)}a.:80/`,
  ])("%s is taken", (uri) => {
    expect(reasonFor(uri)).toBe("taken");
  });

  it.each([
    ["file:///etc/passwd", "malformed|scheme file"],
    ["file://localhost/etc/passwd", "scheme file"],
    ["ftp://example.com/", "scheme ftp"],
    ["gopher://example.com/", "scheme gopher"],
    ["s3://bucket/key", "scheme s3"],
    ["javascript:alert(1)", "malformed"],
    ["data:text/plain,x", "malformed"],
    ["https:/example.com/", "malformed"],
    ["https:example.com", "malformed"],
    ["//example.com/", "malformed"],
    ["", "malformed"],
    ["http://", "malformed|no host"],
    ["http:///path", "no host"],
    ["http://:80/", "malformed|no host"],
    ["https://user@example.com/", "user name"],
    ["https://example.com:443@127.0.0.1/", "user name"],
    ["https://example.com@/", "malformed|user name"],
    ["http://2130706433/", "usual form"],
    ["http://0x7f000001/", "usual form"],
    ["http://0177.0.0.1/", "usual form"],
    ["http://127.1/", "usual form"],
    ["http://1.2.3/", "usual form"],
    ["http://127.0.0.1./", "usual form"],
    ["http://127。0。0。1/", "ASCII"],
    ["http://１２７.0.0.1/", "ASCII"],
    ["http://ⓔxample.com/", "ASCII"],
    ["http://münchen.de/", "ASCII"],
    ["http://ex%61mple.com/", "ASCII"],
    ["http://exam\tple.com/", "malformed"],
    ["http://exam\nple.com/", "malformed"],
    [" http://example.com/", "malformed"],
    ["http://example.com\\@127.0.0.1/", "malformed"],
    ["http:\\\\127.0.0.1/", "malformed"],
    ["http://[::1%25eth0]/", "malformed|ASCII"],
    ["http://[::ffff:127.0.0.1/", "malformed"],
    ["http://example.com:0/", "port 0"],
    ["http://example.com:22/", "port 22"],
    ["http://example.com:99999/", "malformed"],
    ["http://example.com:8080/", "port 8080"],
    [`http://example.com/${"a".repeat(9000)}`, "longer than 8192"],
    [`http://${"a".repeat(254)}/`, "host of the URL is longer than 253"],
    [`http://${"a.".repeat(3000)}a/`, "host of the URL is longer than 253"],
  ])("%j is refused", (uri, reason) => {
    expect(reasonFor(uri)).toMatch(new RegExp(reason));
  });

  it("pass the lists as in Glance: what is allowed makes what is disallowed void", () => {
    const hosts = { allowed_hosts: ["Good.example"], disallowed_hosts: ["good.example", "bad.example"] };
    expect(reasonFor("http://good.example./", hosts)).toBe("taken");
    expect(reasonFor("http://bad.example/", hosts)).toMatch(/host bad.example/);
    expect(reasonFor("http://other.example/", hosts)).toMatch(/host other.example/);
    expect(reasonFor("http://BAD.example/", { disallowed_hosts: ["bad.example"] })).toMatch(
      /host bad.example/,
    );
    expect(reasonFor("http://[::1]/", { disallowed_hosts: ["::1"] })).toMatch(/host ::1/);
    const ports = { allowed_ports: [], disallowed_ports: [22] };
    expect(reasonFor("http://a.example:22/", ports)).toMatch(/port 22/);
    expect(reasonFor("http://a.example:8080/", ports)).toBe("taken");
    // Without a port in the URL the lists of ports say nothing.
    expect(reasonFor("http://a.example/", { allowed_ports: [8096] })).toBe("taken");
    expect(reasonFor("http://a.example/", { allowed_schemes: ["https"] })).toMatch(/scheme http /);
    expect(reasonFor("http://a.example/", { allowed_schemes: [], disallowed_schemes: ["http"] })).toMatch(
      /scheme http /,
    );
  });
});
