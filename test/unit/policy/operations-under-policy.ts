import type { Caller } from "../../../shared/caller.ts";
import { GlanceError } from "../../../shared/errors.ts";
import { addTag, removeTag } from "../../../shared/images/operations/change-tag.ts";
import { createImage, type NewImage } from "../../../shared/images/operations/create-image.ts";
import { deactivateImage, reactivateImage } from "../../../shared/images/operations/deactivate-image.ts";
import { deleteImage } from "../../../shared/images/operations/delete-image.ts";
import { listImages } from "../../../shared/images/operations/list-images.ts";
import { addMember } from "../../../shared/images/operations/members/add-member.ts";
import { removeMember } from "../../../shared/images/operations/members/remove-member.ts";
import { listMembers, showMember } from "../../../shared/images/operations/members/show-members.ts";
import { updateMember } from "../../../shared/images/operations/members/update-member.ts";
import { showImage } from "../../../shared/images/operations/show-image.ts";
import { downloadImage } from "../../../shared/images/operations/transfers/download-image.ts";
import { stageImage, uploadImage } from "../../../shared/images/operations/transfers/upload-image.ts";
import { updateImage } from "../../../shared/images/operations/update-image.ts";
import { admin, alt, demo, memoryService } from "../../fakes/images/service.ts";
import {
  type Cell,
  callers as callerNames,
  type FixtureName,
  fixtures,
} from "../../reference/policy/questions.ts";

const callers: Readonly<Record<Cell["caller"], Caller>> = {
  admin,
  demo,
  alt,
  "demo-reader": { ...demo, userId: "demo-reader", roles: ["reader"] },
  "system admin": { ...admin, projectId: "", scope: "system" },
  "system reader": { ...demo, projectId: "", roles: ["reader"], scope: "system" },
  "domain admin": { ...admin, projectId: "", scope: "domain" },
};

const data = Buffer.from("bytes");
const replace = (name: string, value: unknown) => [{ op: "replace", name, value }] as const;

/** This service's operations, asked as a real Glance is asked over HTTP. */
export function operationsUnderPolicy() {
  const { ports } = memoryService();
  const create = (caller: Caller, image: Partial<NewImage>) =>
    createImage(ports)(caller, { name: "policy", properties: {}, ...image });

  async function make(fixture: FixtureName): Promise<string> {
    const { visibility, status } = fixtures[fixture];
    const { id } = await create(admin, {
      owner: fixture === "nobody's" ? null : demo.projectId,
      visibility,
      disk_format: "raw",
      container_format: "bare",
      tags: callerNames.map((caller) => `of-${caller}`),
    });
    if (status !== "queued") await uploadImage(ports)(admin, id, data);
    if (status === "deactivated") await deactivateImage(ports)(admin, id);
    if (visibility === "shared") await addMember(ports)(admin, id, alt.projectId);
    return id;
  }

  async function list(
    caller: Caller,
    visibility: "all" | undefined,
    listed: ReadonlyMap<string, string>,
  ): Promise<string> {
    const { entries: images } = await listImages(ports)(caller, {
      limit: 1000,
      order: [{ key: "created_at", direction: "desc" }],
      memberStatus: "accepted",
      conditions: [],
      ...(visibility && { visibility }),
    });
    const ids = new Set(images.map(({ id }) => id));
    return `${[...listed].filter(([, id]) => ids.has(id)).map(([name]) => name)}`;
  }

  function act({ question, caller: name }: Cell, id: string, listed: ReadonlyMap<string, string>) {
    const caller = callers[name];
    const update = (...operations: Parameters<ReturnType<typeof updateImage>>[2]) =>
      updateImage(ports)(caller, id, operations);
    switch (question) {
      case "list":
        return list(caller, undefined, listed);
      case "list all":
        return list(caller, "all", listed);
      case "create":
        return create(caller, {});
      case "create public":
        return create(caller, { visibility: "public" });
      case "create community":
        return create(caller, { visibility: "community" });
      case "create for demo":
        return create(caller, { owner: demo.projectId });
      case "create for alt":
        return create(caller, { owner: alt.projectId });
      case "show":
        return showImage(ports)(caller, id);
      case "change nothing":
        return update();
      case "change the name":
        return update(...replace("name", "renamed"));
      case "change to community":
        return update(...replace("visibility", "community"));
      case "change to public":
        return update(...replace("visibility", "public"));
      case "change what is not there":
        return update(...replace("absent", "x"));
      case "add a tag":
        return addTag(ports)(caller, id, "new");
      case "remove a tag":
        return removeTag(ports)(caller, id, `of-${name}`);
      case "remove an absent tag":
        return removeTag(ports)(caller, id, "absent");
      case "upload":
        return uploadImage(ports)(caller, id, data);
      case "stage":
        return stageImage(ports)(caller, id, data);
      case "download":
        return downloadImage(ports)(caller, id);
      case "deactivate":
        return deactivateImage(ports)(caller, id);
      case "reactivate":
        return reactivateImage(ports)(caller, id);
      case "delete":
        return deleteImage(ports)(caller, id);
      case "list members":
        return listMembers(ports)(caller, id).then((members) => `${members.length}`);
      case "add a member":
        return addMember(ports)(caller, id, `of-${name}`);
      case "show a member":
        return showMember(ports)(caller, id, alt.projectId);
      case "show an absent member":
        return showMember(ports)(caller, id, "absent");
      case "accept as a member":
        return updateMember(ports)(caller, id, alt.projectId, "accepted");
      case "remove a member":
        return removeMember(ports)(caller, id, alt.projectId);
    }
  }

  async function ask(cell: Cell, id: string, listed: ReadonlyMap<string, string>): Promise<string> {
    try {
      const answer = await act(cell, id, listed);
      return cell.question.startsWith("list") ? `done: ${answer}` : "done";
    } catch (error) {
      if (error instanceof GlanceError) return String(error.status);
      throw error;
    }
  }

  return { make, ask };
}
