import fc from "fast-check";
import type { Image } from "../../../shared/images/domain/image.ts";
import { type DrawnImage, drawnName, projects } from "./drawn-images.ts";

/** Parameters of a list, and what they mean, said a second time and independently of the service. */
export interface DrawnQuery {
  readonly query: URLSearchParams;
  readonly isWanted: (drawn: DrawnImage, project: string, isAdmin: boolean) => boolean;
  readonly compare: (one: Image, other: Image) => number;
  readonly limit: number;
}

interface Filter {
  readonly key: string;
  readonly value: string;
  readonly keeps: (image: Image) => boolean;
}

const equality = (key: "name" | "container_format" | "disk_format" | "status", value: fc.Arbitrary<string>) =>
  fc.oneof(
    value.map((text): Filter => ({ key, value: `eq:${text}`, keeps: (image) => image[key] === text })),
    value
      .filter((text) => !text.includes(":"))
      .map((text): Filter => ({ key, value: text, keeps: (image) => image[key] === text })),
    fc.array(value, { maxLength: 4 }).map((texts): Filter => {
      const words = texts.map((text) => `"${text.replaceAll('"', '\\"')}"`);
      return { key, value: `in:${words}`, keeps: (image) => texts.some((text) => text === image[key]) };
    }),
  );

const shownTime = (iso: string): number => Date.parse(`${iso.slice(0, 19)}Z`);

const time = (key: "created_at" | "updated_at") =>
  fc
    .tuple(
      fc.constantFrom("gt", "gte", "lt", "lte", "eq", "neq", ""),
      fc.constantFrom("2026-01-01", "2026-01-01T00:00:01Z", "2026-01-01T01:00:02+01:00", "20260101T000001.5"),
    )
    .map(([operator, text]): Filter => {
      const instants: Record<string, number> = {
        "2026-01-01": 0,
        "2026-01-01T00:00:01Z": 1000,
        "2026-01-01T01:00:02+01:00": 2000,
        "20260101T000001.5": 1500,
      };
      const keeps = (image: Image) => {
        const difference = shownTime(image[key]) - Date.UTC(2026, 0, 1) - (instants[text] ?? Number.NaN);
        if (operator.startsWith("gt")) return difference > 0 || (operator === "gte" && difference === 0);
        if (operator.startsWith("lt")) return difference < 0 || (operator === "lte" && difference === 0);
        return (difference === 0) === (operator !== "neq");
      };
      return { key, value: operator === "" ? text : `${operator}:${text}`, keeps };
    });

const bound = fc
  .tuple(
    fc.constantFrom("size", "min_ram"),
    fc.constantFrom("_min", "_max", ""),
    fc.integer({ min: 0, max: 3 }),
  )
  .map(([attribute, suffix, threshold]): Filter => {
    const keeps = (image: Image) => {
      const value = image[attribute as "size"];
      if (value === null) return false;
      if (suffix === "") return value === threshold;
      return suffix === "_min" ? value >= threshold : value <= threshold;
    };
    return { key: `${attribute}${suffix}`, value: String(threshold), keeps };
  });

const others = fc.oneof(
  fc.boolean().map((word): Filter => {
    return { key: "protected", value: String(word), keeps: (image) => image.protected === word };
  }),
  fc.constantFrom(...projects, "nobody").map((owner): Filter => {
    return { key: "owner", value: owner, keeps: (image) => image.owner === owner };
  }),
  fc
    .tuple(fc.constantFrom("os", "hw", "is_public"), fc.constantFrom("debian", "", "eq:debian"))
    .map(([key, value]): Filter => ({ key, value, keeps: ({ properties }) => properties[key] === value })),
  fc.constant<Filter>({ key: "deleted", value: "true", keeps: () => true }),
  fc.constantFrom("properties", "locations", "members").map((key): Filter => {
    return { key, value: "x", keeps: () => false };
  }),
);

const filter = fc.oneof(
  { arbitrary: equality("name", drawnName), weight: 3 },
  equality("container_format", fc.constantFrom("bare", "ovf", "none")),
  equality("disk_format", fc.constantFrom("raw", "iso")),
  equality("status", fc.constantFrom("active", "queued", "killed", "deleted", "odd")),
  time("created_at"),
  time("updated_at"),
  bound,
  others,
);

type Key =
  | "name"
  | "status"
  | "container_format"
  | "disk_format"
  | "size"
  | "id"
  | "created_at"
  | "updated_at";
interface Term {
  readonly key: Key;
  readonly direction: "asc" | "desc";
}

function comparison(terms: readonly Term[]): DrawnQuery["compare"] {
  const rank = (value: string | number | null) => (value === null ? 0 : 1);
  return (one, other) => {
    for (const { key, direction } of terms) {
      const [left, right] = direction === "asc" ? [one[key], other[key]] : [other[key], one[key]];
      const byValue =
        typeof left === "number" && typeof right === "number"
          ? left - right
          : Buffer.compare(Buffer.from(String(left)), Buffer.from(String(right)));
      const difference = rank(left) - rank(right) || (rank(left) === 0 ? 0 : byValue);
      if (difference !== 0) return difference;
    }
    return 0;
  };
}

const key = fc.constantFrom<Key>(
  ...([
    "name",
    "status",
    "container_format",
    "disk_format",
    "size",
    "id",
    "created_at",
    "updated_at",
  ] as const),
);
const direction = fc.constantFrom("asc" as const, "desc" as const);
const tie = (terms: readonly Term[], last: Term["direction"]): Term[] => [
  ...terms,
  { key: "created_at", direction: last },
  { key: "id", direction: last },
];

interface Sorting {
  readonly parameters: readonly (readonly [string, string])[];
  readonly terms: readonly Term[];
}

const sorting: fc.Arbitrary<Sorting> = fc.oneof(
  fc.constant({ parameters: [], terms: tie([], "desc") }),
  fc.array(fc.record({ key, direction }), { minLength: 1, maxLength: 3 }).map((terms) => ({
    parameters: [["sort", terms.map((term) => `${term.key}:${term.direction}`).join(",")] as const],
    terms: tie(terms, (terms.length === 1 && terms[0]?.direction) || "desc"),
  })),
  fc.tuple(fc.array(key, { maxLength: 3 }), direction).map(([keys, only]) => ({
    parameters: [...keys.map((word) => ["sort_key", word] as const), ["sort_dir", only] as const],
    terms: tie(
      keys.map((word) => ({ key: word, direction: only })),
      only,
    ),
  })),
  fc.array(fc.record({ key, direction }), { minLength: 2, maxLength: 3 }).map((terms) => ({
    parameters: terms.flatMap((term) => [
      ["sort_key", term.key] as const,
      ["sort_dir", term.direction] as const,
    ]),
    terms: tie(terms, "desc"),
  })),
);

const choices = fc.record(
  {
    visibility: fc.constantFrom("public", "private", "shared", "community", "all", ""),
    member_status: fc.constantFrom("pending", "accepted", "rejected", "all"),
    os_hidden: fc.constantFrom("true", "False", "TRUE"),
  },
  { requiredKeys: [] },
);
type Choices = typeof choices extends fc.Arbitrary<infer Value> ? Value : never;

/** docs/reference/image-api.md, "Lists": what is shown without a filter, and `visibility`. */
function isInList(
  { image, members }: DrawnImage,
  project: string,
  isAdmin: boolean,
  chosen: Choices,
): boolean {
  if (["killed", "deleted"].includes(image.status)) return false;
  if (image.os_hidden !== (chosen.os_hidden?.toLowerCase() === "true")) return false;
  const isOwn = image.owner === project;
  const status = chosen.member_status ?? "accepted";
  const mine = members[project];
  const isShared = image.visibility === "shared" && mine !== undefined && ["all", mine].includes(status);
  const { visibility } = chosen;
  const isOpen = image.visibility === "public" || image.visibility === "community";
  if (!isAdmin && !isOwn && !isOpen && !isShared) return false;
  if (visibility === undefined) return image.visibility !== "community" || isOwn;
  return visibility === "all" || visibility === image.visibility;
}

/** A random list: filters (some given twice), tags, what may be seen, sorting and the size of pages. */
export const drawnQuery: fc.Arbitrary<DrawnQuery> = fc
  .record({
    filters: fc.oneof(fc.constant<Filter[]>([]), fc.array(filter, { maxLength: 2 })),
    tags: fc.oneof(
      { arbitrary: fc.constant<string[]>([]), weight: 3 },
      fc.subarray<string>(["x", "y", " z z "]),
    ),
    chosen: fc.oneof(fc.constant<Choices>({}), choices),
    sorted: sorting,
    limit: fc.integer({ min: 1, max: 9 }),
  })
  .map(({ filters, tags, chosen, sorted, limit }) => {
    const last = [...new Map(filters.map((each) => [each.key, each])).values()];
    const query = new URLSearchParams({ limit: String(limit), ...chosen });
    for (const { key: word, value } of filters) query.append(word, value);
    for (const tag of tags) query.append("tag", tag);
    for (const [word, value] of sorted.parameters) query.append(word, value);
    return {
      query,
      isWanted: (drawn, project, isAdmin) =>
        isInList(drawn, project, isAdmin, chosen) &&
        last.every(({ keeps }) => keeps(drawn.image)) &&
        tags.every((tag) => drawn.image.tags.includes(tag.trim())),
      compare: comparison(sorted.terms),
      limit,
    };
  });
