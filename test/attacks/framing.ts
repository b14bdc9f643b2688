/** HTTP itself: which method is meant, where a header ends, and where a request does. */
import { type Attack, byGateway, type Family, sent } from "./attack.ts"
import { broken, type Material } from "./material.ts"
import { type Header, request, target, typed } from "./wire.ts"

export const framing: Family = (material) => [...overridden(material), ...bent(material)]

/** A reader asks to delete, and says that it is reading. A REST API believes that, before anybody is asked. */
function overridden({ token }: Material): readonly Attack[] {
  const reader: Header = ["authorization", `Bearer ${token}`]
  const path = "/api/devices/none"
  const deleting = (more: Header) => request({ method: "DELETE", path, headers: [reader, more] })
  const becomesGet = {
    ...byGateway(403, { http: 403, rest: 404 }),
    cached: 404,
    "claims-rest": 404,
    "claims-token": 404,
  }
  const becomesDelete = {
    ...byGateway(404, { http: 404, rest: 403 }),
    cached: 403,
    "claims-rest": 403,
    "claims-token": 403,
  }
  return [
    sent("a reader who deletes", request({ method: "DELETE", path, headers: [reader] }), 403),
    sent("a deletion that says to be a GET", deleting(["X-HTTP-Method-Override", "GET"]), becomesGet),
    sent(
      "a GET that says to be a deletion",
      request({ path, headers: [reader, ["X-HTTP-Method-Override", "DELETE"]] }),
      becomesDelete,
    ),
    sent("a deletion that says so in another header", deleting(["X-Method-Override", "GET"]), 403),
    sent("a deletion that says so in a third header", deleting(["X-HTTP-Method", "GET"]), 403),
    sent(
      "a deletion that says so in the query",
      request({ method: "DELETE", path: `${path}?_method=GET`, headers: [reader] }),
      403,
    ),
    sent("a deletion that says to ask for another path", deleting(["X-Original-URL", target]), 403),
  ]
}

/** HTTP itself, bent: where a request ends, where a header does, what is a line. */
function bent({ token }: Material): readonly Attack[] {
  const good = `authorization: Bearer ${token}`
  const forged = `authorization: Bearer ${broken(token)}`
  const lines = (...more: readonly string[]) =>
    typed(({ prefix }) => [
      `GET ${prefix}${target} HTTP/1.1`,
      "host: api.example.com",
      "connection: close",
      ...more,
      "",
      "",
    ])
  const chunked = ["transfer-encoding: chunked", "", "0"]
  return [
    sent(
      "HTTP/1.0 and a forged token",
      typed(({ prefix }) => [`GET ${prefix}${target} HTTP/1.0`, forged, "", ""]),
    ),
    sent(
      "HTTP/0.9",
      typed(({ prefix }) => [`GET ${prefix}${target}`, "", ""]),
    ),
    sent(
      "a version that there is not",
      typed(({ prefix }) => [`GET ${prefix}${target} HTTP/3.0`, good, "", ""]),
      400,
    ),
    sent("a blank behind the header's name", lines(good.replace(":", " :")), 400),
    sent("a NUL in the header's name", lines(good.replace(":", "\0:")), 400),
    sent("a NUL in the token", lines(`${good}\0`), 400),
    sent("a header without a colon", lines(good.replace(":", "")), 400),
    sent("a header's name of another script", lines(good.replace("a", "\xD0\xB0")), 400),
    sent("a token in a header's continuation", lines("authorization:", ` Bearer ${token}`), [400, 401]),
    sent("a token in the continuation of another header", lines("x-a: b", ` ${good}`), [400, 401]),
    sent("a lone carriage return in front of a second header", lines(`x-a: b\r${good}`), 400),
    sent("a lone line feed in front of a second header", lines(`${forged}\n${good}`), [400, 401]),
    sent("a token in a chunked body's trailer", lines("trailer: authorization", ...chunked, good)),
    sent(
      "a forged header before, a token in the trailer",
      lines(forged, "trailer: authorization", ...chunked, good),
    ),
    sent("two lengths", lines(forged, "content-length: 0", "content-length: 5"), 400),
    sent("a length and chunks", lines(forged, "content-length: 5", ...chunked), 400),
    sent("a second request in the body of the first", smuggled(token, forged)),
    sent(
      "a proxy's target",
      typed(({ prefix }) => [
        `GET http://api.example.com${prefix}${target} HTTP/1.1`,
        "host: a",
        "connection: close",
        forged,
        "",
        "",
      ]),
      [400, 401, 403, 404],
    ),
  ]
}

/** The outer request says how long it is, and that is where it ends: what lies in it is never a request. */
function smuggled(token: string, forged: string) {
  return typed(({ prefix }) => {
    const inner = `GET ${prefix}${target} HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${token}\r\n\r\n`
    return [
      `POST ${prefix}${target} HTTP/1.1`,
      "host: a",
      "connection: close",
      forged,
      `content-length: ${inner.length}`,
      "",
      inner,
    ]
  })
}
