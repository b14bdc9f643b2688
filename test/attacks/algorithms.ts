/** Who says how a token is verified: never the token. */
import { constants, createHash, createPublicKey, type KeyObject, sign } from "node:crypto"
import { type Attack, bearer, byGateway, type Family } from "./attack.ts"
import {
  forged,
  hmac,
  type Material,
  mintedFromText,
  nothing,
  partsOf,
  rsa,
  type Signer,
  stranger,
} from "./material.ts"

export const algorithms: Family = (material) => [
  ...unsigned(material),
  ...symmetric(material),
  ...otherKeys(material),
  ...withoutKey(material),
  ...byThePoolItself(material),
]

/** Tokens that claim to need no signature, or that claim nothing that means anything. */
function unsigned({ kid, claims, token }: Material): readonly Attack[] {
  const kept: Signer = () => Buffer.from(partsOf(token).signature, "base64url")
  const saying = (alg: unknown, signer: Signer) => forged({ kid, alg }, claims, signer)
  const twice = (first: string, last: string) =>
    forged(`{"kid":"${kid}","alg":"${first}","alg":"${last}"}`, claims, nothing)
  return [
    ...["none", "None", "NONE", "nOnE", ""].map((alg) =>
      bearer(`an unsigned token that names the algorithm \`${alg}\``, saying(alg, nothing)),
    ),
    bearer("an unsigned token that names no algorithm", saying(undefined, nothing)),
    bearer("algorithm `none` over the signature that there was", saying("none", kept)),
    bearer("algorithm `none` over one zero byte", saying("none", bytes(1))),
    bearer("an unsigned token that says `none`, then RS256", twice("none", "RS256")),
    bearer("an unsigned token that says RS256, then `none`", twice("RS256", "none")),
    bearer("an algorithm that is null", saying(null, kept)),
    bearer("an algorithm that is a number", saying(256, kept)),
    bearer("an algorithm in a list", saying(["RS256"], kept)),
    bearer("an algorithm in an object", saying({ name: "RS256" }, kept)),
    bearer("the right algorithm in lower case", saying("rs256", kept)),
    bearer("the right algorithm and a blank", saying("RS256 ", kept)),
    bearer("the right algorithm and a NUL", saying("RS256\0", kept)),
  ]
}

/** HMAC with something public for its secret. */
function symmetric({ kid, claims, poolKey }: Material): readonly Attack[] {
  const key = createPublicKey(poolKey)
  const pem = key.export({ type: "spki", format: "pem" }).toString()
  const jwk = key.export({ format: "jwk" })
  const by = (alg: string, secret: Buffer | string, hash?: string) =>
    forged({ kid, alg }, claims, hmac(secret, hash))
  return [
    bearer("HS256 with the public key's PEM for secret", by("HS256", pem)),
    bearer("HS256 with that PEM without its last line break", by("HS256", pem.trimEnd())),
    bearer("HS256 with that PEM in one line", by("HS256", pem.replaceAll("\n", ""))),
    bearer("HS256 with the PKCS #1 PEM", by("HS256", key.export({ type: "pkcs1", format: "pem" }))),
    bearer("HS256 with the public key's DER", by("HS256", key.export({ type: "spki", format: "der" }))),
    bearer("HS256 with the public key's JWK", by("HS256", JSON.stringify(jwk))),
    bearer("HS256 with the modulus", by("HS256", Buffer.from(jwk.n ?? "", "base64url"))),
    bearer("HS256 with the key id", by("HS256", kid)),
    bearer("HS256 with an empty secret", by("HS256", "")),
    bearer("HS384 with the public key's PEM", by("HS384", pem, "sha384")),
    bearer("HS512 with the public key's PEM", by("HS512", pem, "sha512")),
    bearer("an HMAC with the public key's PEM that is called RS256", by("RS256", pem)),
  ]
}

/** Good signatures by keys that nobody published. */
function otherKeys({ kid, claims }: Material): readonly Attack[] {
  const by = (alg: string, signer: Signer) => forged({ kid, alg }, claims, signer)
  return [
    bearer("RS384 by another key", by("RS384", rsa(stranger.rsa, "sha384"))),
    bearer("RS512 by another key", by("RS512", rsa(stranger.rsa, "sha512"))),
    bearer("PS256 by another key", by("PS256", pss(stranger.rsa))),
    bearer("ES256 by another key", by("ES256", ecdsa(stranger.p256))),
    bearer("ES256K by another key", by("ES256K", ecdsa(stranger.secp256k1))),
    bearer(
      "EdDSA by another key",
      by("EdDSA", (input) => sign(null, input, stranger.ed25519)),
    ),
  ]
}

/** Signatures that are right for every key, or that need none, where a library is broken. */
function withoutKey({ kid, claims }: Material): readonly Attack[] {
  const by = (alg: string, signer: Signer) => forged({ kid, alg }, claims, signer)
  const emptyDer = Buffer.from("3006020100020100", "hex")
  return [
    bearer("ES256 with r and s zero (CVE-2022-21449)", by("ES256", bytes(64))),
    bearer(
      "ES256 with r and s zero, in DER",
      by("ES256", () => emptyDer),
    ),
    bearer("EdDSA with a signature of zeros", by("EdDSA", bytes(64))),
    bearer("RS256 with a signature of zeros", by("RS256", bytes(256))),
    bearer("RS256 with the signature 1, which is 1 to any power", by("RS256", bytes(256, 1))),
    bearer("RS256 with the padded hash in place of its signature", by("RS256", padded)),
    bearer("RS256 with the bare hash in place of its signature", by("RS256", hashed)),
  ]
}

/** What nobody but the pool could have made. AWS's own authorizers take all RSA algorithms, and do not say which it was. */
function byThePoolItself(material: Material): readonly Attack[] {
  const { kid, claims, poolKey } = material
  const by = (alg: string, signer: Signer) => forged({ kid, alg }, claims, signer)
  const taken = byGateway(401, { http: 200, rest: 200 })
  const twice = mintedFromText(
    material,
    `{"kid":"${kid}","alg":"RS256","alg":"none"}`,
    JSON.stringify(claims),
  )
  return [
    bearer("RS384 by the pool's key", by("RS384", rsa(poolKey, "sha384")), taken),
    bearer("RS512 by the pool's key", by("RS512", rsa(poolKey, "sha512")), taken),
    bearer("PS256 by the pool's key", by("PS256", pss(poolKey))),
    bearer("a PSS signature by the pool's key that is called RS256", by("RS256", pss(poolKey))),
    bearer("an RS512 signature by the pool's key that is called RS256", by("RS256", rsa(poolKey, "sha512"))),
    bearer("SHA-1 by the pool's key that is called RS256", by("RS256", rsa(poolKey, "sha1"))),
    bearer("RS256 by the pool's key in a header that says `none` last", twice),
  ]
}

function bytes(length: number, last = 0): Signer {
  const signature = Buffer.alloc(length)
  signature[length - 1] = last
  return () => signature
}

function pss(key: KeyObject): Signer {
  const padding = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }
  return (input) => sign("sha256", input, { key, ...padding })
}

function ecdsa(key: KeyObject): Signer {
  return (input) => sign("sha256", input, { key, dsaEncoding: "ieee-p1363" })
}

const hashed: Signer = (input) => createHash("sha256").update(input).digest()

/** EMSA-PKCS1-v1_5 for 2,048 bits (RFC 8017 §9.2): what a signature must come to when it is raised to the exponent. */
const padded: Signer = (input) => {
  const digestInfo = Buffer.from("3031300d060960864801650304020105000420", "hex")
  const rest = 256 - 3 - digestInfo.length - 32
  return Buffer.concat([
    Buffer.from([0, 1]),
    Buffer.alloc(rest, 255),
    Buffer.from([0]),
    digestInfo,
    hashed(input),
  ])
}
