import fc from "fast-check";
import type { PatchOperation } from "../../../../../shared/images/domain/patch-operation.ts";
import { addTag, removeTag } from "../../../../../shared/images/operations/change-tag.ts";
import { createImage } from "../../../../../shared/images/operations/create-image.ts";
import {
  deactivateImage,
  reactivateImage,
} from "../../../../../shared/images/operations/deactivate-image.ts";
import { updateImage } from "../../../../../shared/images/operations/update-image.ts";
import { isGone, type Picture, projectOf, type Who } from "../model.ts";
import type { Answer, Move } from "../move.ts";
import { callers } from "../world.ts";
import { actor, actorOf, idAt, place, who, withOwn } from "./pick.ts";

/** More images would be used less each. */
const MOST = 3;

const visibility = fc.constantFrom("shared", "shared", "private", "community", "public");

export const createBy = (by: fc.Arbitrary<Who>, isProtected = fc.constantFrom(false, false, true)) =>
  fc.record({ id: fc.uuid({ version: 4 }), by, visibility, protected: isProtected }).map(
    ({ id, by, ...attributes }): Move => ({
      text: `${by} creates ${id} ${attributes.visibility}`,
      when: ({ images }) => [...images.values()].filter((image) => !isGone(image)).length < MOST,
      predict: (life) => {
        if (attributes.visibility === "public" && by !== "admin") return 403;
        // Of deleted images, too.
        if (life.images.has(id)) return 409;
        const image: Picture = {
          ...{
            id,
            owner: projectOf(by),
            name: "new",
            os_hidden: false,
            tags: [],
            properties: {},
            members: {},
          },
          ...{ ...attributes, status: "queued", attempts: [], mismatch: false, quarantined: false },
          ...{ was: null, isPurged: false, deletedAt: 0, changedAt: 0 },
        };
        life.images.set(id, image);
        return "ok";
      },
      act: (ports) =>
        createImage(ports)(callers[by], {
          ...attributes,
          ...{ id, name: "new", disk_format: "raw", container_format: "bare", properties: {} },
        }),
    }),
  );

const create = createBy(who);

type Patched = { readonly operation: PatchOperation; readonly change: (image: Picture, by: Who) => Answer };
const replaced = (
  name: "name" | "visibility" | "protected" | "os_hidden",
  value: string | boolean,
): Patched => ({
  operation: { op: "replace", name, value },
  change: (image, by) => {
    if (value === "public" && by !== "admin") return 403;
    Object.assign(image, { [name]: value });
    return "ok";
  },
});
const patched: fc.Arbitrary<Patched> = fc.oneof(
  fc.constantFrom("one", "two").map((value) => replaced("name", value)),
  visibility.map((value) => replaced("visibility", value)),
  fc.boolean().map((value) => replaced("protected", value)),
  fc.boolean().map((value) => replaced("os_hidden", value)),
  fc.constantFrom("1", "2").map((value) => ({
    operation: { op: "add" as const, name: "a", value },
    change: (image: Picture) => {
      image.properties.a = value;
      return "ok" as const;
    },
  })),
  fc.constant({
    operation: { op: "remove" as const, name: "a" },
    change: (image: Picture) => {
      if (image.properties.a === undefined) return 409;
      delete image.properties.a;
      return "ok" as const;
    },
  }),
);

const patch = fc.tuple(actor, place, patched).map(
  ([by, at, { operation, change }]): Move => ({
    text: `${by} changes ${at} ${JSON.stringify(operation)}`,
    predict: (life) => withOwn(life, at, by, change),
    act: (ports, life) => updateImage(ports)(callers[actorOf(life, at, by)], idAt(life, at), [operation]),
  }),
);

const tag = fc.tuple(actor, place, fc.constantFrom("t", "u"), fc.boolean()).map(
  ([by, at, word, adds]): Move => ({
    text: `${by} ${adds ? "tags" : "untags"} ${at} ${word}`,
    predict: (life) =>
      withOwn(life, at, by, (image) => {
        const has = image.tags.includes(word);
        if (!adds && !has) return 404;
        image.tags = adds ? [...new Set([...image.tags, word])] : image.tags.filter((each) => each !== word);
        return "ok";
      }),
    act: (ports, life) =>
      (adds ? addTag : removeTag)(ports)(callers[actorOf(life, at, by)], idAt(life, at), word),
  }),
);

const activity = fc.tuple(actor, place, fc.boolean()).map(
  ([by, at, isOn]): Move => ({
    text: `${by} ${isOn ? "reactivates" : "deactivates"} ${at}`,
    predict: (life) =>
      withOwn(life, at, by, (image, actor) => {
        const target = isOn ? "active" : "deactivated";
        if (image.status === target) return "ok";
        if (image.status !== "active" && image.status !== "deactivated") return 403;
        if (isOn && (image.mismatch || image.quarantined) && actor !== "admin") return 403;
        image.status = target;
        if (isOn) image.quarantined = false;
        return "ok";
      }),
    act: (ports, life) =>
      (isOn ? reactivateImage : deactivateImage)(ports)(callers[actorOf(life, at, by)], idAt(life, at)),
  }),
);

export const metadataMoves = { create, patch, tag, activity };
