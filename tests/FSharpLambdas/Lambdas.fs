namespace MindDsl.Tests.FSharp

open System
open System.Linq.Expressions
open MindDsl

/// What the F# compiler makes of a lambda where a tree is asked for.
type Tree =
    static member Of(f: Expression<Func<'a, 'b>>) = f

/// Lambdas written in F#, as the trees that they arrive as.
module Lambdas =
    let private rate = 0.5

    let methods = Tree.Of(fun (x: float) -> Math.Sin x * x + Math.Exp(-x))

    let functions = Tree.Of(fun (x: float) -> sin x * exp (-x) + sqrt (abs x) ** 3.0 + atan2 x 2.0 + pown x 3)

    let single = Tree.Of(fun (x: float32) -> tanh x * log (x * x + 1.0f))

    let names =
        Tree.Of(fun (x: float) ->
            let y = x * x
            let z = y + Math.Cos y
            y * z)

    let branches = Tree.Of(fun (x: float) -> if x > 1.0 && x < 5.0 then x * x elif x < 0.0 then -x else max x 0.5)

    let captured = Tree.Of(fun (x: float) -> x * rate)

    let inner =
        Tree.Of(fun (x: float) ->
            let square y = y * y * x
            square (x + 1.0) |> fun s -> s + square 2.0)

    let loop = Tree.Of(fun (x: float) -> Mind.Iterate(10L, x, (fun s -> s * 0.5 + Math.Sin x)))

    let arrays =
        Tree.Of(fun (x: float[]) -> Array.sum (Array.map2 (fun a b -> a * b) x (Array.map (fun v -> v * v) x)) + Array.fold (fun s v -> s * 0.5 + v) x.[0] x)
