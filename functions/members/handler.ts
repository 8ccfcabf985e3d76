import { systemClock as clock } from "../../shared/clock.ts";
import { type ApiOperation, noContent, ok } from "../../shared/http/api-request.ts";
import { callerOf, param } from "../../shared/http/caller-of.ts";
import { jsonObject, refuseBody } from "../../shared/http/json-body.ts";
import { addMember } from "../../shared/images/operations/members/add-member.ts";
import { removeMember } from "../../shared/images/operations/members/remove-member.ts";
import { listMembers, showMember } from "../../shared/images/operations/members/show-members.ts";
import { updateMember } from "../../shared/images/operations/members/update-member.ts";
import { imageRoutes } from "../../shared/images/wire/image-routes.ts";
import {
  memberDocument,
  membersDocument,
  newMemberId,
  wantedStatus,
} from "../../shared/images/wire/member-document.ts";
import { deployedSettings } from "../../shared/settings/deployed-settings.ts";
import { imageApi } from "../wiring/image-api.ts";
import { hintingStore } from "../wiring/image-ports.ts";
import { workQueue } from "../wiring/work-queue.ts";

const settings = deployedSettings(process.env);
const ports = { images: hintingStore(settings, workQueue()), clock, settings };

const list: ApiOperation = async (request) => {
  refuseBody(request);
  return ok(membersDocument(await listMembers(ports)(callerOf(request), param(request, "image_id"))));
};

const add: ApiOperation = async (request) => {
  const memberId = newMemberId(jsonObject(request));
  return ok(memberDocument(await addMember(ports)(callerOf(request), param(request, "image_id"), memberId)));
};

const show: ApiOperation = async (request) => {
  refuseBody(request);
  const member = await showMember(ports)(
    callerOf(request),
    param(request, "image_id"),
    param(request, "member_id"),
  );
  return ok(memberDocument(member));
};

const update: ApiOperation = async (request) => {
  const status = wantedStatus(jsonObject(request));
  const member = await updateMember(ports)(
    callerOf(request),
    param(request, "image_id"),
    param(request, "member_id"),
    status,
  );
  return ok(memberDocument(member));
};

const remove: ApiOperation = async (request) => {
  refuseBody(request);
  await removeMember(ports)(callerOf(request), param(request, "image_id"), param(request, "member_id"));
  return noContent;
};

export const handler = imageApi("members", settings, {
  routes: imageRoutes,
  operations: {
    listMembers: list,
    createMember: add,
    showMember: show,
    updateMember: update,
    deleteMember: remove,
  },
});
