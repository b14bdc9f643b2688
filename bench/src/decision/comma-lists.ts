/** What teams start from: the granted routes spelled out in the claim, and a line of code that looks through them. */
import type { Contender } from "./contender.ts"
import { createMemoirist } from "./routers.ts"

export const splitName = "comma list, split and includes"

export const commaLists: readonly Contender[] = [
  {
    name: splitName,
    build:
      ({ comma }) =>
      (method, path) =>
        comma.split(",").includes(`${method}:${path}`),
  },
  {
    name: "comma list, prefix loop",
    build:
      ({ comma }) =>
      (method, path) => {
        const asked = `${method}:${path}`
        for (const entry of comma.split(",")) {
          const parameter = entry.indexOf("{")
          if (parameter < 0 ? asked === entry : asked.startsWith(entry.slice(0, parameter))) return true
        }
        return false
      },
  },
  {
    name: "memoirist, comma list",
    build(held) {
      const lookup = createMemoirist(held)
      const names = held.catalog.routes.map((route) => `${route.method}:${route.path}`)
      return (method, path) => {
        const id = lookup(method, path)
        return id !== undefined && held.comma.split(",").includes(names[id] ?? "")
      }
    },
  },
]
