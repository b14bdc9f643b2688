/** What is wrong with declared roles, without asking anybody: permissions that cover nothing, rules that are broken. */
import {
  type Catalog,
  condense,
  decide,
  encodePath,
  expand,
  quote,
  type RouteSet,
  routeIds,
} from "@claimgate/core"
import type { DeclaredRole, RolesFile } from "./roles-file.ts"

/** One line for each finding, with file and line number; none where all is well. */
export function checkRoles(file: RolesFile, catalog: Catalog): string[] {
  return file.roles.flatMap((role) => {
    const held = expand(catalog, role.permissions)
    return [
      ...uncovered(file, catalog, role),
      ...forbidden(file, catalog, role, held),
      ...unexpected(file, catalog, role, held),
    ]
  })
}

function uncovered({ place }: RolesFile, catalog: Catalog, { name, permissions }: DeclaredRole): string[] {
  return permissions.flatMap((text, index) => {
    const covers = routeIds(expand(catalog, [text.replace(/^!/, "")])).length
    if (covers > 0) return []
    return [
      `${place(["roles", name, "permissions", index])}: permission ${quote(text)}: covers no route, expected at least one`,
    ]
  })
}

function forbidden(
  { place }: RolesFile,
  catalog: Catalog,
  { name, never }: DeclaredRole,
  held: RouteSet,
): string[] {
  return never.flatMap((text) => {
    const banned = new Set(routeIds(expand(catalog, [text])))
    const found = routeIds(held).filter((id) => banned.has(id))
    if (found.length === 0) return []
    const shown = condense(catalog, { ...held, words: wordsOf(held, found) }).slice(0, 3)
    return [
      `${place(["roles", name])}: role ${quote(name)}: holds ${shown.map(quote).join(", ")}${found.length > 3 ? " and more" : ""}, expected nothing of ${quote(text)}`,
    ]
  })
}

function wordsOf(held: RouteSet, ids: readonly number[]): Uint32Array {
  const words = new Uint32Array(held.words.length)
  for (const id of ids) words[id >>> 5] = (words[id >>> 5] ?? 0) | (1 << (id & 31))
  return words
}

function unexpected(file: RolesFile, catalog: Catalog, role: DeclaredRole, held: RouteSet): string[] {
  const wrong = (requests: readonly string[], expected: "allowed" | "refused") =>
    requests.flatMap((request, index) => {
      const [method = "", path = ""] = request.split(" ")
      const decision = decide(catalog, held, method, encodePath(path))
      if (decision.allowed === (expected === "allowed")) return []
      const found = decision.allowed ? "allowed" : `refused, ${decision.because}`
      const where = file.place(["roles", role.name, "expect", expected, index])
      return [
        `${where}: role ${quote(role.name)}: ${quote(request)}: expected it to be ${expected}, is ${found}`,
      ]
    })
  return [...wrong(role.allowed, "allowed"), ...wrong(role.refused, "refused")]
}
