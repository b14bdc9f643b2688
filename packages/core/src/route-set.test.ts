import { describe, expect, test } from "vitest"
import { addRoute, hasRoute, removeRoute, routeIds, routeSet } from "./route-set.ts"

describe("a set of routes", () => {
  test("holds what was put in, and nothing else, over the edges of words", () => {
    for (const horizon of [1, 31, 32, 33, 64, 100]) {
      const set = routeSet(horizon)
      for (let id = 0; id < horizon; id++) {
        addRoute(set, id)
        expect(routeIds(set)).toEqual([id])
        removeRoute(set, id)
        expect(routeIds(set)).toEqual([])
      }
    }
  })

  test("holds nothing outside of its horizon", () => {
    const set = routeSet(3, [0, 2])
    for (const id of [-1, 1, 3, 31, 32, 33, 64, 1e9]) expect([id, hasRoute(set, id)]).toEqual([id, false])
  })

  test("lists its ids in order, each once", () => {
    expect(routeIds(routeSet(70, [69, 0, 31, 32, 0]))).toEqual([0, 31, 32, 69])
  })
})
