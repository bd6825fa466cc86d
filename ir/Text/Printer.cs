using System.Text;

namespace MindDsl.Ir;

// The grammar of what is printed, a part of the language of docs/grammar.md. Words in quotes stand as they are, { } repeats, [ ] may be absent; layout is free.
//
//   module    = { union } function { "and" function }               the first function is the entry
//   union     = "type" name "=" ( "|" | { "|" name [ "of" type { "*" type } ] } )
//   function  = "let" [ "rec" ] name parameters ":" types { "with" rule } "=" block
//               "and" instead of "let" for all but the first
//   rule      = kind name                                          the derivative of the user
//             | "fixed_point" "<" number "," number ">" name       tolerance, the most steps, the step
//             | "product" name                                     the product of the linear system that the function solves
//             | "transposed" name                                  the solution of the transposed system
//             | "checkpoint" [ "<" bool "," "[" [ text { "," text } ] "]" "," number ">" ]    what is kept: products, values with these tags, bytes
//   kind      = "forward" | "reverse"
//   parameters = "()" | parameter { parameter }
//   parameter = "(" name ":" type ")"
//   types     = "unit" | type { "*" type }
//   type      = dtype [ "[" size { "," size } "]" ] | "seq<" type ">" | "(" ( "unit" | type { "->" type } ) "->" types ")" | name
//   block     = { "let" targets "=" expression "in" } atoms
//   targets   = "()" | name ":" type | "(" name ":" type { "," name ":" type } ")"
//   atoms     = "()" | atom | "(" atom { "," atom } ")"
//   atom      = name | literal
//   lambda    = "fun" parameters "->" block
//   arguments = "()" | atom { atom }
//   expression =
//       operation [ "<" attributes ">" ] arguments                   a primitive operation
//     | name arguments                                               a call
//     | "closure" name arguments | "invoke" atom arguments           function values
//     | "if" atom "then" block "else" block
//     | "while" atoms "when" lambda "do" lambda                      condition, body
//     | "scan" atom [ "stacked<" size ">" ] [ "reverse" ] "from" atoms "over" atoms "do" lambda
//     | "build<" size { "," size } ">" lambda
//     | "inject" name "." name arguments
//     | "match" atom "with" { "|" name parameters "->" block }
//     | "length" atom
//     | "undefined<" type ">"
//     | "derivative<" kind "," bools "," bools [ "," number ] [ "," part "," name ] ">" name arguments    the active parameters, the wanted results, the order, the part and what it keeps
//   part      = "primal" | "linear"
//
// Names are unique within a function; a value that another function reads has a name that is unique in the module. No name is a word
// or an operation of the language, so that the first word of an expression says what it is. The operation "and" is the one word that is both.

/// <summary>Prints programs in the textual language: let-normal form, every value with its type. Equal programs print equally.</summary>
public static class Printer
{
    /// <summary>Prints a module: its unions by name, the entry, then the other functions as they are first mentioned.</summary>
    public static string Print(Module module)
    {
        var functions = InOrder(module);
        var names = new Names();
        foreach (var function in functions) names.Of(function.Name);
        foreach (var function in functions)
            foreach (var value in Scope.FreeValues(function.Body)) names.Of(value);
        var text = new StringBuilder();
        var cases = module.Unions.ToDictionary(u => u.Key, u => Names.Of(u.Value));
        foreach (var union in module.Unions.Values.OrderBy(u => u.Type.Name, StringComparer.Ordinal))
        {
            text.Append("type ").Append(union.Type).Append(union.Cases.Count == 0 ? " = |\n" : " =\n");
            for (int n = 0; n < union.Cases.Count; n++)
            {
                var fields = union.Cases[n].Fields;
                text.Append("  | ").Append(cases[union.Type][n]).Append(fields.Count == 0 ? "" : " of " + string.Join(" * ", fields)).Append('\n');
            }
            text.Append('\n');
        }
        bool recursive = functions.Count > 1 || Scope.Functions(functions[0].Body).Any();
        for (int n = 0; n < functions.Count; n++)
        {
            if (n > 0) text.Append('\n');
            new BlockPrinter(new(names), text, cases).Function(n > 0 ? "and" : recursive ? "let rec" : "let", functions[n]);
        }
        return text.ToString();
    }

    /// <summary>Prints a function.</summary>
    public static string Print(Function function)
    {
        var text = new StringBuilder();
        var names = new Names();
        names.Of(function.Name);
        bool recursive = Scope.Functions(function.Body).Contains(function.Name);
        new BlockPrinter(names, text, null).Function(recursive ? "let rec" : "let", function);
        return text.ToString();
    }

    /// <summary>Prints a block, as a lambda if it has parameters.</summary>
    public static string Print(Block block)
    {
        var text = new StringBuilder();
        var printer = new BlockPrinter(new(), text, null);
        if (block.Parameters.Count == 0) printer.Body(block, "");
        else printer.Lambda(block, "  ");
        return text.ToString();
    }

    /// <summary>Prints one let, its blocks included.</summary>
    internal static string Print(Let let)
    {
        var text = new StringBuilder();
        new BlockPrinter(new(), text, null).Let(let, "");
        return text.ToString();
    }

    private static List<Function> InOrder(Module module)
    {
        var order = new List<Function>();
        var seen = new HashSet<FunctionName>();
        Visit(module.Entry);
        foreach (var name in module.Functions.Keys) Visit(name);
        return order;

        void Visit(FunctionName first)
        {
            var waiting = new Queue<FunctionName>([first]);
            while (waiting.TryDequeue(out var name))
            {
                if (!module.Functions.TryGetValue(name, out var function) || !seen.Add(name)) continue;
                order.Add(function);
                foreach (var mentioned in Scope.Functions(function.Body)) waiting.Enqueue(mentioned);
                foreach (var companion in function.Companions) waiting.Enqueue(companion);
            }
        }
    }
}
