import { isOver } from "../../../shared/images/domain/task.ts";
import { hasEnded } from "../../../shared/images/domain/transfer.ts";
import type { RecordRef, Records } from "../../../shared/upkeep/ports/records.ts";
import type { memoryImageStore } from "../images/memory-image-store.ts";

type Store = Pick<
  ReturnType<typeof memoryImageStore>,
  "images" | "transfers" | "tasks" | "deletions" | "members" | "counters"
>;

const placeOf = (ref: RecordRef): string => Object.values(ref).join("\n");

/**
 * Everything that the memory of an image store holds. It has no entries beside its records that could be wrong of them,
 * so nothing in it is ever a suspect.
 */
export function memoryRecords({ images, transfers, tasks, deletions, members, counters }: Store): Records {
  const all = (): RecordRef[] => [
    ...[...images.keys()].map((imageId): RecordRef => ({ kind: "image", imageId })),
    ...[...members.values()].map(
      ({ image_id, member_id }): RecordRef => ({ kind: "member", imageId: image_id, memberId: member_id }),
    ),
    ...[...transfers.values()].flatMap((transfer): RecordRef[] => {
      const ref = { imageId: transfer.image_id, transferId: transfer.id };
      return [
        { kind: "transfer", ...ref },
        ...(hasEnded(transfer) ? [] : [{ kind: "open transfer" as const, ...ref }]),
      ];
    }),
    ...[...tasks.values()].flatMap((task): RecordRef[] => [
      { kind: "task", taskId: task.id },
      ...(isOver(task) ? [] : [{ kind: "open task" as const, taskId: task.id }]),
    ]),
    ...[...deletions.keys()].map((deletionId): RecordRef => ({ kind: "deletion", deletionId })),
    ...[...counters.keys()].map((project): RecordRef => ({ kind: "usage", project })),
  ];
  return {
    walk: async ({ limit, after, only }) => {
      const left = all()
        .filter(({ kind }) => only === undefined || kind === only)
        .map((ref) => ({ ref, place: placeOf(ref) }))
        .filter(({ place }) => after === undefined || place > after)
        .sort((one, other) => (one.place < other.place ? -1 : 1));
      const page = left.slice(0, limit);
      const next = left.length > limit ? page.at(-1)?.place : undefined;
      return { refs: page.map(({ ref }) => ref), ...(next !== undefined && { next }) };
    },
    look: async (refs) => ({
      images: refs.flatMap((ref) => (ref.kind === "image" ? (images.get(ref.imageId) ?? []) : [])),
      suspects: [],
    }),
    faultsOf: async () => [],
  };
}
