/**
 * Permissions checked by the compiler: from a route table's literal types, which permission strings cover at
 * least one route. What is data instead of a literal is checked at run time, where it is stored.
 */
import type { Method, Route, Routes, RouteText } from "./route.ts"

/** `METHOD:/path` of every route of a table that can be granted, `ANY` taken apart. */
export type PermissionOf<Table extends Routes> = {
  [Name in keyof Table]: Table[Name] extends Route<infer Text extends RouteText, "granted">
    ? Spelled<Text>
    : never
}[keyof Table]

type Spelled<Text extends RouteText> = Text extends `ANY ${infer Path}`
  ? `${Method}:${Path}`
  : Text extends `${infer M} ${infer Path}`
    ? `${M}:${Path}`
    : never

/** `Text` where it covers at least one of the permissions `All`, `never` where it covers none. */
export type Covering<Text extends string, All extends string> = Text extends `!${infer Rest}`
  ? Covering<Rest, All> extends never
    ? never
    : Text
  : true extends CoversAny<Text, All>
    ? Text
    : never

type CoversAny<Text extends string, One extends string> = Text extends `${infer M}:/${infer Pattern}`
  ? One extends `${infer N}:/${infer Path}`
    ? M extends "*" | N
      ? CoversPath<Pattern, Path>
      : false
    : false
  : false

type CoversPath<Pattern extends string, Path extends string> = Pattern extends "**"
  ? Path extends ""
    ? false
    : true
  : Pattern extends `${infer P}/${infer PatternRest}`
    ? Path extends `${infer S}/${infer PathRest}`
      ? CoversSegment<P, S> extends true
        ? CoversPath<PatternRest, PathRest>
        : false
      : false
    : Path extends `${string}/${string}`
      ? false
      : CoversSegment<Pattern, Path>

type CoversSegment<P extends string, S extends string> = P extends "*"
  ? S extends "" | `{${string}+}`
    ? false
    : true
  : P extends `{${string}+}`
    ? S extends `{${string}+}`
      ? true
      : false
    : P extends `{${string}}`
      ? S extends `{${string}+}`
        ? false
        : S extends `{${string}}`
          ? true
          : false
      : P extends S
        ? true
        : false
