import { describe, expect, test } from "vitest"
import { parseDocument } from "./document.ts"

describe("a document", () => {
  const data = { openapi: "3.0.3", paths: { "/a": { get: { "x-y": [1, null, true, 'q"\\'] } } } }
  test.each([
    ["JSON", JSON.stringify(data)],
    ["JSON on many lines", JSON.stringify(data, null, 2)],
    ["JSON behind a byte order mark", `\uFEFF\r\n${JSON.stringify(data)}`],
    ["JSON with a comma too many, which is YAML", JSON.stringify(data).replace(/}$/, ",}")],
    ["YAML", 'openapi: 3.0.3\npaths:\n  /a:\n    get:\n      x-y: [1, null, true, "q\\"\\\\"]\n'],
    [
      "YAML with Windows line breaks",
      "%YAML 1.2\r\n---\r\nopenapi: 3.0.3\r\npaths:\r\n  /a: {get: {x-y: [1, ~, true, 'q\"\\']}}\r\n",
    ],
    [
      "YAML whose text has more `*` and `&` than it may have names",
      `${"# *\n".repeat(10_001)}openapi: 3.0.3\nx: |\n${"  *\n  &a\n".repeat(10_001)}paths: {/a: {get: {x-y: [1, ~, true, 'q"\\']}}}\n`,
    ],
    [
      "YAML with aliases",
      'x: &x\n- 1\n- null\n- true\n- q"\\\nopenapi: 3.0.3\npaths: {/a: {get: {x-y: *x}}}\n',
    ],
  ])("may be %s", (_, text) => {
    expect(parseDocument(text, "api")).toMatchObject(data)
  })

  test("may have the same key in different objects, and keys inside of text", () => {
    const text = '{"a": {"b": 1, "c": [{"b": "x"}, {"b": "\\"b\\":"}]}, "b": "\\\\", "d": "b"}'
    expect(parseDocument(text, "api")).toEqual(JSON.parse(text))
  })

  test("keeps keys that objects have anyway", () => {
    for (const text of ['{"__proto__": {"get": 1}, "constructor": 2}', "__proto__: {get: 1}\nconstructor: 2"])
      expect(Object.entries(parseDocument(text, "api") as object)).toEqual([
        ["__proto__", { get: 1 }],
        ["constructor", 2],
      ])
  })
})

/** Parses once, as some texts take their time. */
function faultOf(text: string, file: string): unknown {
  try {
    return parseDocument(text, file)
  } catch (fault) {
    return fault
  }
}

const oneLineWith = (text: string) =>
  expect.toSatisfy(
    (message: string) => message.includes(text) && !/\p{C}/u.test(message),
    `one line with ${text}`,
  )

describe("refused:", () => {
  const nested = (levels: number) => `a: ${"[".repeat(levels)}${"]".repeat(levels)}`
  const bomb = (levels: number) =>
    [
      "a0: &a0 [x]",
      ...Array.from({ length: levels }, (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i},`.repeat(9)}]`),
    ].join("\n")
  test.each([
    ["an empty file", "", "api:1: expected an OpenAPI document, got no content"],
    ["a file of comments", "# a\n", "api:1: expected an OpenAPI document, got no content"],
    ["YAML that looks like JSON and ends early", '{"a": 1,\n"b": {', "api:2: not YAML: "],
    ["a tab as indentation", "a:\n\tb: 1\n", "api:2: not YAML: Tabs are not allowed as indentation"],
    ["a quote that never ends", 'a: "b', 'api:1: not YAML: Missing closing "quote'],
    ["a conflict marker", "a: 1\n<<<<<<< HEAD\nb: 2\n", "api:2: not YAML: "],
    ["a second document", "a: 1\n---\nb: 2\n", "api:2: expected one YAML document"],
    [
      "a path twice in JSON",
      '{"paths": {\n"/a": {},\n"/b": {},\n"/a": {}}}',
      "api:4: expected each key of an object once",
    ],
    ["a path twice in JSON, spelled otherwise", '{"/a": {},\n"\\u002fa": {}}', "api:2: expected each key"],
    [
      "a path twice in YAML",
      "paths:\n  /a: {}\n  /b: {}\n  /a: {}\n",
      "api:4: key `/a`: expected each key of an object once",
    ],
    ["a path twice in YAML, quoted", "/a: {}\n'/a': {}\n", "api:2: key `/a`: expected each key"],
    ["an unknown alias", "a: *b\n", "api: aliases cannot be followed: Unresolved alias"],
    [
      "nine aliases of nine aliases, six times",
      bomb(6),
      "api: aliases cannot be followed: Excessive alias count",
    ],
    [
      "nine aliases of nine aliases, a hundred times",
      bomb(100),
      "api: aliases cannot be followed: Excessive alias count",
    ],
    [
      "10,001 aliases",
      `a: &a 1\nb: [${"*a,".repeat(10_000)}]`,
      "api:2: expected at most 10000 anchors and aliases",
    ],
    [
      "10,001 anchors",
      `a: 1\n${"- &a {}\n".repeat(10_001)}`,
      "api:10002: expected at most 10000 anchors and aliases",
    ],
    ["501 levels", nested(501), "api:1: expected at most 500 levels of nesting"],
    // Composing these takes so much stack that Node.js itself aborts.
    ["5,000 levels", nested(5_000), "api:1: expected at most 500 levels of nesting"],
    ["a million levels", nested(1_000_000), "api:1: expected at most 500 levels of nesting"],
    [
      "a million levels that never end",
      "[".repeat(1_000_000),
      "api:1: expected at most 500 levels of nesting",
    ],
    ["5,000 levels of lists", `${"- ".repeat(5_000)}a`, "api:1: expected at most 500 levels of nesting"],
  ])("%s", (_, text, message) => {
    expect(faultOf(text, "api")).toMatchObject({ code: "malformed_input", message: oneLineWith(message) })
  })

  test.each([
    ["that ends early", '{"a": 1,\n"b":', "api.json:2: not JSON: Unexpected end of JSON input"],
    ["without a comma", '{"a": 1\n"b": 2}', "api.json:2: not JSON: Expected ',' or '}' after property value"],
    ["with a comma too many", '{"a": 1,\n}', "api.json:2: not JSON: Expected double-quoted property name"],
    ["with a word", '{"a":\u001b abc}', "not JSON: Unexpected token"],
    ["that is YAML", "openapi: 3.0.3\n", "not JSON: Unexpected token"],
    ["of nothing", "", "api.json:1: not JSON: Unexpected end of JSON input"],
  ])("JSON %s, in a file that says it is JSON", (_, text, message) => {
    expect(faultOf(text, "api.json")).toMatchObject({
      code: "malformed_input",
      message: oneLineWith(message),
    })
  })

  test("levels count to 400 at least", () => {
    expect(() => parseDocument(nested(400), "api")).not.toThrow()
  })
})

describe("10 MB", () => {
  const paths = Array.from({ length: 10_000 }, (_, i) => [
    `/a${i}`,
    { get: { description: "x".repeat(970) } },
  ])
  const document = { openapi: "3.0.3", paths: Object.fromEntries(paths) }

  test("of JSON are read", () => {
    const text = JSON.stringify(document)
    expect(text.length).toBeGreaterThan(10_000_000)
    expect(parseDocument(text, "api")).toHaveProperty(["paths", "/a9999", "get"])
  })

  test("of YAML are read", () => {
    const text = `openapi: 3.0.3\npaths:\n${paths.map(([path]) => `  ${path}:\n    get:\n      description: ${"x".repeat(970)}\n`).join("")}`
    expect(text.length).toBeGreaterThan(10_000_000)
    expect(parseDocument(text, "api")).toHaveProperty(["paths", "/a9999", "get"])
  })

  test("of one string are read", () => {
    expect(parseDocument(`{"a":"${'x\\"'.repeat(3_400_000)}"}`, "api")).toHaveProperty("a")
  })
})
