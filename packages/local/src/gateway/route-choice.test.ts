import { ClaimgateError } from "@claimgate/core"
import { describe, expect, it } from "vitest"
import { chooseForHttpApi, chooseForRestApi } from "./route-choice.ts"

const keyed = (keys: readonly string[]) => keys.map((routeKey) => ({ routeKey }))

describe("an HTTP API's choice", () => {
  // The example of AWS's own documentation, in an order that would mislead whoever goes by order.
  const documented = chooseForHttpApi(
    keyed(["$default", "ANY /{proxy+}", "GET /pets/{proxy+}", "GET /pets/dog/{id}", "GET /pets/dog/1"]),
  )
  it.each([
    ["GET", "/pets/dog/1", "GET /pets/dog/1", {}],
    ["GET", "/pets/dog/2", "GET /pets/dog/{id}", { id: "2" }],
    ["GET", "/pets/cat/1", "GET /pets/{proxy+}", { proxy: "cat/1" }],
    ["POST", "/test/5", "ANY /{proxy+}", { proxy: "test/5" }],
  ])("is documented for %s %s: %s", (method, path, routeKey, parameters) => {
    expect(documented(method, path)).toMatchObject({ route: { routeKey }, parameters })
  })

  const choose = chooseForHttpApi(
    keyed([
      "GET /",
      "ANY /users",
      "GET /users",
      "GET /users/{id}",
      "ANY /users/export",
      "GET /files/{rest+}",
      "GET /files/public/{rest+}",
      "GET /{area}/list",
    ]),
  )
  it.each([
    ["the exact method before `ANY`", "GET", "/users", "GET /users"],
    ["`ANY` for every other method", "DELETE", "/users", "ANY /users"],
    [
      "a literal before a parameter, also where only its method is `ANY`",
      "GET",
      "/users/export",
      "ANY /users/export",
    ],
    ["the longest greedy prefix", "GET", "/files/public/a", "GET /files/public/{rest+}"],
    [
      "a full match before a greedy one, though its first segment is less exact",
      "GET",
      "/files/list",
      "GET /{area}/list",
    ],
    ["the root", "GET", "/", "GET /"],
    ["an empty rest, after a slash", "GET", "/files/", "GET /files/{rest+}"],
  ])("is %s", (_, method, path, routeKey) => {
    expect(choose(method, path)?.route.routeKey).toBe(routeKey)
  })

  it.each([
    ["another method", "POST", "/users/1"],
    ["HEAD where there is GET", "HEAD", "/users/1"],
    ["a trailing slash", "GET", "/users/"],
    ["an empty segment for a parameter", "GET", "/users//"],
    ["another case", "GET", "/Users"],
    ["a greedy route without the slash", "GET", "/files"],
    ["one segment more", "GET", "/users/1/2"],
    ["one segment less", "GET", "/x"],
  ])("is nothing for %s", (_, method, path) => {
    expect(choose(method, path)).toBeUndefined()
  })

  it("is `$default` where nothing else is", () => {
    expect(chooseForHttpApi(keyed(["$default"]))("GET", "/x")).toEqual({
      route: { routeKey: "$default" },
      resourcePath: "$default",
      parameters: {},
    })
  })
})

describe("a REST API's choice", () => {
  // Measured on live REST APIs by the makers of other emulators.
  const measured = chooseForRestApi(
    keyed([
      "ANY /{proxy+}",
      "GET /jobs/{operation}",
      "GET /users/{userId}",
      "PATCH /users/me",
      "POST /roles/provision",
      "GET /roles/{roleId}",
      "GET /things/real",
      "ANY /things/{proxy+}",
      "OPTIONS /any/{proxy+}",
      "ANY /any/thing",
    ]),
  )
  it.each([
    ["a literal that has the method", "PATCH", "/users/me", "PATCH /users/me"],
    ["a parameter where the literal lacks it", "GET", "/users/me", "GET /users/{userId}"],
    ["a parameter where its sibling has other methods", "GET", "/roles/provision", "GET /roles/{roleId}"],
    ["a greedy sibling where the literal lacks it", "POST", "/things/real", "ANY /things/{proxy+}"],
    ["a greedy one far above where nothing nearer has it", "POST", "/jobs/reboot", "ANY /{proxy+}"],
    ["a greedy one for a resource without methods", "GET", "/jobs", "ANY /{proxy+}"],
    ["`ANY` on the literal before a method on the greedy one", "OPTIONS", "/any/thing", "ANY /any/thing"],
  ])("is %s", (_, method, path, routeKey) => {
    expect(measured(method, path)?.route.routeKey).toBe(routeKey)
  })

  const choose = chooseForRestApi(keyed(["GET /", "GET /a/{x+}", "GET /{y}/b", "GET /users/{id}"]))
  it("goes down the tree: a literal first, and what is greedy below it before its sibling", () => {
    expect(choose("GET", "/a/b")?.route.routeKey).toBe("GET /a/{x+}")
  })

  it.each([
    ["/users/1/", "GET /users/{id}", { id: "1" }],
    ["/a/b/", "GET /a/{x+}", { x: "b" }],
    ["/a/b//c", "GET /a/{x+}", { x: "b//c" }],
    ["/users/a%2Fb", "GET /users/{id}", { id: "a%2Fb" }],
    ["/", "GET /", {}],
  ])("takes %s without its trailing slash and with its escapes", (path, routeKey, parameters) => {
    expect(choose("GET", path)).toMatchObject({ route: { routeKey }, parameters })
  })

  it.each(["/users/", "/a", "/a/", "/%61/b/c"])(
    "has no empty parameter, and no other spelling, for %s",
    (path) => {
      expect(choose("GET", path)).toBeUndefined()
    },
  )

  it("has no empty greedy parameter at the root", () => {
    expect(chooseForRestApi(keyed(["ANY /{proxy+}"]))("GET", "/")).toBeUndefined()
  })
})

describe("routes that AWS would not take", () => {
  it.each([
    ["a method that it does not know", ["FETCH /users"]],
    ["a method in lower case", ["get /users"]],
    ["no path", ["GET"]],
    ["a path without a slash", ["GET users"]],
    ["a greedy parameter in the middle", ["GET /{rest+}/users"]],
    ["two that differ in a parameter's name only", ["GET /users/{id}", "GET /users/{name}"]],
    ["the same one twice", ["GET /users", "GET /users"]],
  ])("are refused: %s", (_, keys) => {
    expect(() => chooseForHttpApi(keyed(keys))).toThrow(ClaimgateError)
    expect(() => chooseForRestApi(keyed(keys))).toThrow(ClaimgateError)
  })

  it("are refused on a REST API: `$default`", () => {
    expect(() => chooseForRestApi(keyed(["$default"]))).toThrow("route `$default`")
  })
})
