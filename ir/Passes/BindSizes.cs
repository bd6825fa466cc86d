namespace MindDsl.Ir;

/// <summary>Replaces named sizes by numbers, in types and in the attributes of operations.</summary>
public static class BindSizes
{
    /// <summary>The pass for given sizes.</summary>
    public static Pass With(IReadOnlyDictionary<string, long> sizes) => new("bind-sizes", "all sizes are numbers", module => Run(module, sizes), Level.Sized);

    private static Module Run(Module module, IReadOnlyDictionary<string, long> sizes)
    {
        IrType Bound(IrType type) => type switch
        {
            TensorType tensor => tensor with { Shape = tensor.Shape.Bind(sizes) },
            SequenceType sequence => new SequenceType(Bound(sequence.Element)),
            FunctionType function => new FunctionType(function.Parameters.Map(Bound), function.Results.Map(Bound)),
            _ => type,
        };

        Seq<Atom>? Replace(BlockCopy copy, BlockBuilder builder, Let let)
        {
            switch (let.Expr)
            {
                case Apply apply when !ReferenceEquals(apply.Op.Bind(sizes), apply.Op):
                    return [builder.Apply(apply.Op.Bind(sizes), copy[apply.Arguments].Span)];
                case Build build when build.Extents.Any(e => !e.IsConstant):
                    return copy.Copy(builder, let with { Expr = build with { Extents = build.Extents.Map(e => e.Bind(sizes)) } });
                case Scan { StackedLength: { IsConstant: false } length } scan:
                    return copy.Copy(builder, let with { Expr = scan with { StackedLength = length.Bind(sizes) } });
                default:
                    return null;
            }
        }

        var unions = module.Unions.ToDictionary(u => u.Key, u =>
            u.Value with { Cases = u.Value.Cases.Map(c => c with { Fields = c.Fields.Map(Bound) }) });
        return new(module.Entry, module.Functions.ToDictionary(f => f.Key, f =>
            f.Value with { Body = new BlockCopy(Replace, Bound).Block(null, f.Value.Body) }), unions);
    }
}
