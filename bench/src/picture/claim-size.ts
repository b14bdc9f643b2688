/** docs/img/claim-size.svg: how the claim grows with the number of permissions, and where tokens stop fitting. */
import { cookieLimit, headerLimit, roomFor } from "../size/limits.ts"
import type { SizePoint } from "../size/points.ts"
import { type Axis, drawAxes, drawDots, drawFrame, drawLine, drawText, ink, place } from "./axes.ts"

const colours = { "comma list": "#d08b1d", brotli: "#9a6dd7", bitset: "#3b8fd4", packed: "#2e9e63" } as const
/** Deflate lies on brotli's line. */
export const shownForms = ["comma list", "brotli", "bitset", "packed"] as const
type ShownForm = (typeof shownForms)[number]
const routes = 1222
const x: Axis = { from: 1, to: routes, start: 76, end: 640 }
const y: Axis = { from: 8, to: 110_000, start: 440, end: 60 }

/** `bare` is the length of the access token without the claim. */
export function drawClaimSize(points: readonly SizePoint[], bare: number): string {
  const of = (form: ShownForm, roleShaped: boolean) =>
    points.filter((point) => point.form === form && point.roleShaped === roleShaped)
  const at = (point: SizePoint) => [place(x, point.routes), place(y, point.length)] as const
  return drawFrame({
    width: 860,
    height: 500,
    title: "Size of the permissions claim",
    description:
      "Characters of claim against the number of permissions held, over GitHub's REST API, both axes logarithmic. A comma-separated list fills the 10,240-byte header with some 130 permissions. The packed claim takes a few dozen characters for sets that are shaped like roles, and never more than a bitset by much.",
    parts: [
      ...drawAxes(
        x,
        y,
        { x: [1, 10, 100, 1000].map(tick), y: [10, 100, 1000, 10_000, 100_000].map(tick) },
        { x: "permissions held, of the 1,222 operations of GitHub's REST API", y: "characters of claim" },
      ),
      ...drawLimit(
        roomFor(headerLimit, bare + "Bearer ".length),
        "here the token fills the 10,240-byte header",
      ),
      ...drawLimit(roomFor(cookieLimit, bare), "here it fills a 4,096-byte cookie"),
      ...shownForms.flatMap((form) => [
        drawLine(of(form, false).map(at), colours[form], { width: 1.8 }),
        drawDots(of(form, true).map(at), colours[form], form === "packed" ? 2.8 : 2.2),
      ]),
      ...shownForms.flatMap((form) => drawLabel(form, of(form, true))),
      drawText(x.end, y.end - 26, "dots: sets shaped like roles; lines: routes drawn by chance", {
        anchor: "end",
        size: 12,
      }),
    ],
  })
}

function tick(value: number): readonly [number, string] {
  return [value, value.toLocaleString("en-US")]
}

/** The form's name where its dots end, and below it what the longest of them takes. */
function drawLabel(form: ShownForm, dots: readonly SizePoint[]): string[] {
  const longest = Math.max(...dots.map((point) => point.length))
  const { name, note, lift, weight } = labels[form]
  const height = place(y, longest) + lift
  const colour = colours[form]
  return [
    drawText(x.end + 16, height + 2, name, { colour, weight }),
    drawText(x.end + 16, height + 19, `${note} ${longest.toLocaleString("en-US")}`, { colour, size: 12 }),
  ]
}

const labels = {
  "comma list": { name: "comma list", note: "up to", lift: 0, weight: 400 },
  brotli: { name: "comma list, brotli", note: "up to", lift: 0, weight: 400 },
  bitset: { name: "bitset", note: "always", lift: 0, weight: 400 },
  // Its longest set is not its last.
  packed: { name: "packed by Claimgate", note: "role-shaped: up to", lift: 20, weight: 700 },
} as const

function drawLimit(room: number, text: string): string[] {
  const height = place(y, room)
  return [
    drawLine(
      [
        [x.start, height],
        [x.end, height],
      ],
      ink.limit,
      { width: 1.2, dash: "5 4" },
    ),
    drawText(x.start + 4, height - 6, text, { colour: ink.limit, size: 12 }),
  ]
}
