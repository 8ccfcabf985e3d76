import { expect, test } from "vitest";
import { parseStores } from "../../../shared/settings/stores/parse-stores.ts";

const keystone = { auth_url: "https://keystone.example/v3", project: "service" };
const swift = { type: "swift", container: "glance", ...keystone };
const [account, inside, another] = [
  ...["https://swift.example/v1/AUTH_a", "https://inside.example/v1/AUTH_a"],
  "https://swift.example/v1/AUTH_b",
];

test.each([
  [{}, { endpoint: account }, true],
  [{ endpoint: account }, {}, true],
  [{ endpoint: account }, { endpoint: inside }, true],
  [{ endpoint: account }, { endpoint: account, auth_url: "https://other.example/v3" }, true],
  [{ endpoint: account }, { endpoint: account, project: undefined }, true],
  [{ endpoint: account }, { endpoint: another }, false],
  [{}, { project: "other" }, false],
  [{}, { auth_url: "https://other.example/v3" }, false],
  [{}, { container: "other" }, false],
])("a container of Swift with %j is refused beside one with %j: %j", (one, other, isRefused) => {
  const [old, two] = [
    { ...swift, id: "old", ...one },
    { ...swift, id: "two", ...other },
  ];
  const parse = () => parseStores(JSON.stringify([old, two]));
  if (isRefused) expect(parse).toThrow(/two: its container glance is the container of old already/);
  else expect(parse()).toHaveLength(2);
});
