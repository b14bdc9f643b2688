import { expect, test } from "vitest"
import { createNaming } from "./route-name.ts"

test.each<[string | undefined, string]>([
  ["getUser", "getUser"],
  ["GetUser", "getUser"],
  ["get-user_by.id", "getUserById"],
  ["repos/list-for-org", "reposListForOrg"],
  ["list users (all)", "listUsersAll"],
  ["HTTPPing", "httpPing"],
  ["LIST", "list"],
  ["LIST_USERS", "listUSERS"],
  ["X", "x"],
  ["getV2User", "getV2User"],
  ["__proto__", "proto"],
  ["constructor", "constructor"],
  ["Nutzer-löschen", "nutzerLöschen"],
  ["ユーザー取得", "ユーザー取得"],
  ["उपयोगकर्ता", "उपयोगकर्ता"],
  ["2fa-enable", "get2faEnable"],
  ["404", "get404"],
  ["½ price", "price"],
  ['"); process.exit("', "processExit"],
  ["// */ `$\u{7b}x}", "x"],
  ["\uD800bad", "bad"],
  ["---", "getUsersById"],
  ["", "getUsersById"],
  [undefined, "getUsersById"],
])("operationId %j becomes %s", (operationId, name) => {
  const given = createNaming()("GET", "/users/{id}", operationId)
  expect(given).toBe(name)
  expect(() => new Function(`return { ${given}: 1 }`)).not.toThrow()
})

test.each([
  ["GET", "/", "getRoot"],
  ["GET", "/~", "getRoot"],
  ["POST", "/users/{id}/reports", "postUsersByIdReports"],
  ["ANY", "/files/{path+}", "anyFilesByPath"],
  ["GET", "/api/v1/user-settings.json/{user_id}", "getApiV1UserSettingsJsonByUserId"],
  ["GET", "/caf%C3%A9", "getCafC3A9"],
])("%s %s without an id becomes %s", (method, path, name) => {
  expect(createNaming()(method, path, undefined)).toBe(name)
})

test("a name that is taken gets the next free number", () => {
  const naming = createNaming()
  const names = ["get-it", "getIt2", "get_it", "getIt", "getIt2"].map((id) => naming("GET", "/", id))
  expect(names).toEqual(["getIt", "getIt2", "getIt3", "getIt4", "getIt22"])
})

test("20,000 equal ids get different names", () => {
  const naming = createNaming()
  expect(new Set(Array.from({ length: 20_000 }, () => naming("GET", "/", "same"))).size).toBe(20_000)
})
