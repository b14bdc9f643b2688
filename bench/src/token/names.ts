/** What is timed in the token bench, as tables call it. */
export const names = {
  floor: "one RSA-2048 verification",
  library: "aws-jwt-verify, verifySync",
  jose: "jose, jwtVerify",
  fastJwt: "fast-jwt",
  newClaim: "claimgate authorizer: first sight, new claim",
  knownClaim: "claimgate authorizer: first sight, known claim",
  fastJwtSeen: "fast-jwt: token in its cache",
  seen: "claimgate authorizer: token seen before",
} as const
