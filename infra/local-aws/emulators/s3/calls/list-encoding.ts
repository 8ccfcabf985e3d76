import { awsEncode } from "../../../iam/sigv4-canonical.ts";
import { invalidArgument, type S3Call } from "../call.ts";

/** How keys are written in a list: as they are, or URL-encoded when `encoding-type=url` asks for it. */
export function listEncoding({ query }: S3Call): (key: string) => string {
  const type = query.get("encoding-type");
  if (type === undefined) return (key) => key;
  if (type !== "url")
    throw invalidArgument("Invalid Encoding Method specified in Request", "encoding-type", type);
  return (key) => awsEncode(key).replaceAll("%2F", "/");
}
