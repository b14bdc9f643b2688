import { describe, expect, expectTypeOf, test } from "vitest"
import { type ParamsOf, paramReader } from "./params.ts"

const rows: readonly [string, string, Record<string, string>][] = [
  ["/health", "/health", {}],
  ["/api/users/{id}", "/api/users/7", { id: "7" }],
  ["/api/users/{id}", "/api/users/a%20b", { id: "a b" }],
  ["/api/users/{user.id-x}", "/api/users/7", { "user.id-x": "7" }],
  ["/a/{id}/b/{other}", "/a/1/b/2", { id: "1", other: "2" }],
  ["/files/{path+}", "/files/a", { path: "a" }],
  ["/files/{path+}", "/files/a/b%2Bc/d", { path: "a/b+c/d" }],
  ["/d/{id}/files/{path+}", "/d/7/files/x/y", { id: "7", path: "x/y" }],
  ["/u/{__proto__}", "/u/7", { ["__proto__"]: "7" }],
  ["/u/{id}", "/u/caf%C3%A9", { id: "café" }],
]
test.each(rows)("%s reads %s", (route, path, params) => {
  expect(Object.entries(paramReader(route)(path))).toEqual(Object.entries(params))
})

describe("a segment that is longer than any id", () => {
  test("is of nothing that exists", () => {
    expect(() => paramReader("/u/{id}")(`/u/${"a".repeat(257)}`)).toThrow(
      expect.objectContaining({ code: "not_found" }),
    )
  })
  test("may be part of a greedy rest", () => {
    expect(paramReader("/f/{path+}")(`/f/${"a".repeat(257)}`).path).toHaveLength(257)
  })
})

test("types follow from the route's text", () => {
  expectTypeOf<ParamsOf<"GET /health">>().toEqualTypeOf<Readonly<Record<never, string>>>()
  expectTypeOf<ParamsOf<"GET /u/{id}">>().toEqualTypeOf<{ readonly id: string }>()
  expectTypeOf<ParamsOf<"PUT /d/{id}/files/{path+}">>().toEqualTypeOf<{
    readonly id: string
    readonly path: string
  }>()
})
