import { afterEach, beforeEach, expect, it } from "vitest";
import { checkKeystone } from "../../../infra/local/keystone-login.ts";
import { FakeKeystone } from "../../unit/identity/keystone/fake-keystone.ts";

const keystone = new FakeKeystone();
beforeEach(() => keystone.start());
afterEach(() => keystone.stop());

const check = (password = "secret", readsLimits?: true) =>
  checkKeystone({
    authUrl: keystone.url,
    timeoutSeconds: 5,
    ...(readsLimits && { readsLimits }),
    credentials: {
      username: "glance",
      password,
      projectName: "service",
      userDomainName: "Default",
      projectDomainName: "Default",
    },
  });

it("a Keystone that takes the login is fine, one that refuses it stops the start", async () => {
  await check();
  await expect(check("other")).rejects.toThrow("refuses GLANCE_KEYSTONE_USERNAME");
});

it("where limits are read, the login must be good for the system", async () => {
  await check("secret", true);
  keystone.hasSystemRole = false;
  await check();
  await expect(check("secret", true)).rejects.toThrow("role add --user glance --system all reader");
});
