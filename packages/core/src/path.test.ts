import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { anyDecodedPath, anyPath, twisted } from "../test/any-path.ts"
import { encodeDecoded, objections, objectionTo } from "../test/reference.ts"
import { encodePath, endOfRest, endOfSegment, isCanonicalPath, maxPathLength } from "./path.ts"

type Row = readonly [why: string, path: string]

const accepted: readonly Row[] = [
  ["the root", "/"],
  ["a plain path", "/api/users/42"],
  ["every unreserved character", "/AZaz09-._~"],
  ["every sub-delimiter, raw", "/!$&'()*+,;="],
  ["a colon and an at sign", "/:/@/a:b@c"],
  ["braces' encodings, hex digits in either case", "/%7Bid%7D/%7bid%7d/%7bId%7D"],

  ["three dots", "/..."],
  ["four dots", "/a/..../b"],
  ["a name that begins with a dot", "/.well-known/jwks.json"],
  ["a name that begins with two dots", "/..a"],
  ["a name that begins with a dot and goes on with a dash", "/.-"],
  ["a name that ends with dots", "/a../b."],
  ["dots behind a semicolon", "/;.."],
  ["dots behind an encoded space", "/%20.."],
  ["three dots before a semicolon", "/...;x"],
  ["dots before another encoding", "/..%C3%A9/.%2C"],
  ["path parameters", "/a;v=1/b;x"],

  ["an encoded space", "/my%20plan"],
  ["a plus sign, which is no space here", "/my+plan"],
  ["encoded sub-delimiters, upper case", "/%21%24%26%27%28%29%2A%2B%2C%3B%3D"],
  ["encoded sub-delimiters, lower case", "/%2a%2b%2c%3b%3d"],
  ["an encoded colon and at sign", "/%3A%40/%3a"],
  ["encoded quotes, angles, brackets, bars and carets", "/%22%3C%3E%5B%5D%7C%5E%60"],

  ["two-byte UTF-8: é", "/caf%C3%A9"],
  ["the same in small hex digits", "/caf%c3%a9"],
  ["the first two-byte character behind the controls: U+00A0", "/%C2%A0"],
  ["the last two-byte character: U+07FF", "/%DF%BF"],
  ["the first three-byte character: U+0800", "/%E0%A0%80"],
  ["three-byte UTF-8: €", "/%E2%82%AC"],
  ["the last character before the surrogates: U+D7FF", "/%ED%9F%BF"],
  ["the first one behind the surrogates: U+E000", "/%EE%80%80"],
  ["the last three-byte character: U+FFFF", "/%EF%BF%BF"],
  ["the first four-byte character: U+10000", "/%F0%90%80%80"],
  ["an emoji", "/%F0%9F%98%80"],
  ["the last character there is: U+10FFFF", "/%F4%8F%BF%BF"],

  ["an encoded space before two hex digits", "/my%20face"],
  ["an encoded percent sign at the end", "/100%25"],
  ["an encoded percent sign before a slash", "/100%25/20"],
  ["an encoded percent sign before letters that are no hex digits", "/%25zz"],
  ["an encoded percent sign before one hex digit", "/%25a"],
  ["an encoded percent sign before a hex digit and another letter", "/%25ag"],
  ["an encoded percent sign before another letter and a hex digit", "/%25g1"],
  ["two encoded percent signs", "/%25%25"],
]

const refused: readonly Row[] = [
  ["nothing", ""],
  ["no slash at the start", "a/b"],
  ["a bare star", "*"],
  ["a whole URL", "https://example.com/a"],
  ["an encoded slash at the start", "%2Fa"],

  ["a trailing slash", "/a/"],
  ["an empty segment", "/a//b"],
  ["an empty first segment", "//a"],
  ["two slashes", "//"],
  ["three slashes", "///"],

  ["one dot", "/."],
  ["two dots", "/.."],
  ["one dot in the middle", "/a/./b"],
  ["two dots in the middle", "/a/../b"],
  ["two dots at the end", "/a/.."],
  ["one dot before a semicolon", "/.;/"],
  ["one dot before path parameters", "/a/.;x=1/b"],
  ["two dots before a semicolon", "/a/..;"],
  ["two dots before path parameters", "/a/..;x"],
  ["two dots before an encoded semicolon", "/a/..%3B"],
  ["the same in small hex digits", "/a/..%3bx"],
  ["one dot before an encoded semicolon", "/a/.%3B/b"],
  ["one dot before an encoded space", "/a/.%20"],
  ["two dots before an encoded space", "/a/..%20"],
  ["two dots before an encoded space and more", "/a/..%20x/b"],
  ["an encoded dot", "/%2e"],
  ["two encoded dots", "/a/%2e%2E"],
  ["a dot and an encoded dot", "/a/.%2E"],
  ["an encoded dot in a name", "/a%2Ejson"],

  ["an encoded letter", "/%61dmin"],
  ["an encoded capital letter", "/%41"],
  ["an encoded z", "/%7a"],
  ["an encoded Z", "/%5A"],
  ["an encoded digit", "/%30"],
  ["an encoded nine", "/%39"],
  ["an encoded hyphen", "/a%2Db"],
  ["an encoded underscore", "/a%5Fb"],
  ["an encoded tilde", "/%7Eroot"],
  ["the same in small hex digits", "/%7eroot"],

  ["an encoded slash", "/a%2Fb"],
  ["an encoded slash in small hex digits", "/a%2fb"],
  ["an encoded backslash", "/a%5Cb"],
  ["an encoded backslash in small hex digits", "/a%5cb"],
  ["an encoded question mark", "/a%3Fb"],
  ["an encoded question mark in small hex digits", "/a%3fb"],
  ["an encoded number sign", "/a%23b"],

  ["a raw backslash", "/a\\b"],
  ["a raw question mark", "/a?b"],
  ["a raw number sign", "/a#b"],
  ["a raw space", "/a b"],
  ["a raw tab", "/a\tb"],
  ["a raw line feed", "/a\nb"],
  ["a raw carriage return", "/a\rb"],
  ["a raw NUL", "/a\u0000"],
  ["a raw DEL", "/a\u007f"],
  ["a raw double quote", '/a"'],
  ["a raw less-than sign", "/<a"],
  ["a raw greater-than sign", "/a>"],
  ["a raw opening bracket", "/a[0"],
  ["a raw closing bracket", "/a]"],
  ["a raw opening brace", "/{id"],
  ["a raw closing brace", "/id}"],
  ["a raw bar", "/a|b"],
  ["a raw caret", "/a^b"],
  ["a raw backtick", "/`a"],
  ["a raw é", "/caf\u00e9"],
  ["a raw Kelvin sign, which lower-cases to k", "/\u212a"],
  ["a raw fullwidth dot", "/\uff0e\uff0e"],
  ["a raw fullwidth slash", "/a\uff0fb"],
  ["a raw emoji", "/\u{1f600}"],
  ["a raw lone surrogate", "/\ud800"],
  ["a raw byte order mark", "/\ufeffa"],

  ["a percent sign at the end", "/100%"],
  ["a percent sign and one hex digit at the end", "/100%2"],
  ["a percent sign before a slash", "/100%/a"],
  ["a percent sign before letters that are no hex digits", "/%zz"],
  ["a percent sign before a hex digit and another letter", "/%2g"],
  ["a percent sign before a space and a hex digit", "/% 2"],
  ["a percent sign before a sign and a hex digit", "/%+2/%-1"],
  ["a percent sign before an at sign, the character before the letters", "/%2@/%@2"],
  ["a percent sign before a backtick, the character before the small letters", "/%2`"],
  ["a percent sign before a hex digit that makes a lead byte and another letter", "/%Dg%80"],
  ["a percent sign before fullwidth digits", "/%\uff12\uff10"],
  ["two percent signs", "/%%20"],
  ["another syntax for code points", "/%u002e"],

  ["an encoded NUL", "/a%00"],
  ["an encoded tab", "/a%09"],
  ["an encoded line feed", "/a%0A"],
  ["an encoded carriage return", "/a%0d"],
  ["an encoded escape", "/%1B"],
  ["an encoded unit separator", "/%1F"],
  ["an encoded DEL", "/%7F"],
  ["an encoded C1 control: U+0080", "/%C2%80"],
  ["an encoded C1 control: U+0085", "/%c2%85"],
  ["an encoded C1 control: U+009F", "/%C2%9F"],

  ["double encoding of a slash", "/a%252Fb"],
  ["double encoding in small hex digits", "/a%252fb"],
  ["double encoding of a dot", "/%252e%252e"],
  ["double encoding of a letter", "/%2561"],
  ["double encoding of a percent sign", "/%2525"],
  ["triple encoding", "/%25252F"],
  ["double encoding of a control", "/%250a"],
  ["double encoding of any two hex digits", "/%25aB"],
  ["an encoded percent sign before encoded hex digits", "/%25%32%66"],

  ["a continuation byte alone", "/%80"],
  ["a lead byte alone", "/%C3"],
  ["a lead byte before a letter", "/%C3a"],
  ["a lead byte before a slash", "/%C3/%A9"],
  ["a lead byte before an encoded letter", "/%C3%41"],
  ["a lead byte before another lead byte", "/%C3%C3"],
  ["a lead byte and a raw byte", "/%C3\u00a9"],
  ["a lead byte and a byte whose percent sign is another character", "/%C3xA9"],
  ["a lead byte and a byte with one hex digit", "/%C3%Ag"],
  ["three bytes whose last percent sign is another character", "/%E2%82xAC"],
  ["three continuation bytes", "/%80%80%80"],
  ["four continuation bytes", "/%80%80%80%80"],
  ["a lead byte of overlong forms and one continuation byte more than it takes", "/%C1%A1%80"],
  ["a lead byte of overlong forms and two continuation bytes more than it takes", "/%C1%A1%80%80"],
  ["three bytes cut off behind two", "/%E2%82"],
  ["three bytes with a broken last one", "/%E2%82%2C"],
  ["four bytes cut off behind three", "/%F0%9F%98"],
  ["four bytes with a broken third one", "/%F0%9F%C0%80"],
  ["an overlong NUL", "/%C0%80"],
  ["an overlong slash of two bytes", "/%C0%AF"],
  ["an overlong dot of two bytes", "/%c0%ae"],
  ["an overlong letter of two bytes", "/%C1%A1"],
  ["an overlong slash of three bytes", "/%E0%80%AF"],
  ["an overlong U+07FF of three bytes", "/%E0%9F%BF"],
  ["an overlong slash of four bytes", "/%F0%80%80%AF"],
  ["an overlong U+FFFF of four bytes", "/%F0%8F%BF%BF"],
  ["the first surrogate: U+D800", "/%ED%A0%80"],
  ["the last surrogate: U+DFFF", "/%ED%BF%BF"],
  ["a pair of surrogates, as CESU-8 writes emoji", "/%ED%A0%BD%ED%B8%80"],
  ["the first number past the last character: U+110000", "/%F4%90%80%80"],
  ["a lead byte past F4", "/%F5%80%80%80"],
  ["a lead byte of five-byte forms", "/%F8%88%80%80%80"],
  ["a byte order mark of another encoding", "/%FE%FF"],
]

/** As HTTP API delivers it: decoded; then in the canonical spelling that the rule is asked about. */
const acceptedDecoded: readonly (readonly [why: string, path: string, canonical: string])[] = [
  ["a plain path, unchanged", "/api/users/42", "/api/users/42"],
  ["the root", "/", "/"],
  ["a space", "/files/my plan", "/files/my%20plan"],
  ["pchar text stays raw", "/!$&'()*+,;=:@~", "/!$&'()*+,;=:@~"],
  ["characters that a path cannot hold raw", '/"<>[]{}|^`', "/%22%3C%3E%5B%5D%7B%7D%7C%5E%60"],
  ["a percent sign", "/100%", "/100%25"],
  ["a percent sign before no encoding", "/100%/5%gh", "/100%25/5%25gh"],
  ["two-byte characters", "/caf\u00e9/\u07ff", "/caf%C3%A9/%DF%BF"],
  ["three-byte characters", "/\u0800/\u20ac/\uffff", "/%E0%A0%80/%E2%82%AC/%EF%BF%BF"],
  ["four-byte characters", "/\u{10000}/\u{1f600}/\u{10ffff}", "/%F0%90%80%80/%F0%9F%98%80/%F4%8F%BF%BF"],
  ["a no-break space, the first character behind the controls", "/\u00a0", "/%C2%A0"],
  ["names that begin with dots", "/.well-known/...", "/.well-known/..."],
]

const refusedDecoded: readonly Row[] = [
  ["nothing", ""],
  ["no slash at the start", "a"],
  ["an empty segment", "/a//b"],
  ["a trailing slash", "/a/"],
  ["two dots", "/a/.."],
  ["one dot", "/./a"],
  ["two dots before a semicolon", "/a/..;x"],
  ["two dots before a space", "/a/.. "],
  ["one dot before a space", "/a/. /b"],
  ["a backslash", "/a\\b"],
  ["a question mark, where somebody will cut", "/a?b"],
  ["a number sign", "/a#b"],
  ["a NUL", "/a\u0000"],
  ["a tab", "/a\t"],
  ["a line feed", "/a\nb"],
  ["a DEL", "/\u007f"],
  ["a C1 control", "/\u0085"],
  ["an encoding that was there before decoding: double", "/a%2Fb"],
  ["an encoded space that was there before decoding", "/my%20plan"],
  ["an encoded dot that was there before decoding", "/%2e%2e"],
  ["an encoded letter that was there before decoding", "/%61dmin"],
  ["U+FFFD, the trace of bytes that were no UTF-8", "/caf\ufffd"],
  ["a lone high surrogate", "/\ud83d"],
  ["a lone low surrogate", "/\ude00a"],
  ["surrogates the wrong way round", "/\ude00\ud83d"],
]

describe("the path rule", () => {
  test.each(accepted)("accepts %s: %j", (_, path) => {
    expect(isCanonicalPath(path)).toBe(true)
  })

  test.each(refused)("refuses %s: %j", (_, path) => {
    expect(isCanonicalPath(path)).toBe(false)
  })

  test.each(refused.filter(([, path]) => path.startsWith("/")))(
    "refuses %s behind a segment: %j",
    (_, path) => {
      expect(isCanonicalPath(`/a${path}`)).toBe(false)
    },
  )

  test.each(refused.filter(([, path]) => path.startsWith("/")))(
    "refuses %s before a segment: %j",
    (_, path) => {
      expect(isCanonicalPath(`${path}/b`)).toBe(false)
    },
  )

  test("accepts 4,096 characters and refuses 4,097, whatever they are", () => {
    for (const part of ["a", "/a", "/;", "%20", "/%F0%9F%98%80"]) {
      const full = `/x${part.repeat(4000 / part.length)}`.padEnd(maxPathLength, "y")
      expect([part, full.length, isCanonicalPath(full)]).toEqual([part, 4096, true])
      expect([part, isCanonicalPath(`${full}y`)]).toEqual([part, false])
    }
  })

  test("judges each ASCII character, raw and encoded, by its class", () => {
    for (let code = 0; code < 128; code++) {
      const character = String.fromCharCode(code)
      const hex = code.toString(16).padStart(2, "0")
      const raw = /[A-Za-z0-9\-._~!$&'()*+,;=:@/]/.test(character)
      expect([code, isCanonicalPath(`/x${character}x`)]).toEqual([code, raw])
      const encoded = /[ !$&'()*+,;=:@"%<>[\]^`{|}]/.test(character)
      for (const spelled of [`%${hex}`, `%${hex.toUpperCase()}`])
        expect([spelled, isCanonicalPath(`/x${spelled}x`)]).toEqual([spelled, encoded])
    }
  })

  test("accepts every character behind U+009F in its own UTF-8 and refuses the controls", () => {
    const misjudged: string[] = []
    for (let code = 0x80; code <= 0x10ffff; code += code < 0x3000 ? 1 : 257) {
      if (code >= 0xd800 && code <= 0xdfff) continue
      const encoded = encodeURIComponent(String.fromCodePoint(code))
      if (isCanonicalPath(`/${encoded}`) !== code >= 0xa0) misjudged.push(encoded)
    }
    expect(misjudged).toEqual([])
  })
})

describe("a decoded path", () => {
  test.each(acceptedDecoded)("gets its canonical spelling and is accepted: %s", (_, path, canonical) => {
    expect(encodePath(path)).toBe(canonical)
    expect(isCanonicalPath(encodePath(path))).toBe(true)
  })

  test.each(refusedDecoded)("is refused: %s: %j", (_, path) => {
    expect(isCanonicalPath(encodePath(path))).toBe(false)
  })

  test.each([
    [
      "a character of each length, and its neighbours",
      "/\u007f\u0080\u07ff\u0800\uffff\u{10000}\u{10ffff}",
      "/%7F%C2%80%DF%BF%E0%A0%80%EF%BF%BF%F0%90%80%80%F4%8F%BF%BF",
    ],
    ["controls, with two hex digits each", "/\u0000\u000f\u0010\u001f", "/%00%0F%10%1F"],
    ["the traces of bytes that were no UTF-8", "/\ufffd\ud800\udbff/\udc00\udfff", "/%FF%FF%FF/%FF%FF"],
    [
      "the characters around surrogates",
      "/\ud7ff\ue000\ufffc\ufffe",
      "/%ED%9F%BF%EE%80%80%EF%BF%BC%EF%BF%BE",
    ],
  ])("is spelled to the byte, also where it is refused then: %s", (_, path, encoded) => {
    expect(encodePath(path)).toBe(encoded)
  })

  test("counts its length encoded", () => {
    expect(isCanonicalPath(encodePath(`/${"€".repeat(455)}`))).toBe(true)
    expect(isCanonicalPath(encodePath(`/${"€".repeat(456)}`))).toBe(false)
  })
})

describe("the segments of a path", () => {
  test.each([
    ["/api/users", ["api", "users"]],
    ["/caf%C3%A9/...;x/%25", ["caf%C3%A9", "...;x", "%25"]],
    ["/a".repeat(2048), Array.from({ length: 2048 }, () => "a")],
  ])("of %.40s end where the rule says", (path, expected) => {
    const found: string[] = []
    for (let start = 1; start < path.length; start = endOfSegment(path, start) + 1)
      found.push(path.slice(start, endOfSegment(path, start)))
    expect(found).toEqual(expected)
    expect(endOfRest(path, 1)).toBe(path.length)
  })
})

/** The environment raises the number of cases: a million of each property with `CLAIMGATE_FUZZ=10000000`. */
const numRuns = process.env.CLAIMGATE_FUZZ === undefined ? 12_000 : Number(process.env.CLAIMGATE_FUZZ) / 10
const timeout = 15_000 + numRuns / 2

/** What the reference says of each case, counted: a property that only meets refusals, or none of some kind, shows little. */
function createTally() {
  const counts = new Map<string, number>()
  let all = 0
  return {
    count(objection: string | undefined) {
      all++
      counts.set(objection ?? "accepted", (counts.get(objection ?? "accepted") ?? 0) + 1)
    },
    share: (of: string) => (counts.get(of) ?? 0) / all,
    met: () => [...counts.keys()],
  }
}

describe("the reference", () => {
  test.each(accepted)("accepts %s: %j", (_, path) => {
    expect(objectionTo(path)).toBeUndefined()
  })

  test.each(refused)("refuses %s: %j", (_, path) => {
    expect(objectionTo(path)).toBeDefined()
  })

  test.each(acceptedDecoded)("spells %s as it must be spelled", (_, path, canonical) => {
    expect(encodeDecoded(path)).toBe(canonical)
  })
})

describe("any path whatever", () => {
  test("is judged as the reference judges it, and between a fifth and four fifths are accepted", {
    timeout,
  }, () => {
    const tally = createTally()
    const judged = fc.property(anyPath, (path) => {
      const objection = objectionTo(path)
      tally.count(objection)
      if (isCanonicalPath(path) !== (objection === undefined)) expect.fail(`${path}: ${objection}`)
    })
    fc.assert(judged, { numRuns })
    expect(tally.share("accepted")).toBeGreaterThan(0.2)
    expect(tally.share("accepted")).toBeLessThan(0.8)
    if (numRuns >= 10_000) expect(tally.met()).toEqual(expect.arrayContaining([...objections]))
  })

  test("that was fine and then changed in one or two places is, too", { timeout }, () => {
    const tally = createTally()
    const paths = twisted(fc.constantFrom(...accepted.map(([, path]) => path)))
    const judged = fc.property(paths, (path) => {
      const objection = objectionTo(path)
      tally.count(objection)
      if (isCanonicalPath(path) !== (objection === undefined)) expect.fail(`${path}: ${objection}`)
    })
    fc.assert(judged, { numRuns })
    expect(tally.share("accepted")).toBeGreaterThan(0.2)
    expect(tally.share("accepted")).toBeLessThan(0.8)
  })

  test("that arrives decoded is spelled as the platform's encoder spells it, and judged by that", {
    timeout,
  }, () => {
    const tally = createTally()
    const judged = fc.property(anyDecodedPath, (path) => {
      const canonical = encodeDecoded(path)
      const objection = canonical === undefined ? "no UTF-8" : objectionTo(canonical)
      tally.count(objection)
      if (canonical !== undefined) expect(encodePath(path)).toBe(canonical)
      if (isCanonicalPath(encodePath(path)) !== (objection === undefined))
        expect.fail(`${path}: ${objection}`)
    })
    fc.assert(judged, { numRuns: numRuns / 2 })
    expect(tally.share("accepted")).toBeGreaterThan(0.2)
    expect(tally.share("accepted")).toBeLessThan(0.8)
  })

  test("that is accepted decodes to one that is accepted, in one spelling but for sub-delims, `:` and `@`", () => {
    const same = fc.property(anyPath, (path) => {
      fc.pre(objectionTo(path) === undefined && !path.includes("%EF%BF%BD"))
      const again = encodePath(decodeURIComponent(path))
      expect(isCanonicalPath(again), path).toBe(true)
      expect(decodeURIComponent(again)).toBe(decodeURIComponent(path))
    })
    fc.assert(same, { numRuns: 3_000 })
  })
})
