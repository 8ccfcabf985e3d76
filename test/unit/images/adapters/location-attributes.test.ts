import { describe, expect, it } from "vitest";
import {
  type LocationAttributes,
  locationAttributes,
  locationsOf,
} from "../../../../shared/images/adapters/dynamodb/location-attributes.ts";
import type { Location } from "../../../../shared/images/domain/location.ts";

const bytes = { key: "k", size: 5, etag: "e" };
const here: Location = { store: "s3", ...bytes };
const there: Location = { store: "tape", ...bytes };
const second: Location = { store: "s3", key: "second", size: 5 };
const written = { key: "new", size: 7 };

describe("an image's locations in its item", () => {
  it.each<[string, LocationAttributes, readonly Location[]]>([
    ["nothing at all", {}, []],
    ["version 2 without data", { location: null }, []],
    ["version 2 with data", { location: bytes }, [here]],
    ["version 3 without data", { location: null, locations: [] }, []],
    ["version 3 with data", { location: bytes, locations: [here] }, [here]],
    ["version 3, data in another store alone", { location: null, locations: [there] }, [there]],
    ["locations without a name", { locations: [bytes] }, [here]],
    ["version 3 of a release that writes no location any more", { locations: [here, there] }, [here, there]],
    ["an upload by version 2", { location: written, locations: [] }, [{ store: "s3", ...written }]],
    [
      "a new etag by version 2",
      { location: { ...bytes, etag: "f" }, locations: [here] },
      [{ ...here, etag: "f" }],
    ],
    ["data thrown away by version 2", { location: null, locations: [here] }, []],
    ["the same beside other stores", { location: null, locations: [there, here] }, [there]],
    ["the same beside more in the first store", { location: null, locations: [here, second] }, [second]],
    [
      "an upload by version 2 beside others",
      { location: written, locations: [there] },
      [{ store: "s3", ...written }, there],
    ],
  ])("%s", (_, attributes, locations) => {
    expect(locationsOf(attributes)).toEqual(locations);
  });

  it.each<[string, readonly Location[]]>([
    ["none", []],
    ["one", [here]],
    ["one elsewhere", [there]],
    ["several, in any order", [there, here, second]],
  ])("are read as they were written: %s", (_, locations) => {
    expect(locationsOf(locationAttributes(locations))).toEqual(locations);
  });

  it("has for older releases what they know: the bytes of the one store, without its name", () => {
    expect(locationAttributes([there, here]).location).toEqual(bytes);
    expect(locationAttributes([there]).location).toBeNull();
  });
});
