import { createCatalog } from "@claimgate/core"
import { describe, expect, test } from "vitest"
import { appendRelease, parseLock } from "./lock.ts"

const first = ["GET /users", "GET /users/{id}"]
const second = ["-GET /users", "PUT /users/{id}"]
const [firstName, secondName] = createCatalog([...first, ...second], [2, 4]).releases.map(
  ({ fingerprint }) => fingerprint,
)

/** Two releases: two routes; then one retired, one added. */
const text = appendRelease(appendRelease("", first, 1, `${firstName}`), second, 2, `${secondName}`)

describe("a lock file", () => {
  test("is a comment, and log lines with the end of each release", () => {
    expect(text.split("\n").slice(2)).toEqual([
      "GET /users",
      "GET /users/{id}",
      `= release 1 ${firstName}`,
      "-GET /users",
      "PUT /users/{id}",
      `= release 2 ${secondName}`,
      "",
    ])
    expect(text).toMatch(/^# .*append-only.*\n# Never edit/)
  })

  test("gives back its log, its releases and what is live", () => {
    expect(parseLock(text, "lock")).toEqual({
      log: [...first, ...second],
      releases: [2, 4],
      live: new Map([
        ["GET /users/{}", "GET /users/{id}"],
        ["PUT /users/{}", "PUT /users/{id}"],
      ]),
    })
  })

  test.each([
    ["an absent one", ""],
    ["one of comments", "# nothing\n\n"],
  ])("%s has no release", (_, empty) => {
    expect(parseLock(empty, "lock")).toEqual({ log: [], releases: [], live: new Map() })
  })

  test("may start with a release of nothing", () => {
    const empty = appendRelease("", [], 1, "AAAAA")
    expect(parseLock(empty, "lock")).toMatchObject({ log: [], releases: [0] })
  })

  test.each([
    ["Windows line breaks", text.replaceAll("\n", "\r\n")],
    ["a byte order mark", `\uFEFF${text}`],
    ["no line break at the end", text.trimEnd()],
    ["comments and empty lines", text.replace("-GET", "\n# version two\n\n-GET")],
  ])("may have %s", (_, other) => {
    expect(parseLock(other, "lock")).toEqual(parseLock(text, "lock"))
  })

  test("takes an ANY line as seven routes", () => {
    const { fingerprint } = createCatalog(["ANY /a"]).releases[0]!
    expect(parseLock(`ANY /a\n= release 1 ${fingerprint}\n`, "lock").live.size).toBe(7)
  })
})

describe("a release is appended", () => {
  test("behind the text as it was, comments among it", () => {
    const commented = `${text}# before the relaunch\n`
    expect(appendRelease(commented, ["GET /new"], 3, "BBBBB")).toBe(
      `${commented}GET /new\n= release 3 BBBBB\n`,
    )
  })

  test("with plain line breaks throughout", () => {
    expect(appendRelease(text.replaceAll("\n", "\r\n"), ["GET /new"], 3, "BBBBB")).toBe(
      `${text}GET /new\n= release 3 BBBBB\n`,
    )
  })
})

describe("a lock file is refused, with its line:", () => {
  const noMethod = "expected `METHOD /path` with one of GET HEAD POST PUT PATCH DELETE OPTIONS ANY"
  const conflict = (marker: string) => text.replace("-GET /users\n", `-GET /users\n${marker}\n`)
  const history = "history was rewritten, or two branches' releases were joined"
  test.each<[string, string, string]>([
    ["a merge conflict", conflict("<<<<<<< HEAD"), "7: merge conflict: expected one history"],
    ["a marker without a name", conflict("======="), "7: merge conflict"],
    ["the marker of the common ancestor", conflict("||||||| 0a1b2c3"), "7: merge conflict"],
    ["the marker of the end", conflict(">>>>>>> feature"), "7: merge conflict"],
    ["text that is no route", text.replace("GET /users\n", "hello\n"), `3: route \`hello\`: ${noMethod}`],
    ["another method", text.replace("PUT", "TRACE"), `7: route \`TRACE /users/{id}\`: ${noMethod}`],
    [
      "a space at the end",
      text.replace("/users\n", "/users \n"),
      "3: route `GET /users `: segment 1 `users `",
    ],
    [
      "a control character",
      text.replace("/users\n", "/us\u0000ers\n"),
      "3: route `GET /us\\u{0}ers`: segment 1",
    ],
    [
      "a lone carriage return",
      text.replace("/users\n", "/users\r\r\n"),
      "3: route `GET /users\\u{d}`: segment 1",
    ],
    [
      "bytes that were no text",
      text.replace("/users\n", "/us\uFFFDers\n"),
      "3: route `GET /us\uFFFDers`: segment 1",
    ],
    [
      "a route twice",
      text.replace("PUT", "GET"),
      "7: adds `GET /users/{}`, which is live as `GET /users/{id}`",
    ],
    ["a shape twice", text.replace("PUT /users/{id}", "GET /users/{x}"), "7: adds `GET /users/{}`"],
    [
      "retiring what is not live",
      text.replace("-GET /users", "-GET /user"),
      "6: retires `GET /user`: expected a route that is live",
    ],
    [
      "a malformed release",
      text.replace(`${firstName}`, "abc"),
      "5: `= release 1 abc`: expected `= release`, its",
    ],
    [
      "a release without its name",
      text.replace(` ${firstName}`, ""),
      "5: `= release 1`: expected `= release`, its",
    ],
    ["a release without its number", text.replace("release 1", "release"), "5: `= release "],
    [
      "a release of another number",
      text.replace("release 2", "release 3"),
      `8: release 3: expected release 2: ${history}`,
    ],
    ["a release of nothing", `${text}= release 3 AAAAA\n`, "9: release 3: expected at least one route since"],
    ["a line added by hand", `${text}GET /new\n\n`, "9: expected `= release …` behind the last route"],
    ["no release at all", "GET /a\n", "1: expected `= release …` behind the last route"],
    [
      "another name",
      text.replace(`${secondName}`, "AAAAA"),
      `8: release 2 is named \`AAAAA\`, but the lines above make \`${secondName}\`: ${history}`,
    ],
    [
      "a changed line",
      text.replace("GET /users\n", "GET /people\n").replace("-GET /users", "-GET /people"),
      `5: release 1 is named \`${firstName}\``,
    ],
    ["a line taken out", text.replace("PUT /users/{id}\n", ""), `7: release 2 is named \`${secondName}\``],
    [
      "lines that changed places",
      text.replace("GET /users\nGET /users/{id}", "GET /users/{id}\nGET /users"),
      "5: release 1",
    ],
    [
      "a release taken out",
      text.replace(`= release 1 ${firstName}\n`, ""),
      `7: release 2: expected release 1: ${history}`,
    ],
    [
      "releases that were joined",
      `${text}GET /theirs\n= release 2 AAAAA\n`,
      `10: release 2: expected release 3: ${history}`,
    ],
    ["another release's name", `${text}GET /theirs\n= release 3 AAAAA\n`, "10: release 3 is named `AAAAA`"],
  ])("%s", (_, corrupt, message) => {
    expect(corrupt).not.toBe(text)
    const refusal = expect.objectContaining({ code: "malformed_catalog" })
    expect(() => parseLock(corrupt, "lock")).toThrow(refusal)
    expect(() => parseLock(corrupt, "lock")).toThrow(`lock:${message}`)
  })

  test("whatever single line is lost, changed places with the next, or doubled", () => {
    const lines = text.trimEnd().split("\n")
    for (let i = 2; i < lines.length; i++) {
      const [before, line, after] = [lines.slice(0, i), lines[i]!, lines.slice(i + 1)]
      const [next, ...rest] = after
      expect(() => parseLock([...before, line, line, ...after].join("\n"), "lock")).toThrow()
      expect(() => parseLock([...before, ...after].join("\n"), "lock")).toThrow()
      if (next !== undefined)
        expect(() => parseLock([...before, next, line, ...rest].join("\n"), "lock")).toThrow()
    }
  })
})
