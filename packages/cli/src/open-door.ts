/** The two doors of a stage's administration, wired. */
import { explain } from "@claimgate/admin"
import { catalog, routes } from "@claimgate/catalog"
import { type AdminApi, createAdminApi } from "./api.ts"
import { askPassword } from "./confirm.ts"
import type { Direct } from "./direct.ts"
import type { AdminDoor } from "./door.ts"
import { createApiDoor } from "./door-api.ts"
import { createDirectDoor } from "./door-direct.ts"
import { explained } from "./explained.ts"
import { endSessions, findToken } from "./session.ts"
import type { Setting } from "./setting.ts"
import type { Target } from "./target.ts"

/** The admin API, called with the token of whoever `--as` or `CLAIMGATE_TOKEN` says. */
export async function openApi(
  target: Target,
  email: string | undefined,
  { env, terminal, fetch }: Setting,
): Promise<AdminApi> {
  const token = await findToken(target, {
    email,
    token: env.CLAIMGATE_TOKEN,
    askPassword: async (question) => env.CLAIMGATE_PASSWORD ?? askPassword(question, terminal),
  })
  return createAdminApi({ url: target.api, token, fetch })
}

/** The admin API as a door. */
export function openApiDoor(api: AdminApi): AdminDoor {
  return createApiDoor(api, explained)
}

/** The table, past the admin API. */
export function openDirectDoor(target: Target, direct: Direct, { now, env }: Setting): AdminDoor {
  return createDirectDoor({
    ...direct,
    catalog,
    now,
    // As the trigger reads it: what is too long for the stage's claims is refused here too.
    form: env.CLAIM_FORM === "plain" ? "plain" : "packed",
    endSessions: (subject) => endSessions(target, subject),
    async explain(subject, method, path) {
      const record = await direct.store.load(subject)
      return explained(explain({ catalog, routes, record, method, path, now: now() }))
    },
  })
}
