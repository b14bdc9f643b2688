import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { createWorld, fill, type RunOptions, token, type World } from "../test/world.ts"

let world: World
beforeEach(async () => {
  world = await createWorld()
  await fill(world.store)
})
afterEach(() => world.remove())

interface Row {
  readonly says: string
  readonly args: string
  readonly code: number
  readonly out?: string | RegExp
  readonly err?: string | RegExp
  readonly options?: RunOptions
}

const holding = (part: string | RegExp) =>
  typeof part === "string" ? expect.stringContaining(part) : expect.stringMatching(part)

async function expectRow({ args, code, out = "", err = "", options }: Row) {
  const ran = await world.run(args.split(" "), options)
  expect(ran).toEqual({ code, out: holding(out), err: holding(err) })
  expect(ran.out + ran.err).not.toContain(token)
}

describe("what is asked for, is answered, with code 0:", () => {
  const rows: readonly Row[] = [
    { says: "members", args: "members --stage local", code: 0, out: /ann +admin/ },
    {
      says: "members list",
      args: "--stage local members list",
      code: 0,
      out: /ben +reader +version 1/,
      err: "stage local",
    },
    {
      says: "members as JSON",
      args: "members list --stage local --json",
      code: 0,
      out: '"subject": "ben"',
      err: "stage local",
    },
    {
      says: "one member, with what it comes to",
      args: "members show cleo --stage local",
      code: 0,
      out: /holds\n {2}POST:\/api\/reports\n {2}GET:\/api\/reports|holds\n/,
    },
    {
      says: "a grant",
      args: "grant ben editor GET:/api/devices --stage local",
      code: 0,
      out: /grant: done\n.*ben\nroles +editor, reader/,
    },
    {
      says: "a member that is enabled",
      args: "members enable ben --stage local",
      code: 0,
      out: "enable: done",
    },
    { says: "a sign-out", args: "members sign-out ben --stage local", code: 0, out: "sign-out: done" },
    { says: "roles", args: "roles list --stage local", code: 0, out: /reader +2 permissions +version 1/ },
    { says: "one role", args: "roles show editor --stage local", code: 0, out: "POST:/api/reports" },
    { says: "the audit", args: "audit --stage local", code: 0, out: /test +put +member ben +seed/ },
    {
      says: "the audit of one subject",
      args: "audit --subject ben --stage local",
      code: 0,
      out: /^[^\n]*member ben[^\n]*\n$/,
    },
    {
      says: "an explanation",
      args: "explain ben GET /api/reports --stage local",
      code: 0,
      out: "store     allows",
    },
    {
      says: "an explanation of a refusal",
      args: "explain ben delete /api/users/1 --stage local --json",
      code: 0,
      out: '"allowed": false',
    },
    {
      says: "an export",
      args: "export --stage local",
      code: 0,
      out: '{"userId":"ben","role":"reader","permissions":[]}\n{"userId":"cleo","roles":["editor","reader"]',
    },
    { says: "the catalog, without a stage", args: "catalog", code: 0, out: /^release \S{5}\n/ },
    { says: "the schema of roles.yaml, without a stage", args: "roles schema", code: 0, out: "draft-07" },
    { says: "help", args: "--help", code: 0, out: "Usage: claimgate" },
    {
      says: "help of a command, with the flags of all",
      args: "roles apply --help",
      code: 0,
      out: /--prune[\s\S]*--stage/,
    },
  ]
  test.each(rows)("$says: claimgate $args", expectRow)
})

describe("what is refused, is not there or changed meanwhile, is code 1:", () => {
  const rows: readonly Row[] = [
    {
      says: "a member that is not there",
      args: "members show nobody --stage local",
      code: 1,
      err: "member `nobody`: there is none",
    },
    {
      says: "a role that is not there",
      args: "roles show nobody --stage local",
      code: 1,
      err: "there is none",
    },
    {
      says: "a role that cannot be granted",
      args: "grant ben nobody --stage local",
      code: 1,
      err: "role `nobody`",
    },
    {
      says: "a permission that covers nothing",
      args: "grant ben GET:/nowhere --stage local",
      code: 1,
      err: "covers no route",
    },
    {
      says: "the last administrator",
      args: "members disable ann --stage local --yes",
      code: 1,
      err: /administrator|own_grants/,
    },
  ]
  test.each(rows)("$says: claimgate $args", expectRow)
})

describe("what cannot be meant, is code 2, and asks nobody:", () => {
  const rows: readonly Row[] = [
    { says: "no command", args: "--json", code: 2, err: "Usage" },
    { says: "an unknown command", args: "frobnicate", code: 2, err: "unknown command" },
    { says: "an unknown flag", args: "members --force", code: 2, err: "unknown option" },
    { says: "no subject", args: "members show", code: 2, err: "missing required argument" },
    { says: "no stage", args: "members list", code: 2, err: "--stage: expected the stage" },
    {
      says: "a grant of nothing",
      args: "grant ben --stage local",
      code: 2,
      err: "missing required argument",
    },
    { says: "a stage without its shell", args: "members --stage dev", code: 2, err: "SST_RESOURCE_App" },
    { says: "nobody who asks", args: "members --stage local", code: 2, err: "--as", options: { env: {} } },
    {
      says: "a password and nobody to ask for it",
      args: "members --stage local --as a@b.c",
      code: 2,
      err: "CLAIMGATE_PASSWORD",
      options: { env: {} },
    },
    {
      says: "a revoke and nobody to ask",
      args: "revoke ben reader --stage local",
      code: 2,
      err: "expected --yes",
    },
    {
      says: "a method that is none",
      args: "explain ben FETCH /x --stage local",
      code: 2,
      err: "method `FETCH`",
    },
    { says: "a path that is none", args: "explain ben GET x --stage local", code: 2, err: "path `x`" },
    { says: "a month that is none", args: "audit --month 2026-13 --stage local", code: 2, err: "--month" },
    { says: "a limit that is none", args: "audit --limit 0 --stage local", code: 2, err: "--limit" },
    {
      says: "filters that contradict",
      args: "audit --role a --subject b --stage local",
      code: 2,
      err: "expected one of them",
    },
    {
      says: "an import of a file that is not there",
      args: "import members.jsonl --stage local --yes",
      code: 2,
      err: "members.jsonl",
    },
    {
      says: "a file that is not there",
      args: "roles check --file nowhere.yaml",
      code: 2,
      err: "nowhere.yaml",
    },
    { says: "what is no token", args: "decode nonsense", code: 2, err: "expected a JWT" },
  ]
  test.each(rows)("$says: claimgate $args", async (row) => {
    const before = world.api.sent.length
    await expectRow(row)
    const writes = world.api.sent.slice(before).filter(({ method }) => method !== "GET")
    expect(writes).toEqual([])
  })
})

describe("what does not answer, is code 3:", () => {
  const answering = (status: number, body: unknown): RunOptions => ({
    fetch: async () => Response.json(body, { status }),
  })
  const rows: readonly Row[] = [
    {
      says: "an API that is not there",
      args: "grant ben editor --stage local",
      code: 3,
      err: "no answer",
      options: { fetch: () => Promise.reject(new Error("refused")) },
    },
    {
      says: "one whose store is down",
      args: "roles list --stage local",
      code: 3,
      err: "503: the store does not answer",
      options: answering(503, { detail: "the store does not answer" }),
    },
    {
      says: "one of another version",
      args: "roles list --stage local",
      code: 3,
      err: "another one",
      options: answering(200, { roles: [] }),
    },
    {
      says: "an explanation of another version",
      args: "explain ben GET /x --stage local",
      code: 3,
      err: "another one",
      options: answering(200, { answer: 42 }),
    },
    {
      says: "a table that is not there",
      args: "members --stage local --break-glass",
      code: 3,
      err: /dependency|store|DynamoDB/i,
    },
  ]
  test.each(rows)("$says: claimgate $args", { timeout: 30_000 }, expectRow)
})

describe("what the admin API answers, becomes", () => {
  test.each([
    [400, "malformed_input", 2],
    [400, "uncovered_permission", 1],
    [400, "claim_too_large", 1],
    [401, "unauthenticated", 1],
    [403, "forbidden", 1],
    [404, "not_found", 1],
    [409, "conflict", 1],
    [500, "internal", 3],
  ])("%i %s: exit code %i, with its words and its reason", async (status, code, expected) => {
    const detail = "words of the API"
    const fetch = async () => Response.json({ code, detail, reason: "not_held" }, { status })
    const ran = await world.run(["grant", "ben", "editor", "--stage", "local"], { fetch })
    expect(ran).toMatchObject({
      code: expected,
      out: "",
      err: expect.stringContaining(`${status}: ${detail} (not_held)`),
    })
  })
})

describe("what takes away, shows what it would change and asks:", () => {
  const rows = [
    ["revoke ben reader", "- GET:/api/reports", "Revoke from ben on stage local?"],
    ["members disable cleo", "- *:/api/reports", "Disable cleo on stage local?"],
    ["members delete cleo", "- *:/api/reports", "Delete cleo, for good on stage local?"],
  ] as const
  test.each(rows)("%s", async (args, shown, asked) => {
    const command = [...args.split(" "), "--stage", "local"]
    for (const answer of ["n\n", "\n", "yess\n", "", "\u0003", "\u0004"]) {
      const ran = await world.run(command, { answer })
      expect(ran).toMatchObject({ code: 4, out: "" })
      expect(ran.err).toContain(shown)
      expect(ran.err).toContain(asked)
      expect(ran.err).toContain("not confirmed: nothing was changed")
    }
    expect(world.api.sent.filter(({ method }) => method !== "GET")).toEqual([])
    expect(await world.run(command, { answer: "y\n" })).toMatchObject({ code: 0 })
  })

  test("with --yes nobody is asked, and what would change is still shown", async () => {
    const ran = await world.run(["revoke", "ben", "reader", "--stage", "local", "--yes"])
    expect(ran).toMatchObject({ code: 0, err: expect.stringContaining("- GET:/api/reports") })
    expect((await world.store.load("ben")).member?.roles).toEqual([])
  })

  test("what was shown is what is changed: a change in between is a conflict", async () => {
    const { member } = await world.store.load("ben")
    const fetch: typeof globalThis.fetch = async (input, init) => {
      if (init?.method === "POST")
        expect(JSON.parse(String(init.body))).toMatchObject({ version: member?.version })
      return world.api.fetch(input, init)
    }
    expect(
      await world.run(["revoke", "ben", "reader", "--stage", "local", "--yes"], { fetch }),
    ).toMatchObject({ code: 0 })
  })

  test("an exception that is revoked gives back what it took", async () => {
    const ran = await world.run(["revoke", "cleo", "!GET:/api/users", "--stage", "local", "--yes"])
    expect(ran).toMatchObject({ code: 0, err: expect.stringContaining("+ GET:/api/users") })
  })
})

describe("the admin API is called", () => {
  test("with the token, and with a key that a repetition keeps", async () => {
    const keys: (string | null)[] = []
    const fetch: typeof globalThis.fetch = async (input, init) => {
      keys.push(new Headers(init?.headers).get("idempotency-key"))
      return keys.length === 1 ? new Response("", { status: 502 }) : world.api.fetch(input, init)
    }
    expect(await world.run(["grant", "ben", "editor", "--stage", "local"], { fetch })).toMatchObject({
      code: 0,
    })
    expect(keys).toEqual([expect.stringMatching(/^[\w-]{1,128}$/), keys[0]])
    expect(world.api.sent.at(-1)?.headers.get("authorization")).toBe(`Bearer ${token}`)
  })

  test("page after page", async () => {
    const page = (subject: string, cursor?: string) => ({
      items: [{ subject, roles: [], permissions: [], disabled: false, version: 1 }],
      ...(cursor === undefined ? {} : { cursor }),
    })
    const fetch = async (input: unknown) =>
      Response.json(
        new URL(String(input)).searchParams.get("cursor") === "more" ? page("b") : page("a", "more"),
      )
    const { out } = await world.run(["members", "--stage", "local", "--json"], { fetch })
    expect(JSON.parse(out)).toMatchObject([{ subject: "a" }, { subject: "b" }])
  })
})

describe("roles as code", () => {
  const file = (permissions: string) =>
    `roles:\n  reader: { permissions: [${permissions}] }\n  new: { permissions: ["POST:/api/reports"] }\n`

  test("diff says who gains and loses which routes, with code 1 while there is anything", async () => {
    await world.write("roles.yaml", file("GET:/api/reports, GET:/api/devices"))
    const ran = await world.run(["roles", "diff", "--stage", "local"])
    expect(ran.code).toBe(1)
    expect(ran.out).toBe(
      "create new\n  + POST:/api/reports\nchange reader\n  + GET:/api/devices\n  - GET:/api/users\n",
    )
  })

  test("apply shows that, asks, and then there is no difference", async () => {
    await world.write("roles.yaml", file("GET:/api/devices"))
    const apply = ["roles", "apply", "--stage", "local"]
    expect(await world.run(apply, { answer: "no\n" })).toMatchObject({
      code: 4,
      err: expect.stringContaining("Change 2 roles on stage local?"),
    })
    expect(await world.run(apply, { answer: "yes\n" })).toMatchObject({ code: 0, out: "2 roles changed\n" })
    expect(await world.run(["roles", "diff", "--stage", "local"])).toMatchObject({ code: 0 })
    expect(await world.run(apply)).toMatchObject({ code: 0, out: "0 roles changed\n" })
  })

  test("apply leaves roles that are not in the file, but for --prune; and brings a deleted one back", async () => {
    await world.write("roles.yaml", "roles:\n  reader: { permissions: [GET:/api/users, GET:/api/reports] }\n")
    const apply = ["roles", "apply", "--stage", "local", "--yes"]
    expect(await world.run([...apply])).toMatchObject({ out: "0 roles changed\n" })
    expect(await world.run([...apply, "--prune"])).toMatchObject({ code: 0, out: "1 role changed\n" })
    expect(await world.store.readRole("editor")).toMatchObject({ deleted: true, version: 2 })
    await world.write("roles.yaml", "roles:\n  editor: { permissions: [GET:/api/users] }\n")
    expect(await world.run(apply)).toMatchObject({ code: 0, out: "1 role changed\n" })
    expect(await world.store.readRole("editor")).toMatchObject({ deleted: false, version: 3 })
  })
})

describe("hostile text cannot steer the terminal", () => {
  const evil = "ben\u001b[2J\u001b[31mroot\u009b1m\n\u202eadmin\u2028x"
  const steering = /[^\P{C}\n]|[\p{Zl}\p{Zp}]/u
  const member = { subject: evil, roles: [evil], permissions: [evil], disabled: false, version: 1 }
  const audit = {
    at: evil,
    actor: evil,
    door: evil,
    action: evil,
    outcome: "refused",
    kind: evil,
    name: evil,
    because: evil,
  }
  const rows = [
    ["members list", { items: [member] }],
    ["roles list", { items: [{ name: evil, permissions: [evil], version: 1 }] }],
    ["roles show x", { name: evil, permissions: [evil], version: 1 }],
    ["audit", { items: [audit] }],
    ["grant ben editor", member],
    ["export", { items: [member] }],
  ] as const
  for (const flags of [[], ["--json"]])
    test.each(rows)(`claimgate %s ${flags.join("")}`, async (args, answer) => {
      const fetch = async () => Response.json(answer)
      const { out, err, code } = await world.run([...args.split(" "), "--stage", "local", ...flags], {
        fetch,
      })
      expect(code).toBe(0)
      expect(out).toMatch(/u\{?0*1b/)
      expect(out + err).not.toMatch(steering)
    })

  test("also not in a refusal, and not where colours are ours", async () => {
    const fetch = async () => Response.json({ detail: evil }, { status: 403 })
    const { err } = await world.run(["roles", "list", "--stage", "local"], { fetch })
    expect(err).not.toMatch(steering)
    const listed = { fetch: async () => Response.json({ items: [audit] }), colours: true }
    const { out } = await world.run(["audit", "--stage", "local"], listed)
    expect(out.replaceAll("\u001b[31m", "").replaceAll("\u001b[0m", "")).not.toMatch(steering)
    expect(out.split("\u001b[31m")).toHaveLength(2)
  })

  test("JSON stays what it is", async () => {
    const fetch = async () => Response.json({ items: [member] })
    const { out } = await world.run(["members", "--stage", "local", "--json"], { fetch })
    expect(JSON.parse(out)).toEqual([member])
  })
})

test("there are no colours where none are wanted, and none in JSON", async () => {
  const begin = "\u001b"
  expect((await world.run(["grant", "ben", "editor", "--stage", "local"], { colours: true })).out).toContain(
    begin,
  )
  expect((await world.run(["grant", "ben", "reader", "--stage", "local"])).out).not.toContain(begin)
  const json = await world.run(["members", "--stage", "local", "--json"], { colours: true })
  expect(json.out).not.toContain(begin)
})

test("a token that was typed in the wrong place is not repeated", async () => {
  const jwt = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJiZW4ifQ.c2lnbmF0dXJl"
  for (const args of [
    [jwt],
    ["members", "show", jwt, "x"],
    ["members", "show", jwt, "--stage", "local"],
    ["roles", jwt],
  ]) {
    const ran = await world.run(args)
    expect(ran.out + ran.err).not.toContain("eyJzdWIi")
    expect(ran.code).not.toBe(0)
  }
})
