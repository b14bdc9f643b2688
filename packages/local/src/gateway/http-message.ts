/** One header as it stands on the wire: its name in the sender's case, its value. */
export type Header = readonly [name: string, value: string]

/** A parsed HTTP request, as plain data: a socket is not needed to have one. */
export interface HttpRequest {
  readonly method: string
  /** The target of the request line, character for character. INVARIANT: nothing that tidies paths up touches it. */
  readonly target: string
  /** In the order sent, repeated where they were repeated. */
  readonly headers: readonly Header[]
  readonly body: Uint8Array
  readonly sourceIp: string
}

/** An answer, as plain data. */
export interface HttpResponse {
  readonly status: number
  /** In the order to send, without `content-length` and `date`. */
  readonly headers: readonly Header[]
  readonly body: Uint8Array
}

/** What a request made by hand can have. */
export interface RequestParts {
  /** A list sends the header once per value. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  readonly body?: string | Uint8Array
  readonly sourceIp?: string
}

/** A request made by hand, from `127.0.0.1` and without body unless told otherwise; sends no header on its own. */
export function createRequest(method: string, target: string, parts: RequestParts = {}): HttpRequest {
  return {
    method,
    target,
    headers: Object.entries(parts.headers ?? {}).flatMap(([name, values]) =>
      [values].flat().map((value): Header => [name, value]),
    ),
    body: bytesOf(parts.body ?? ""),
    sourceIp: parts.sourceIp ?? "127.0.0.1",
  }
}

/** An answer with that text or those bytes as its body. */
export function createResponse(
  status: number,
  headers: readonly Header[],
  body: string | Uint8Array,
): HttpResponse {
  return { status, headers, body: bytesOf(body) }
}

/** A JSON message as gateways answer on their own: `{"message":"…"}`. */
export function messageResponse(
  status: number,
  message: string,
  headers: readonly Header[] = [],
): HttpResponse {
  return createResponse(
    status,
    [["content-type", "application/json"], ...headers],
    JSON.stringify({ message }),
  )
}

/** All values of a header, in the order sent; names are compared without case. */
export function headerValues(headers: readonly Header[], name: string): string[] {
  const wanted = name.toLowerCase()
  return headers.filter(([sent]) => sent.toLowerCase() === wanted).map(([, value]) => value)
}

/** The values of a header joined by `, `, or undefined where it is not there. */
export function headerOf(message: { readonly headers: readonly Header[] }, name: string): string | undefined {
  const values = headerValues(message.headers, name)
  return values.length === 0 ? undefined : values.join(", ")
}

/** The body as UTF-8 text. */
export function textOf(message: { readonly body: Uint8Array }): string {
  return Buffer.from(message.body).toString("utf8")
}

function bytesOf(body: string | Uint8Array): Uint8Array {
  return typeof body === "string" ? Buffer.from(body, "utf8") : body
}
