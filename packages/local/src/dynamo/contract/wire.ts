/** What came back over the wire. */
export interface WireAnswer {
  readonly status: number
  readonly text: string
  /** The parsed body, or `{}` for plain text. */
  readonly body: Readonly<Record<string, unknown>>
  /** The error's name without its namespace, if it is one. */
  readonly error: string | undefined
}

const credentials = "AWS4-HMAC-SHA256 Credential=local/x, SignedHeaders=host, Signature=0"

/** Sends one request as it is: a string body is sent unchanged, headers given replace those of a good request. */
export async function wire(
  endpoint: string,
  operation: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<WireAnswer> {
  const response = await fetch(endpoint, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.0",
      "x-amz-target": `DynamoDB_20120810.${operation}`,
      authorization: credentials,
      ...headers,
    },
    body: typeof body === "string" ? body : JSON.stringify(body),
  })
  const text = await response.text()
  const parsed = text.startsWith("{") ? JSON.parse(text) : {}
  return { status: response.status, text, body: parsed, error: parsed.__type?.split("#")[1] }
}

/** Creates a table with a string key `pk`. */
export async function createTable(endpoint: string, TableName: string): Promise<void> {
  const { status, text } = await wire(endpoint, "CreateTable", {
    TableName,
    BillingMode: "PAY_PER_REQUEST",
    KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
    AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
  })
  if (status !== 200) throw new Error(`table \`${TableName}\`: ${text}`)
}
