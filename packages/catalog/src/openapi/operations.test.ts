import { describe, expect, test } from "vitest"
import { readOperations, serverPath } from "./operations.ts"

const documentOf = (paths: unknown, more: object = {}) => ({ openapi: "3.1.0", paths, ...more })
/** Each declared place as `METHOD /path id`, or as what is wrong with it. */
const read = (paths: unknown, more: object = {}) =>
  readOperations(documentOf(paths, more), "api").map((one) =>
    "fault" in one
      ? `${one.where}: ${one.fault}`
      : [one.operation.method, one.operation.path, one.operation.id, one.operation.isOpen ? "open" : ""]
          .join(" ")
          .trim(),
  )

describe("operations", () => {
  test("are those of the seven methods, in the document's order; other fields are none", () => {
    const item = {
      summary: "",
      description: "",
      servers: [],
      parameters: [],
      "x-a": {},
      put: {},
      get: { operationId: "a" },
    }
    expect(
      read({
        "/b": item,
        "x-c": { get: {} },
        "/a": { head: {}, post: {}, patch: {}, delete: {}, options: {} },
      }),
    ).toEqual(["PUT /b", "GET /b a", "HEAD /a", "POST /a", "PATCH /a", "DELETE /a", "OPTIONS /a"])
  })

  test("have an id only where it is text", () => {
    expect(read({ "/a": { get: { operationId: 7 }, put: { operationId: null } } })).toEqual([
      "GET /a",
      "PUT /a",
    ])
  })

  test("are open where they ask for no security themselves", () => {
    const paths = {
      "/a": { get: { security: [] }, put: { security: [{}] }, post: { security: [{ key: [] }, {}] } },
      "/b": { get: { security: [{ key: [] }] }, put: {}, post: { security: "none" } },
    }
    expect(read(paths, { security: [] })).toEqual([
      "GET /a  open",
      "PUT /a  open",
      "POST /a  open",
      "GET /b",
      "PUT /b",
      "POST /b",
    ])
  })

  test("of API Gateway's any method are ANY, or all methods that are not spelled out", () => {
    const any = { "x-amazon-apigateway-any-method": { operationId: "all" } }
    expect(read({ "/a": any, "/b": { get: {}, put: {}, post: {}, delete: {}, head: {}, ...any } })).toEqual([
      "ANY /a all",
      "GET /b",
      "PUT /b",
      "POST /b",
      "DELETE /b",
      "HEAD /b",
      "PATCH /b",
      "OPTIONS /b",
    ])
  })

  test("may stand elsewhere in the document", () => {
    const components = {
      pathItems: { a: { get: {} }, b: { $ref: "#/components/pathItems/a", put: {} }, "c/~": { post: {} } },
    }
    const paths = {
      "/a": { $ref: "#/components/pathItems/a", summary: "beside it" },
      "/b": { $ref: "#/components/pathItems/b" },
      "/c": { $ref: "#/components/pathItems/c~1~0" },
      "/d": { $ref: "#/paths/~1%61" },
    }
    expect(read(paths, { components })).toEqual(["GET /a", "GET /b", "PUT /b", "POST /c", "GET /d"])
  })
})

describe("what is no operation says where it is and why:", () => {
  test.each<[string, unknown, string]>([
    [
      "TRACE",
      { trace: { operationId: "t" } },
      "`TRACE /a` (`t`): no route has the method TRACE: expected one of GET HEAD",
    ],
    [
      "a method in capitals",
      { GET: {} },
      "`GET /a`: field `GET`: expected one of get head post put patch delete options",
    ],
    ["a method of a later version", { query: {} }, "`QUERY /a`: field `query`: expected one of get"],
    ["the field ANY", { any: {} }, "`ANY /a`: field `any`: expected one of get"],
    [
      "a merge key",
      { "<<": { get: {} } },
      "`<< /a`: merge key `<<`: expected the path item's fields spelled out",
    ],
    ["a field that breaks lines", { "g\net": {} }, "`G\\u{a}ET /a`: field `g\\u{a}et`"],
    [
      "an operation that is nothing",
      { get: null },
      "`GET /a`: expected an object that describes the operation",
    ],
    ["an operation that is text", { get: "x" }, "`GET /a`: expected an object"],
    ["an operation that is a list", { get: [] }, "`GET /a`: expected an object"],
    [
      "API Gateway's default route",
      { "x-amazon-apigateway-any-method": { isDefaultRoute: true } },
      "`ANY /a`: API Gateway's default route",
    ],
    ["a path item that is nothing", null, "`/a`: expected a path item"],
    ["a path item that is a list", [], "`/a`: expected a path item"],
    [
      "a file's reference",
      { $ref: "./users.yaml#/a" },
      "`/a`: external reference `./users.yaml#/a`: expected one document: bundle it first",
    ],
    [
      "a URL's reference",
      { $ref: "https://example.com/a.yaml" },
      "`/a`: external reference `https://example.com/a.yaml`",
    ],
    [
      "a reference to nowhere",
      { $ref: "#/components/pathItems/x" },
      "`/a`: `$ref` `#/components/pathItems/x`: expected a place in this document",
    ],
    [
      "a reference to what all objects have",
      { $ref: "#/constructor" },
      "`/a`: `$ref` `#/constructor`: expected a place",
    ],
    ["a reference without a slash", { $ref: "#a" }, "`/a`: `$ref` `#a`: expected a place in this document"],
    ["a reference to text", { $ref: "#/openapi" }, "`/a`: expected a path item"],
    ["a reference that is no text", { $ref: {} }, "`/a`: `$ref`: expected text such as"],
    ["a reference to itself", { $ref: "#/paths/~1a" }, "`/a`: `$ref` leads back to itself"],
    ["a reference with a broken escape", { $ref: "#/%zz" }, "`/a`: `$ref` `#/%zz`: expected a place"],
    [
      "a field on both sides of a reference",
      { $ref: "#/components/get", get: {} },
      "`/a`: field `get` stands beside `$ref` and behind it",
    ],
  ])("%s", (_, item, message) => {
    const [only, ...rest] = read({ "/a": item }, { components: { get: { get: {} } } })
    expect(only?.startsWith(message), only).toBe(true)
    expect(rest).toEqual([])
  })
})

describe("a document is refused", () => {
  test.each<[string, unknown, string]>([
    ["that is text", "hello", "api: expected an object with `openapi` and `paths`"],
    ["that is nothing", null, "api: expected an object"],
    ["that is a list", [], "api: expected an object"],
    [
      "of Swagger",
      { swagger: "2.0", paths: {} },
      "api: Swagger `2.0`: expected OpenAPI 3.0 or 3.1: convert it first",
    ],
    [
      "without a version",
      { paths: {} },
      "api: `openapi` is `undefined`: expected `3.0.x` or `3.1.x`, as text",
    ],
    ["whose version is a number", { openapi: 3.1, paths: {} }, "api: `openapi` is `3.1`: expected"],
    ["of version 3.2", { openapi: "3.2.0", paths: {} }, "api: `openapi` is `3.2.0`"],
    ["of version 3.10", { openapi: "3.10.0", paths: {} }, "api: `openapi` is `3.10.0`"],
    ["without paths", { openapi: "3.1.0", webhooks: {} }, "api: `paths`: expected an object of path items"],
    ["whose paths are a list", { openapi: "3.0.0", paths: [] }, "api: `paths`: expected an object"],
  ])("%s", (_, document, message) => {
    expect(() => readOperations(document, "api")).toThrow(
      expect.objectContaining({ code: "malformed_input" }),
    )
    expect(() => readOperations(document, "api")).toThrow(message)
  })

  test.each(["3.0.0", "3.0.3", "3.1.1", "3.1", "3.1.0-rc1"])("but not one of version %s", (openapi) => {
    expect(readOperations({ openapi, paths: {} }, "api")).toEqual([])
  })
})

test.each<[unknown, string]>([
  ["https://api.example.com/v1", "/v1"],
  ["https://api.example.com/v1/", "/v1"],
  ["//api.example.com/a/b", "/a/b"],
  ["/v2", "/v2"],
  ["https://api.example.com", ""],
  ["https://api.example.com/", ""],
  ["{scheme}://api.example.com/v3", "/v3"],
  ["https://api.example.com/{version}", ""],
  ["v1", ""],
  ["", ""],
  [7, ""],
])("the path of server %j is %j", (url, path) => {
  expect(serverPath({ servers: [{ url }] })).toBe(path)
})

test.each([[undefined], [{}], [{ servers: {} }], [{ servers: [] }], [{ servers: [null] }], [[]]])(
  "%j has no server's path",
  (document) => {
    expect(serverPath(document)).toBe("")
  },
)
