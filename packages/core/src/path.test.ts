import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { anyText } from "../test/any-text.ts"
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
  ["double encoding of any two hex digits", "/%25aB"],
  ["an encoded percent sign before encoded hex digits", "/%25%32%66"],

  ["a continuation byte alone", "/%80"],
  ["a lead byte alone", "/%C3"],
  ["a lead byte before a letter", "/%C3a"],
  ["a lead byte before a slash", "/%C3/%A9"],
  ["a lead byte before an encoded letter", "/%C3%41"],
  ["a lead byte before another lead byte", "/%C3%C3"],
  ["a lead byte and a raw byte", "/%C3\u00a9"],
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

/** The rule once more, slow and obvious: regular expressions, and what decoding makes of each segment. */
function slowRule(path: string): boolean {
  if (path === "/") return true
  return path.length <= 4096 && /^(\/[^/]+)+$/s.test(path) && path.slice(1).split("/").every(slowSegmentRule)
}

function slowSegmentRule(segment: string): boolean {
  if (!/^([A-Za-z0-9\-._~!$&'()*+,;=:@]|%[0-9A-Fa-f]{2})+$/.test(segment)) return false
  for (const [encoding] of segment.matchAll(/%[0-7][0-9A-Fa-f]/g))
    if (/[A-Za-z0-9\-._~]/.test(decodeURIComponent(encoding))) return false
  const decoded = decodedOrUndefined(segment)
  return decoded !== undefined && slowDecodedSegmentRule(decoded)
}

function slowDecodedSegmentRule(segment: string): boolean {
  if (segment === "" || /[\p{Cc}/\\?#]/u.test(segment)) return false
  return !/%[0-9A-Fa-f]{2}/.test(segment) && !/^\.\.?([ ;]|$)/.test(segment)
}

/** Undefined for what is no UTF-8, overlong or a surrogate: decodeURIComponent throws on all of these. */
function decodedOrUndefined(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment)
  } catch {
    return undefined
  }
}

const slowSpellings: ReadonlySet<string> = new Set(["%24", "%26", "%2B", "%2C", "%3A", "%3B", "%3D", "%40"])

/** The canonical spelling by the platform's own encoder, less the encodings that a path does not need. */
function slowEncode(path: string): string {
  const encode = (part: string) =>
    encodeURIComponent(part).replace(/%../g, (it) => (slowSpellings.has(it) ? decodeURIComponent(it) : it))
  return path.split("/").map(encode).join("/")
}

const harmless = [
  "a",
  "users",
  "42",
  "x.json",
  ".well-known",
  "...",
  "%20",
  "%C3%A9",
  "%7B",
  "%25",
  "~",
  ";v=1",
]
const harmful = [
  ...[".", "..", "", "%2e", "%2F", "%5c", "%3F", "%23", "%00", "%0a", "%7F", "%C2%85", "%61", "%30", "%5F"],
  ...[
    "%252F",
    "%25",
    "2f",
    "%",
    "%2",
    "%zz",
    "%C3",
    "%A9",
    "%C0%AF",
    "%E0%80%AF",
    "%ED%A0%80",
    "%F4%90%80%80",
  ],
  ...[
    "\\",
    "?",
    "#",
    " ",
    "\t",
    "\u0000",
    "é",
    "\u{1f600}",
    "\ud800",
    "\uff0e",
    ";",
    "%3b",
    "{id}",
    "/",
    "//",
  ],
]
const piece = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...harmless) },
  { weight: 2, arbitrary: fc.constantFrom(".", "..", ";", "%3B", "%20", "a", "%25", "F", "2") },
  { weight: 1, arbitrary: fc.constantFrom(...harmful) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 255 }).map((byte) => `%${hex(byte)}`) },
  { weight: 1, arbitrary: anyText(2) },
)
const segment = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...harmless) },
  { weight: 1, arbitrary: fc.array(piece, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("")) },
)
const encodedPath = fc.array(segment, { maxLength: 5 }).map((parts) => `/${parts.join("/")}`)
const decodedPiece = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.constantFrom("a", "users", "my plan", "é", "€", "\u{1f600}", "100%", ".x", '"', "+"),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(".", "..", "..;x", ". ", "", "%", "2f", "%20", "?", "\\", "\u0085", "\t"),
  },
  {
    weight: 1,
    arbitrary: anyText(2).filter((text) => !/\p{Cs}/u.test(text)),
  },
)
const decodedPath = fc.array(decodedPiece, { maxLength: 6 }).map((parts) => `/${parts.join("/")}`)

function hex(byte: number): string {
  return byte.toString(16).padStart(2, "0")
}

/** Runs a property and tells which share of its cases it called accepted. */
function shareAccepted(
  paths: fc.Arbitrary<string>,
  numRuns: number,
  accepts: (path: string) => boolean,
): number {
  let count = 0
  fc.assert(
    fc.property(paths, (path) => {
      if (accepts(path)) count++
    }),
    { numRuns },
  )
  return count / numRuns
}

describe("any path whatever", () => {
  test("is judged as the slow rule judges it, and at least a fifth is accepted", () => {
    const share = shareAccepted(encodedPath, 12_000, (path) => {
      expect(isCanonicalPath(path), path).toBe(slowRule(path))
      return slowRule(path)
    })
    expect(share).toBeGreaterThan(0.2)
    expect(share).toBeLessThan(0.8)
  })

  test("is judged so without a slash at the start too", () => {
    fc.assert(
      fc.property(anyText(12), (path) => {
        expect(isCanonicalPath(path)).toBe(slowRule(path))
      }),
      { numRuns: 2_000 },
    )
  })

  test("that arrives decoded is spelled as the platform's encoder spells it, and judged by what it says", () => {
    const share = shareAccepted(decodedPath, 6_000, (path) => {
      const canonical = encodePath(path)
      if (!path.includes("\ufffd")) expect(canonical).toBe(slowEncode(path))
      const fine = path === "/" || path.slice(1).split("/").every(slowDecodedSegmentRule)
      expect(isCanonicalPath(canonical), path).toBe(fine && !path.includes("\ufffd"))
      return fine
    })
    expect(share).toBeGreaterThan(0.2)
  })

  test("that is accepted decodes to one that is accepted, in one spelling but for sub-delims, `:` and `@`", () => {
    shareAccepted(encodedPath, 3_000, (path) => {
      if (!slowRule(path) || path.includes("%EF%BF%BD")) return false
      const again = encodePath(decodeURIComponent(path))
      expect(isCanonicalPath(again), path).toBe(true)
      expect(decodeURIComponent(again)).toBe(decodeURIComponent(path))
      return true
    })
  })
})
