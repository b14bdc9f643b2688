/** A scripted REST API that keeps its authorizer's answers under less than it is told to. */
import type { Script, ScriptedAnswer } from "./scripted-lab.ts"

/** What answers are kept under, besides the token. */
export type Key = "method" | "path" | "resource"

type Policy = { readonly effect: "Allow" | "Deny"; readonly method: string; readonly of: string }

/**
 * Policies are as packages/authorizer/src/policy.ts writes them: they name one method, and one path or one resource, and
 * another request they refuse by their silence.
 */
export function keepingDoor(names: "path" | "resource", keys: readonly Key[]): Script {
  const kept = new Map<string, Policy>()
  return {
    env: { CACHED_BY: names },
    door: ({ method = "", url = "", headers }) => {
      const path = url.replace(/^\/stage/, "")
      const request = { method, path, resource: resourceOf(path) }
      // The authorizer cannot know what other paths of the resource are: a bad one is an error, which nobody keeps.
      if (names === "resource" && path.includes("%2F")) return { status: 401 }
      const key = JSON.stringify([headers.authorization, ...keys.map((each) => request[each])])
      const policy = kept.get(key) ?? decide(request, names)
      kept.set(key, policy)
      const isNamed = policy.method === method && policy.of === request[names]
      return isNamed && policy.effect === "Allow" ? served(path) : { status: 403, body: "{}" }
    },
  }
}

function resourceOf(path: string): string {
  return path.includes("/files/") ? "/api/devices/{id}/files/{path+}" : path
}

/** By someone who may read files, and what everybody may who is signed in. */
function decide(
  request: { readonly method: string; readonly path: string; readonly resource: string },
  names: "path" | "resource",
): Policy {
  const { method, path } = request
  const isHeld = path === "/api/me" || (path.includes("/files/") && !path.includes("%2F"))
  return { effect: method === "GET" && isHeld ? "Allow" : "Deny", method, of: request[names] }
}

function served(path: string): ScriptedAnswer {
  const headers = [["x-content-type-options", "nosniff"]] as const
  return path === "/api/me"
    ? { status: 200, headers, body: "{}" }
    : { status: 404, headers, body: JSON.stringify({ code: "not_found" }) }
}
