import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { readItems } from "../../../aws/read-items.ts";
import type { Image } from "../../domain/image.ts";
import type { ImageListing, ListScope } from "../../ports/image-store.ts";
import { memberKey } from "./keys.ts";
import { isIn, placedBehind } from "./listing-places.ts";
import { readImagesById } from "./read-images.ts";

type MemberScope = Extract<ListScope, { kind: "member" }>;

const ID_LENGTH = 36;

/** The images of these ids that are in the listing's scopes, in its order, without a look at any index. */
export async function imagesById(
  client: DynamoDBDocumentClient,
  tableName: string,
  ids: readonly string[],
  listing: ImageListing,
): Promise<Image[]> {
  const wanted = [...new Set(ids)].filter((id) => id.length === ID_LENGTH);
  const images = [...(await readImagesById(client, tableName, wanted)).values()];
  const memberScopes = listing.scopes.filter((scope): scope is MemberScope => scope.kind === "member");
  const indexed = listing.scopes.filter(({ kind }) => kind !== "member");
  const isIndexed = (image: Image) => indexed.some((scope) => isIn(scope, image));

  const asked = images.filter((image) => !isIndexed(image));
  const keys = memberScopes.flatMap((scope) =>
    asked.filter((image) => isIn(scope, image)).map(({ id }) => memberKey(id, scope.project)),
  );
  const members = await readItems(client, tableName, keys);
  const isMember = ({ id }: Image) =>
    memberScopes.some(({ project, status }) =>
      members.some(
        (member) =>
          member.image_id === id &&
          member.member_id === project &&
          (status === "all" || member.status === status),
      ),
    );
  return placedBehind(
    images.filter((image) => isIndexed(image) || isMember(image)),
    listing,
  );
}
