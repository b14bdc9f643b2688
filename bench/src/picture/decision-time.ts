/** docs/img/decision-time.svg: what a decision takes as the API grows, for everyone who can make one. */
import { matchAndBit } from "../decision/claimgate.ts"
import { commaLists } from "../decision/comma-lists.ts"
import type { Measured } from "../decision/decision.ts"
import { engines } from "../decision/engines.ts"
import { routers } from "../decision/routers.ts"
import { type Axis, drawAxes, drawFrame, drawLine, drawText, place, spread } from "./axes.ts"

const colours = { ours: "#2e9e63", router: "#3b8fd4", engine: "#9a6dd7", list: "#d08b1d" } as const

/** Left out: what lies on another line anyway. */
const hidden = new Set([
  "hono RegExpRouter",
  "hono TrieRouter",
  "rou3",
  "memoirist, comma list",
  "memoirist, CASL",
])

interface Series {
  readonly label: string
  readonly colour: string
  readonly points: readonly Measured[]
  /** Share of the answers that are wrong. */
  readonly wrong: number
}

export function drawDecisionTime(measured: readonly Measured[]): string {
  const bySize = measured.filter(({ scene, nanoseconds }) => typeof scene === "number" && nanoseconds > 0)
  const series = seriesOf(bySize)
  const x: Axis = { from: 50, to: 5000, start: 76, end: 530 }
  const y: Axis = { from: 100, to: 10_000_000, start: 470, end: 50 }
  const at = ({ scene, nanoseconds }: Measured) => [place(x, Number(scene)), place(y, nanoseconds)] as const
  const ends = series.map(({ points }) => place(y, points.at(-1)?.nanoseconds ?? 1))
  const heights = spread(ends, 17)
  return drawFrame({
    width: 880,
    height: 530,
    title: "Time of a decision",
    description:
      "Time from method and path to allow or deny, against the number of routes, both axes logarithmic. Claimgate and the routers stay nearly level; policy engines and lists grow with the routes that are held.",
    parts: [
      drawText(x.end, y.end - 16, "dashed: some of the answers are wrong", { anchor: "end", size: 12 }),
      ...drawAxes(
        x,
        y,
        {
          x: [50, 100, 200, 500, 1222, 2500, 5000].map((value) => [value, value.toLocaleString("en-US")]),
          y: [
            [100, "100 ns"],
            [1000, "1 µs"],
            [10_000, "10 µs"],
            [100_000, "100 µs"],
            [1_000_000, "1 ms"],
            [10_000_000, "10 ms"],
          ],
        },
        { x: "routes of the API", y: "time of one decision" },
      ),
      ...series.map(({ points, colour, wrong }) =>
        drawLine(points.map(at), colour, {
          width: colour === colours.ours ? 3.5 : 1.6,
          dash: wrong > 0 ? "5 4" : "",
        }),
      ),
      ...series.map(({ colour }, index) =>
        drawLine(
          [
            [x.end + 4, ends[index] ?? 0],
            [x.end + 18, heights[index] ?? 0],
          ],
          colour,
          { width: 1, opacity: 0.6 },
        ),
      ),
      ...series.map(({ label, colour, wrong }, index) =>
        drawText(
          x.end + 22,
          (heights[index] ?? 0) + 4,
          wrong > 0 ? `${label} (${percent(wrong)} wrong)` : label,
          {
            colour,
            weight: colour === colours.ours ? 700 : 400,
          },
        ),
      ),
    ],
  })
}

function seriesOf(measured: readonly Measured[]): Series[] {
  const of = (names: readonly string[], colour: string, label = (name: string) => name): Series[] =>
    names
      .filter((name) => !hidden.has(name))
      .map((name) => {
        const points = measured.filter((one) => one.name === name)
        const wrong = points.map((one) => (one.wronglyAllowed + one.wronglyRefused) / one.checked)
        return { label: label(name), colour, points, wrong: Math.max(0, ...wrong) }
      })
      .filter(({ points }) => points.length > 0)
  const names = (contenders: readonly { readonly name: string }[]) => contenders.map(({ name }) => name)
  return [
    ...of(names(routers), colours.router),
    ...of(names(engines), colours.engine, (name) => name.replace("memoirist, ", "")),
    ...of(names(commaLists), colours.list),
    ...of([matchAndBit], colours.ours, () => "claimgate"),
  ]
}

function percent(share: number): string {
  return `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`
}
