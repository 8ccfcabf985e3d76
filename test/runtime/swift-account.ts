import { tempauthLogin } from "../contract/images/swift-under-test.ts";

/** What a test sees of an account of Swift (test/reference/stack/swift-up.sh), past the service. */
export async function swiftAccount(url: string) {
  const login = await tempauthLogin(url);
  const account = await login.account();
  const call = async (method: string, path: string, headers: Readonly<Record<string, string>> = {}) => {
    const answer = await fetch(`${account}${path}`, {
      method,
      headers: { "X-Auth-Token": await login.token(), ...headers },
    });
    return { status: answer.status, text: await answer.text(), headers: answer.headers };
  };
  const lines = async (path: string): Promise<string[]> =>
    (await call("GET", path)).text.split("\n").filter(Boolean);
  return {
    call,
    /** Names of the objects of a container; none where it is not there. */
    objects: async (container: string) =>
      (await call("HEAD", `/${container}`)).status === 404 ? [] : lines(`/${container}`),
    /** Names of the containers of uploads beside it. */
    uploads: (container: string) => lines(`?prefix=${container}.`),
  };
}
