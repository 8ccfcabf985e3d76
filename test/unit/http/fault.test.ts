import { describe, expect, test } from "vitest";
import { BadRequest, TooLarge, Unauthorized } from "../../../shared/errors.ts";
import { glanceFault } from "../../../shared/http/fault.ts";

const asked = (accept?: string) => ({
  headers: new Map(accept === undefined ? [] : [["accept", accept]]),
  publicUrl: "https://glance.example",
});

describe("an error's body", () => {
  test("is Glance's JSON for who names it: the code is a text with the title", () => {
    expect(glanceFault(new TooLarge("too much"), asked("application/json"))).toEqual({
      status: 413,
      headers: { "Content-Type": "application/json" },
      body: {
        message: expect.stringMatching(/^too much<br \/><br \/>\n/),
        code: "413 Request Entity Too Large",
        title: "Request Entity Too Large",
      },
    });
  });

  test.each([undefined, "", "*/*", "text/plain", "text/html"])(
    "is several lines of HTML for %s",
    (accept) => {
      const { headers, body } = glanceFault(new BadRequest('<b> & "x"'), asked(accept));
      expect(headers).toEqual({ "Content-Type": "text/html; charset=UTF-8" });
      expect(String(body).split("\n").length).toBeGreaterThan(5);
      expect(body).toContain("<h1>400 Bad Request</h1>");
      expect(body).toContain("&#60;b&#62; &#38; &#34;x&#34;");
    },
  );

  test("of a 401 comes with where to log in", () => {
    expect(glanceFault(new Unauthorized(), asked()).headers).toMatchObject({
      "WWW-Authenticate": 'Keystone uri="https://glance.example/v3"',
    });
  });
});
