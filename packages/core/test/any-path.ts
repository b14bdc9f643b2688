/**
 * Paths as those write them who want one program to read another path than the next: encodings, once and twice, dots,
 * slashes, controls, Unicode, overlong forms. Mixed with so many harmless ones that a good part is let through.
 */
import fc from "fast-check"
import { anyText } from "./any-text.ts"

const harmless = [
  ...[
    "a",
    "users",
    "42",
    "x.json",
    ".well-known",
    "...",
    "..a",
    "~",
    ";v=1",
    "a;b",
    ":x",
    "@me",
    "a+b",
    "!$&'()*,=",
  ],
  ...[
    "%20",
    "a%20b",
    "%C3%A9",
    "%c3%a9",
    "%E2%82%AC",
    "%F0%9F%98%80",
    "%7B",
    "%25",
    "100%25",
    "%3a",
    "%40",
    "%C2%A0",
  ],
]

/** What a path must not hold, or only in some places. */
const traps = [
  // Dots, as they are and as something in between may read them.
  ...[
    ".",
    "..",
    "%2e",
    "%2E",
    "%2e%2e",
    "..;",
    "..;x",
    "..%3b",
    ".%20",
    "..%20",
    "%c0%ae",
    "%e0%80%ae",
    "\uff0e\uff0e",
  ],
  // Slashes and other ends of a segment or of a path.
  ...[
    "",
    "/",
    "//",
    "%2F",
    "%2f",
    "\\",
    "%5c",
    "%c0%af",
    "%e0%80%af",
    "%f0%80%80%af",
    "\uff0f",
    "?",
    "#",
    "%3F",
    "%23",
  ],
  // Encodings of encodings, and of what needs none.
  ...[
    "%252F",
    "%252e",
    "%2525",
    "%25",
    "2f",
    "2E",
    "%61",
    "%41",
    "%30",
    "%2D",
    "%5f",
    "%7e",
    "%u002e",
    "%%32%66",
  ],
  // Controls.
  ...["\0", "%00", "\t", "%09", "\n", "%0a", "%0d", "%1f", "\u007f", "%7F", "\u0085", "%C2%85", "%c2%9f"],
  // Bytes that are no UTF-8, and characters that are no characters.
  ...[
    "%",
    "%2",
    "%zz",
    "%A9",
    "%C3",
    "%FF",
    "%ED%A0%80",
    "%ED%BF%BF",
    "%F4%90%80%80",
    "%f8%88%80%80%80",
    "\ud800",
  ],
  // Raw text that has to be encoded, or that another alphabet or case would make a letter of ours.
  ...[
    "é",
    " ",
    "\u{1f600}",
    "\u00a0",
    "\ufffd",
    "\ufeff",
    "\u212a",
    "\u0131",
    '"',
    "<",
    "[",
    "{id}",
    "|",
    "^",
    "`",
  ],
]

const byte = fc
  .tuple(fc.integer({ min: 0, max: 255 }), fc.boolean())
  .map(([code, isUpper]) => `%${isUpper ? hex(code).toUpperCase() : hex(code)}`)

function hex(code: number): string {
  return code.toString(16).padStart(2, "0")
}

const trap = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...traps) },
  { weight: 2, arbitrary: byte },
  { weight: 1, arbitrary: anyText(2) },
)
const piece = fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...harmless) }, { weight: 1, arbitrary: trap })

/** A segment of a percent-encoded path; most may be one. */
export const anySegment: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...harmless) },
  { weight: 1, arbitrary: fc.array(piece, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("")) },
)

/** A percent-encoded path. */
export const anyPath: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 60,
    arbitrary: fc.array(anySegment, { maxLength: 5 }).map((segments) => `/${segments.join("/")}`),
  },
  { weight: 1, arbitrary: anyText(12) },
  // Around the limit, whatever they are made of.
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom("a", "/a", "%20", "/%C3%A9", ";"), fc.integer({ min: 4080, max: 4110 }))
      .map(([part, length]) => `/${part.repeat(4110)}`.slice(0, length)),
  },
)

/** A decoded path, as an HTTP API hands it over. */
export const anyDecodedPath: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc
      .array(
        fc.oneof(
          {
            weight: 9,
            arbitrary: fc.constantFrom(
              ...["a", "users", "my plan", "é", "€", "\u{1f600}", "100%", ".x", '"', "{id}", "+", "..."],
            ),
          },
          { weight: 1, arbitrary: fc.constantFrom(...["%", "2f", "%20", ". ", "..;x", "\ufffe", "\uffff"]) },
          { weight: 1, arbitrary: trap },
        ),
        { maxLength: 6 },
      )
      .map((segments) => `/${segments.join("/")}`),
  },
  { weight: 1, arbitrary: anyPath },
)

/** What is done to a path at some place of it. */
const twists: readonly ((path: string, at: number, trap: string) => string)[] = [
  // A trap put in between, or in the place of a character or of a segment.
  (path, at, trap) => path.slice(0, at) + trap + path.slice(at),
  (path, at, trap) => path.slice(0, at) + trap + path.slice(at + 1),
  (path, at, trap) => segmentsWith(path, at, 1, trap),
  (path, at, trap) => segmentsWith(path, at, 0, trap),
  // A character encoded, in hex digits of either case; or all that is encoded, once more.
  (path, at) => path.slice(0, at) + encoded(path.charAt(at)) + path.slice(at + 1),
  (path, at) => `${path.slice(0, at)}%${hex(path.charCodeAt(at) & 0xff)}${path.slice(at + 1)}`,
  (path) => path.replaceAll("%", "%25"),
  (path) => path.replace(/%[0-9A-Fa-f]{2}/g, (one) => one.toLowerCase()),
  // Other letters, and a segment more or less.
  (path, at) => path.slice(0, at) + path.slice(at).toUpperCase(),
  (path) => `${path}/`,
  (path, _, trap) => `${path}/../${trap}`,
  (path, at, trap) =>
    `${path.slice(0, path.lastIndexOf("/"))}/${trap}/..${path.slice(path.lastIndexOf("/"))}${at % 2 ? "/" : ""}`,
  (path, at) => path.slice(0, at),
  (path) => path.slice(1),
]

/** Every byte of it encoded, also where it would need no encoding. */
function encoded(text: string): string {
  return [...Buffer.from(text)].map((code) => `%${hex(code).toUpperCase()}`).join("")
}

/** A trap before one of the segments, or in its place. */
function segmentsWith(path: string, at: number, replaced: 0 | 1, trap: string): string {
  const segments = path.split("/")
  return segments.toSpliced(1 + (at % Math.max(1, segments.length - 1)), replaced, trap).join("/")
}

/** That path as it is, mostly, or changed in one or two places. */
export function twisted(paths: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const twist = fc.tuple(fc.nat({ max: twists.length - 1 }), fc.nat({ max: 63 }), trap)
  const some = fc.oneof(
    { weight: 2, arbitrary: fc.constant([]) },
    { weight: 3, arbitrary: fc.array(twist, { minLength: 1, maxLength: 2 }) },
  )
  return fc
    .tuple(paths, some)
    .map(([path, changes]) =>
      changes.reduce((text, [which, at, trap]) => twists[which]!(text, at % (text.length + 1), trap), path),
    )
}

/** A path that a route of API Gateway's syntax stands for: its parameters filled in, with anything that fits or not. */
export function filledIn(routePath: string): fc.Arbitrary<string> {
  const parts = routePath
    .slice(1)
    .split("/")
    .map((segment) => {
      if (segment.endsWith("+}"))
        return fc.array(anySegment, { minLength: 1, maxLength: 3 }).map((segments) => segments.join("/"))
      return segment.endsWith("}") ? anySegment : fc.constant(segment)
    })
  return fc.tuple(...parts).map((segments) => `/${segments.join("/")}`)
}
