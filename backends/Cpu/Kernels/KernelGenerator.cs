using System.Collections.Concurrent;
using System.Linq.Expressions;
using FastExpressionCompiler;
using MindDsl.Ir;

namespace MindDsl.Backends.Cpu;

/// <summary>
/// A block of a contraction held in registers. Addresses and offsets are in bytes; <paramref name="rowA"/> and the other tables are addresses of 8-byte offsets. The block at
/// <c>c + rowC[i] + columnC[j]</c> is set, or added to if <paramref name="add"/> is not 0.
/// </summary>
internal delegate void BlockKernel(
    long a, long b, long c, long rowA, long rowC, long columnB, long columnC, long depthA, long depthB, long depth, long add);

/// <summary>Generates the innermost loops of contractions: for an element type and a block of registers, each once per process.</summary>
internal static class KernelGenerator
{
    private static readonly ConcurrentDictionary<(DType, int, int, bool), BlockKernel> Known = new();

    /// <summary>Rows × vectors of columns: for each depth one element per row is spread and multiplied by vectors along the columns.</summary>
    public static BlockKernel Outer(DType type, int rows, int vectors) =>
        Known.GetOrAdd((type, rows, vectors, true), static k => Compile(k.Item1, k.Item2, k.Item3, EmitOuter));

    /// <summary>
    /// Rows × columns, vectors along the depth. The tables of the depth hold the offset of each vector; <c>depth</c> counts those in full, behind which come, at the
    /// end of the table, the number of vectors that are used in part and for each its offset and the address of a mask.
    /// </summary>
    public static BlockKernel Inner(DType type, int rows, int columns) =>
        Known.GetOrAdd((type, rows, columns, false), static k => Compile(k.Item1, k.Item2, k.Item3, EmitInner));

    private static BlockKernel Compile(DType type, int rows, int columns, Action<Code> emit)
    {
        var code = new Code(type, rows, columns);
        emit(code);
        var lambda = Expression.Lambda<BlockKernel>(Expression.Block(typeof(void), code.Variables, code.Statements), code.Parameters);
        return lambda.CompileFast(ifFastFailedReturnNull: true) ?? lambda.Compile();
    }

    private static void EmitOuter(Code code)
    {
        var width = VectorWidth.Current!;
        var (a, b) = (code.Addresses(code.A, code.RowA, code.Rows), code.Addresses(code.B, code.ColumnB, code.Columns));
        var sums = code.Sums(width.Of(code.Type), code.Rows * code.Columns);
        var (placeA, placeB, end) = (code.Variable(typeof(long)), code.Variable(typeof(long)), code.Variable(typeof(long)));
        var (x, vectors) = (code.Variable(width.Of(code.Type)), code.Set(width.Of(code.Type), code.Columns));
        code.Prefetch(width.Bits / 8);
        code.Add(Expression.Assign(end, Expression.Add(code.DepthA, Expression.Multiply(code.Depth, Clr.Constant(8)))));
        var body = new List<Expression>
        {
            Expression.Assign(placeA, Clr.Load(DType.I64, code.DepthA)),
            Expression.Assign(placeB, Clr.Load(DType.I64, code.DepthB)),
        };
        for (int j = 0; j < code.Columns; j++) body.Add(Expression.Assign(vectors[j], width.Load(code.Type, Expression.Add(b[j], placeB))));
        for (int i = 0; i < code.Rows; i++)
        {
            body.Add(Expression.Assign(x, width.Broadcast(Clr.Load(code.Type, Expression.Add(a[i], placeA)))));
            for (int j = 0; j < code.Columns; j++) body.Add(Accumulate(sums[i * code.Columns + j], x, vectors[j]));
        }
        body.Add(Expression.AddAssign(code.DepthA, Clr.Constant(8)));
        body.Add(Expression.AddAssign(code.DepthB, Clr.Constant(8)));
        code.Add(NestEmitter.While(Expression.LessThan(code.DepthA, end), Expression.Block(typeof(void), body)));
        code.Store((i, j) => sums[i * code.Columns + j], address => width.Load(code.Type, address), (address, value) => width.Store(code.Type, address, value));
    }

    private static void EmitInner(Code code)
    {
        var width = VectorWidth.Current!;
        var (a, b) = (code.Addresses(code.A, code.RowA, code.Rows), code.Addresses(code.B, code.ColumnB, code.Columns));
        var sums = code.Sums(width.Of(code.Type), code.Rows * code.Columns);
        var (placeA, placeB, end) = (code.Variable(typeof(long)), code.Variable(typeof(long)), code.Variable(typeof(long)));
        var (mask, vectors, y) = (code.Variable(width.Of(code.Type)), code.Set(width.Of(code.Type), code.Rows), code.Variable(width.Of(code.Type)));

        code.Add(Expression.Assign(end, Expression.Add(code.DepthA, Expression.Multiply(code.Depth, Clr.Constant(8)))));
        code.Add(NestEmitter.While(Expression.LessThan(code.DepthA, end), Step(null, 8)));
        // Behind the vectors in full: how many are used in part, then triples of offsets and mask.
        code.Add(Expression.Assign(end, Expression.Add(code.DepthB, Expression.Multiply(Clr.Load(DType.I64, code.DepthB), Clr.Constant(24)))));
        code.Add(NestEmitter.While(Expression.LessThan(code.DepthB, end), Step(mask, 24)));
        code.Store(
            (i, j) => width.Sum(sums[i * code.Columns + j]), address => Clr.Load(code.Type, address), (address, value) => Clr.Store(code.Type, address, value));

        Expression Step(ParameterExpression? masked, long bytes)
        {
            var body = new List<Expression>();
            if (masked is null)
            {
                body.Add(Expression.Assign(placeA, Clr.Load(DType.I64, code.DepthA)));
                body.Add(Expression.Assign(placeB, Clr.Load(DType.I64, code.DepthB)));
                body.Add(Expression.AddAssign(code.DepthA, Clr.Constant(bytes)));
            }
            else
            {
                body.Add(Expression.Assign(placeA, Clr.Load(DType.I64, Clr.Offset(code.DepthB, 8))));
                body.Add(Expression.Assign(placeB, Clr.Load(DType.I64, Clr.Offset(code.DepthB, 16))));
                body.Add(Expression.Assign(masked, width.Load(code.Type, Clr.Load(DType.I64, Clr.Offset(code.DepthB, 24)))));
            }
            body.Add(Expression.AddAssign(code.DepthB, Clr.Constant(bytes)));
            Expression Vector(Expression address)
            {
                var value = width.Load(code.Type, address);
                return masked is null ? value : Expression.And(value, masked);
            }
            for (int i = 0; i < code.Rows; i++) body.Add(Expression.Assign(vectors[i], Vector(Expression.Add(a[i], placeA))));
            for (int j = 0; j < code.Columns; j++)
            {
                body.Add(Expression.Assign(y, Vector(Expression.Add(b[j], placeB))));
                for (int i = 0; i < code.Rows; i++) body.Add(Accumulate(sums[i * code.Columns + j], vectors[i], y));
            }
            return Expression.Block(typeof(void), body);
        }
    }

    private static BinaryExpression Accumulate(ParameterExpression sum, Expression x, Expression y) =>
        Expression.Assign(sum, VectorWidth.Current!.MultiplyAdd(x, y, sum));

    /// <summary>The method while it is written.</summary>
    private sealed class Code(DType type, int rows, int columns)
    {
        private const int CacheLine = 64;

        public DType Type { get; } = type;

        public int Rows { get; } = rows;

        public int Columns { get; } = columns;

        public ParameterExpression[] Parameters { get; } = [.. Enumerable.Range(0, 11).Select(_ => Expression.Parameter(typeof(long)))];

        public List<ParameterExpression> Variables { get; } = [];

        public List<Expression> Statements { get; } = [];

        public ParameterExpression A => Parameters[0];

        public ParameterExpression B => Parameters[1];

        public ParameterExpression RowA => Parameters[3];

        public ParameterExpression ColumnB => Parameters[5];

        public ParameterExpression DepthA => Parameters[7];

        public ParameterExpression DepthB => Parameters[8];

        public ParameterExpression Depth => Parameters[9];

        public void Add(Expression statement) => Statements.Add(statement);

        public ParameterExpression Variable(Type of)
        {
            var variable = Expression.Variable(of);
            Variables.Add(variable);
            return variable;
        }

        public ParameterExpression[] Set(Type of, int count) => [.. Enumerable.Range(0, count).Select(_ => Variable(of))];

        public ParameterExpression[] Addresses(Expression start, Expression table, int count)
        {
            var addresses = Set(typeof(long), count);
            for (int i = 0; i < count; i++) Add(Expression.Assign(addresses[i], Expression.Add(start, Clr.Load(DType.I64, Clr.Offset(table, 8L * i)))));
            return addresses;
        }

        public ParameterExpression[] Sums(Type of, int count)
        {
            var sums = Set(of, count);
            foreach (var sum in sums) Add(Expression.Assign(sum, Expression.Default(of)));
            return sums;
        }

        /// <summary>Asks for the memory of the block, which comes while it is computed.</summary>
        public void Prefetch(int bytes)
        {
            for (int i = 0; i < Rows; i++)
                for (int j = 0; j < Columns; j += Math.Max(CacheLine / bytes, 1))
                {
                    var row = Expression.Add(Parameters[2], Clr.Load(DType.I64, Clr.Offset(Parameters[4], 8L * i)));
                    Add(Clr.Call(nameof(Elements.Prefetch), Expression.Add(row, Clr.Load(DType.I64, Clr.Offset(Parameters[6], 8L * j)))));
                }
        }

        /// <summary>Sets the block, or adds to it.</summary>
        public void Store(Func<int, int, Expression> value, Func<Expression, Expression> load, Func<Expression, Expression, Expression> store)
        {
            var (row, columnPlaces) = (Variable(typeof(long)), Set(typeof(long), Columns));
            for (int j = 0; j < Columns; j++) Add(Expression.Assign(columnPlaces[j], Clr.Load(DType.I64, Clr.Offset(Parameters[6], 8L * j))));
            var (set, add) = (new List<Expression>(), new List<Expression>());
            for (int i = 0; i < Rows; i++)
            {
                var start = Expression.Assign(row, Expression.Add(Parameters[2], Clr.Load(DType.I64, Clr.Offset(Parameters[4], 8L * i))));
                set.Add(start);
                add.Add(start);
                for (int j = 0; j < Columns; j++)
                {
                    var address = Expression.Add(row, columnPlaces[j]);
                    set.Add(store(address, value(i, j)));
                    add.Add(store(address, Expression.Add(load(address), value(i, j))));
                }
            }
            Add(Expression.IfThenElse(Expression.Equal(Parameters[10], Clr.Constant(0)), Expression.Block(typeof(void), set), Expression.Block(typeof(void), add)));
        }
    }
}
