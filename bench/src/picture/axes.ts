/** Just enough SVG: two logarithmic axes, lines, dots, labels that keep out of each other's way. */

/** A logarithmic scale from values to pixels. */
export interface Axis {
  readonly from: number
  readonly to: number
  readonly start: number
  readonly end: number
}

/** Colours that read on white and on black: pages show pictures on either, and the picture cannot know. */
export const ink = { text: "#7d8590", grid: "#7d859033", limit: "#d1453b" } as const

export function place({ from, to, start, end }: Axis, value: number): number {
  return start + ((end - start) * Math.log(value / from)) / Math.log(to / from)
}

export interface Frame {
  readonly width: number
  readonly height: number
  /** For those who cannot see it. */
  readonly title: string
  readonly description: string
  readonly parts: readonly string[]
}

export function drawFrame({ width, height, title, description, parts }: Frame): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title description" font-family="system-ui, -apple-system, 'Segoe UI', 'Liberation Sans', sans-serif" font-size="13">
<title id="title">${escapeText(title)}</title>
<desc id="description">${escapeText(description)}</desc>
${parts.join("\n")}
</svg>
`
}

export function drawText(
  x: number,
  y: number,
  text: string,
  { anchor = "start", colour = ink.text as string, size = 13, weight = 400 } = {},
): string {
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}" fill="${colour}" font-size="${size}" font-weight="${weight}">${escapeText(text)}</text>`
}

export function drawLine(
  points: readonly (readonly [number, number])[],
  colour: string,
  { width = 2, dash = "", opacity = 1 } = {},
): string {
  const path = points.map(([x, y], index) => `${index === 0 ? "M" : "L"}${round(x)} ${round(y)}`).join("")
  const dashes = dash === "" ? "" : ` stroke-dasharray="${dash}"`
  return `<path d="${path}" fill="none" stroke="${colour}" stroke-width="${width}" stroke-linejoin="round" stroke-linecap="round" stroke-opacity="${opacity}"${dashes}/>`
}

export function drawDots(
  points: readonly (readonly [number, number])[],
  colour: string,
  radius: number,
): string {
  const dots = points.map(([x, y]) => `<circle cx="${round(x)}" cy="${round(y)}" r="${radius}"/>`)
  return `<g fill="${colour}" fill-opacity="0.55">${dots.join("")}</g>`
}

/** Grid lines and numbers along both axes, and what they count. */
export function drawAxes(
  x: Axis,
  y: Axis,
  ticks: {
    readonly x: readonly (readonly [number, string])[]
    readonly y: readonly (readonly [number, string])[]
  },
  labels: { readonly x: string; readonly y: string },
): string[] {
  return [
    ...ticks.y.map(([value]) =>
      drawLine(
        [
          [x.start, place(y, value)],
          [x.end, place(y, value)],
        ],
        ink.grid,
        { width: 1 },
      ),
    ),
    ...ticks.y.map(([value, text]) => drawText(x.start - 8, place(y, value) + 4, text, { anchor: "end" })),
    ...ticks.x.map(([value]) =>
      drawLine(
        [
          [place(x, value), y.start],
          [place(x, value), y.start + 5],
        ],
        ink.text,
        { width: 1 },
      ),
    ),
    ...ticks.x.map(([value, text]) => drawText(place(x, value), y.start + 20, text, { anchor: "middle" })),
    drawLine(
      [
        [x.start, y.start],
        [x.end, y.start],
      ],
      ink.text,
      { width: 1 },
    ),
    drawText((x.start + x.end) / 2, y.start + 42, labels.x, { anchor: "middle" }),
    drawText(x.start - 50, y.end - 16, labels.y),
  ]
}

/** Moves labels apart, as little as possible, so that neighbours are at least `gap` from each other. */
export function spread(wanted: readonly number[], gap: number): number[] {
  const order = wanted.map((_, index) => index).sort((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0))
  const placed = [...wanted]
  // Relaxation: overlapping neighbours share the way that they have to go.
  for (let pass = 0; pass < 200; pass++)
    for (let i = 1; i < order.length; i++) {
      const [above, below] = [order[i - 1] ?? 0, order[i] ?? 0]
      const overlap = gap - ((placed[below] ?? 0) - (placed[above] ?? 0))
      if (overlap <= 0) continue
      placed[above] = (placed[above] ?? 0) - overlap / 2
      placed[below] = (placed[below] ?? 0) + overlap / 2
    }
  return placed
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}

function escapeText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
}
