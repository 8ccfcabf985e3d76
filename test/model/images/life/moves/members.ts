import fc from "fast-check";
import { memberStatuses } from "../../../../../shared/images/domain/member.ts";
import { addMember } from "../../../../../shared/images/operations/members/add-member.ts";
import { removeMember } from "../../../../../shared/images/operations/members/remove-member.ts";
import { updateMember } from "../../../../../shared/images/operations/members/update-member.ts";
import { type Life, mayChange, type Picture, projectOf, type Who } from "../model.ts";
import type { Answer, Move } from "../move.ts";
import { callers } from "../world.ts";
import { type Actor, actor, actorOf, idAt, place, who, withSeen } from "./pick.ts";

const sharing = (life: Life, at: number, actor: Actor, change: (image: Picture, by: Who) => Answer): Answer =>
  withSeen(life, at, actor, (image, by) => (image.visibility === "shared" ? change(image, by) : 403));

const add = fc.tuple(actor, place, who).map(
  ([by, at, member]): Move => ({
    text: `${by} shares ${at} with ${member}`,
    predict: (life) =>
      sharing(life, at, by, (image, actor) => {
        if (!mayChange(actor, image)) return 403;
        if (image.members[projectOf(member)]) return 409;
        image.members[projectOf(member)] = "pending";
        return "ok";
      }),
    act: (ports, life) => addMember(ports)(callers[actorOf(life, at, by)], idAt(life, at), projectOf(member)),
  }),
);

/** The member, for those who may know of it. */
const known = (image: Picture, by: Who, member: Who): boolean =>
  image.members[projectOf(member)] !== undefined && (mayChange(by, image) || by === member);

const answer = fc.tuple(actor, place, who, fc.constantFrom(...memberStatuses)).map(
  ([by, at, member, status]): Move => ({
    text: `${by} sets ${member} of ${at} ${status}`,
    predict: (life) =>
      sharing(life, at, by, (image, actor) => {
        if (!known(image, actor, member)) return 404;
        if (actor !== "admin" && actor !== member) return 403;
        if (actor !== "admin" && image.owner === projectOf(actor)) return 403;
        image.members[projectOf(member)] = status;
        return "ok";
      }),
    act: (ports, life) =>
      updateMember(ports)(callers[actorOf(life, at, by)], idAt(life, at), projectOf(member), status),
  }),
);

const remove = fc.tuple(actor, place, who).map(
  ([by, at, member]): Move => ({
    text: `${by} shares ${at} no more with ${member}`,
    predict: (life) =>
      sharing(life, at, by, (image, actor) => {
        if (!known(image, actor, member)) return 404;
        if (!mayChange(actor, image)) return 403;
        delete image.members[projectOf(member)];
        return "ok";
      }),
    act: (ports, life) =>
      removeMember(ports)(callers[actorOf(life, at, by)], idAt(life, at), projectOf(member)),
  }),
);

export const memberMoves = { add, answer, remove };
