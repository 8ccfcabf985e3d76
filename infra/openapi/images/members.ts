import { memberSchema } from "../../../shared/images/wire/member-schema.ts";
import type { OperationName } from "../../../shared/routes.ts";
import {
  type AnswerDescription,
  type Description,
  emptyAnswer,
  json,
  listOf,
  objectOf,
  type Schema,
  schemaRef,
  text,
} from "../description.ts";

const { created_at, updated_at, ...others } = memberSchema.properties;

export const memberSchemas = {
  Member: {
    description: "A project that an image is shared with, and what it has answered",
    ...objectOf({
      ...others,
      created_at: { ...created_at, format: "date-time" },
      updated_at: { ...updated_at, format: "date-time" },
    }),
  },
  Members: objectOf({ members: listOf(schemaRef("Member")), schema: text }),
  NewMember: objectOf({
    member: {
      type: ["string", "number"],
      description: "The project's id; nobody looks whether there is such a project",
    },
  }),
  MemberAnswer: objectOf({ status: others.status }),
} satisfies Record<string, Schema>;

const example = {
  member_id: "8a2f0c4b7d1e4f6a9b3c5d7e9f1a2b3c",
  image_id: "71c675ab-d94f-49cd-a114-e12490b328d9",
  status: "pending",
  created_at: "2026-11-20T09:00:00Z",
  updated_at: "2026-11-20T09:00:00Z",
  schema: "/v2/schemas/member",
};
const member: Readonly<Record<200, AnswerDescription>> = {
  200: { description: "The member", content: json(schemaRef("Member"), example) },
};

const notShared = "Only images of visibility `shared` have members; or the policy does not allow it";
const noImage = "There is no such image, or the caller does not see it";
const noMember = "There is no such image or member, or the caller may not know of it";
const noBody = "There is a body, and none is expected";
const changed = "Others changed the image at the same time, again and again";

/** The operations of the members function. */
export const members = {
  listMembers: {
    tag: "members",
    details: "All for the image's owner and admins; a member finds itself alone. There are no pages.",
    answers: {
      200: {
        description: "The members",
        content: json(schemaRef("Members"), { members: [example], schema: "/v2/schemas/members" }),
      },
    },
    errors: { 400: noBody, 403: notShared, 404: noImage },
  },
  createMember: {
    tag: "members",
    details:
      "The project sees the image at once; it is in the project's list when the project has accepted it.",
    body: { required: true, content: json(schemaRef("NewMember"), { member: example.member_id }) },
    answers: member,
    errors: {
      400: 'No JSON object like `{"member": "<project id>"}`, or the id is empty or longer than 255 bytes',
      403: notShared,
      404: noImage,
      409: `It is a member already. Or: ${changed}`,
      413: "Above the quota of members, or the body has more than 512 KiB",
    },
  },
  showMember: { tag: "members", answers: member, errors: { 400: noBody, 404: noMember } },
  updateMember: {
    tag: "members",
    details: "For the project itself and admins; the image's owner may not answer.",
    body: { required: true, content: json(schemaRef("MemberAnswer"), { status: "accepted" }) },
    answers: member,
    errors: {
      400: "No JSON object with a status that there is",
      403: notShared,
      404: noMember,
      409: changed,
      413: "The body has more than 512 KiB",
    },
  },
  deleteMember: {
    tag: "members",
    details: "The project sees nothing of the image any more when this is answered.",
    answers: emptyAnswer,
    errors: { 400: noBody, 403: notShared, 404: noMember, 409: changed },
  },
} as const satisfies Partial<Record<OperationName, Description>>;
