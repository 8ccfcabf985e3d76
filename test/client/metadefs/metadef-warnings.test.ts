import { expect, it } from "vitest";
import { metadefWarnings } from "../../../client/openstack/metadef-warnings.ts";
import { warningHeader } from "../../../shared/metadefs/wire/warning-header.ts";

/** A header as it arrives: Node has its name in small letters. */
const arrived = (headers: Readonly<Record<string, string>>) => ({
  headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
});

it("warnings come out of the header one by one, as they were written", () => {
  const warnings = [
    "hw_cpus must be at most 4.",
    "hw_bus must be one of a; b, \u00fc, \u{1f600}.",
    "x must be like ^a$.",
  ];
  expect(metadefWarnings(arrived(warningHeader(warnings)))).toEqual(warnings);
  expect(metadefWarnings({ headers: {} })).toEqual([]);
});

it("nothing of a warning steers the terminal, and no line is empty", () => {
  const [name = ""] = Object.keys(warningHeader(["w"]));
  const sent = { [name]: "; a\u001b[2Jb; ; c\\u001b]0;\\u000ad\\u202ee" };
  expect(metadefWarnings(arrived(sent))).toEqual(["a [2Jb", "c ]0; d e"]);
});
