/** What runs in the browser: a front end with one client, which the test presses the buttons of. */
import { catalog, type routes } from "@claimgate/catalog"
import { type Client, createCan, createClient, type RouteOf } from "../src/index.ts"

export interface FrontEnd {
  /** Signs in. `ahead` is by how many milliseconds the clock of the page is ahead of the machine's. */
  open(baseUrl: string, token: string, ahead: number): void
  call(method: string, path: string): Promise<Outcome>
  /** Whether the button would be shown. */
  shows(route: RouteOf<typeof routes>): boolean
  refreshes(): number
}

export interface Outcome {
  /** The status, or the name of what `fetch` rejected with. */
  readonly came: number | string
  /** `x-claimgate-refresh`, as far as the page may read it. */
  readonly told: string | null
  readonly text: string
}

declare global {
  var frontEnd: FrontEnd
  /** Given by the test: signs in again with the refresh token. */
  var newToken: () => Promise<string>
}

const can = createCan<typeof routes>(catalog)
let client: Client
let refreshes = 0

globalThis.frontEnd = {
  open(baseUrl, first, ahead) {
    let token = first
    client = createClient({
      baseUrl,
      getToken: () => token,
      refresh: async () => {
        refreshes++
        token = await globalThis.newToken()
        return token
      },
      now: () => Date.now() + ahead,
      spread: 50,
    })
  },
  async call(method, path) {
    try {
      const response = await client.fetch(path, { method })
      const told = response.headers.get("x-claimgate-refresh")
      return { came: response.status, told, text: await response.text() }
    } catch (fault) {
      return { came: fault instanceof Error ? fault.name : "?", told: null, text: String(fault) }
    }
  },
  shows: (route) => can(client.token(), route),
  refreshes: () => refreshes,
}
