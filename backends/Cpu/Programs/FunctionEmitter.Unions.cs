using System.Linq.Expressions;
using MindDsl.Ir;

namespace MindDsl.Backends.Cpu;

/// <content>Unions: their fields are copied in and out, words by words, in the order of the case.</content>
internal sealed partial class FunctionEmitter
{
    private void Inject(List<Expression> statements, Value target, Inject inject)
    {
        Expression[] size =
        [
            Expression.Constant(inject.Case), Expression.Constant(inject.Fields.Sum(f => UnionValue.WordsOf(f.Type))), Expression.Constant(inject.Fields.Count(f => UnionValue.IsObject(f.Type))),
        ];
        var union = Assigned(statements, program.RentsUnions
            ? Expression.Call(_context, nameof(CallContext.RentUnion), null, size)
            : Expression.Call(typeof(UnionValue), nameof(UnionValue.Of), null, size));
        int words = 0, objects = 0;
        foreach (var field in inject.Fields)
        {
            var value = Read(statements, field);
            statements.Add(field.Type switch
            {
                TensorType { Rank: 0 } => Expression.Call(union, nameof(UnionValue.SetBits), null, Expression.Constant(words), Clr.Call(nameof(Elements.ToBits), value.Type, value)),
                TensorType tensor when UnionValue.IsObject(tensor) => Expression.Call(union, nameof(UnionValue.SetTensor), null, Expression.Constant(objects++), value, Clr.Constant(BytesOf(tensor))),
                TensorType tensor when BytesOf(tensor) == 0 => Expression.Empty(),
                TensorType tensor => Expression.Call(union, nameof(UnionValue.SetWords), null, Expression.Constant(words), value, Clr.Constant(BytesOf(tensor))),
                _ => Expression.Call(union, nameof(UnionValue.SetObject), null, Expression.Constant(objects++), value),
            });
            words += UnionValue.WordsOf(field.Type);
        }
        _values[target] = union;
    }

    /// <summary>
    /// Where unions are rented, statements that may rent some and whose results hold none give them back at the end: the statement that does, after one before that takes note of
    /// those in use; null where there is nothing to give back.
    /// </summary>
    private BinaryExpression? GivingBack(List<Expression> before, IEnumerable<Block> blocks, IEnumerable<IrType> results)
    {
        if (!program.RentsUnions || results.Any(ProgramCompiler.HoldsUnion) || !blocks.Any(MayRent)) return null;
        var inUse = Expression.Field(_context, nameof(CallContext.Unions));
        return Expression.Assign(inUse, Assigned(before, inUse));
    }

    private static bool MayRent(Block block) => block.Lets.Any(l => l.Expr is Ir.Inject or Ir.Call || l.Expr.Blocks.Any(MayRent));

    /// <summary>Gives the parameters of a case the fields of a union.</summary>
    private void Fields(List<Expression> statements, Expression union, Block block)
    {
        int words = 0, objects = 0;
        foreach (var field in block.Parameters)
        {
            if (field.Type is TensorType { Rank: > 0 } small && !UnionValue.IsObject(small))
            {
                var place = Place(field);
                if (BytesOf(small) > 0) statements.Add(Expression.Call(union, nameof(UnionValue.GetWords), null, Expression.Constant(words), place, Clr.Constant(BytesOf(small))));
            }
            else
            {
                _values[field] = Assigned(statements, field.Type switch
                {
                    TensorType { Rank: 0 } scalar => Clr.Call(nameof(Elements.FromBits), Clr.Type(scalar.DType), Expression.Call(union, nameof(UnionValue.GetBits), null, Expression.Constant(words))),
                    TensorType => Expression.Call(union, nameof(UnionValue.GetTensor), null, Expression.Constant(objects++)),
                    _ => Expression.Convert(Expression.Call(union, nameof(UnionValue.GetObject), null, Expression.Constant(objects++)), TypeOf(field.Type)),
                });
            }
            words += UnionValue.WordsOf(field.Type);
        }
    }
}
