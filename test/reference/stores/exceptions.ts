import { all, any, facet, isGone, request, status } from "../differential/conditions.ts";
import type { Exception } from "../differential/exceptions.ts";

const details = request(/ GET \/v2[.\d]*\/info\/stores\/detail/);
const onPlace = ({ facet: name }: { readonly facet: string }) =>
  /^body\.(locations|direct_url|stores)/.test(name);
const validation = ({ facet: name }: { readonly facet: string }) => name.includes(".validation_data.");
/** Where one was added by its index: the places come in another order from then on. */
const ordered = ({ script }: { readonly script: string }) => script === "places added";

/** What differs with several stores, beside what differs without. */
export const storeExceptions: readonly Exception[] = [
  {
    documentedAs: "| stores for staging and tasks |",
    applies: any(
      all(facet("openstack-image-store-ids"), ({ reference }) => reference.includes("os_glance_")),
      all(({ script }) => script === "uploads to stores", status(/20\d|40\d/, /400|204/)),
      all(
        ({ script, reference }) => script === "uploads to stores" && !/^(file|none)/.test(reference),
        ({ here }) => here === "object null" || here === "queued" || here === "",
      ),
      all(facet("body.direct_url"), isGone, ({ reference }) => reference.includes("/tasks/")),
    ),
  },
  {
    documentedAs: "| details of stores |",
    applies: all(details, ({ facet: name }) => /\.(type|weight|properties)(\.|$)/.test(name)),
  },
  {
    documentedAs: "| `url` of our own data |",
    applies: all(onPlace, ({ reference, here }) => reference.startsWith("file:") && here.startsWith("s3:")),
  },
  {
    documentedAs: "| data at a registered URL |",
    applies: all(facet("body.virtual_size"), ({ reference }) => reference === "object null"),
  },
  {
    documentedAs: "| index of a location that is added |",
    applies: all(
      ordered,
      onPlace,
      any(({ reference, here }) => reference !== here),
    ),
  },
  {
    documentedAs: "| `validation_data` and unknown members of a location |",
    applies: any(
      all(validation, isGone),
      all(ordered, ({ facet: name }) => name.endsWith(".other"), isGone),
    ),
  },
];
