/**
 * Takes the place of the SDK's chain of credential providers in the functions' bundles. Lambda hands a function its
 * role's credentials in the environment, where that chain looks first; the rest of it (profiles, SSO, instance
 * metadata with three more clients) makes a bundle 112 kB larger.
 */
export const defaultProvider = () => async () => {
  const {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  } = process.env;
  if (!accessKeyId || !secretAccessKey) throw new Error("no AWS credentials in the environment");
  return { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) };
};
