using MindDsl.Ir;

namespace MindDsl.Backends;

/// <summary>What a run of the interpreter did, for tests of cost.</summary>
public sealed class InterpreterStatistics
{
    private const int Division = 4;
    private const int Transcendental = 20;

    /// <summary>Operations on elements: arithmetic counts 1, a division or root 4, a transcendental function 20. Moves and computed places count nothing.</summary>
    public long Operations { get; private set; }

    /// <summary>How often an operation on tensors was applied.</summary>
    public long Applications { get; private set; }

    /// <summary>Elements that operations on tensors wrote; where an operation changes some elements of a tensor, only these count, since backends change them in place.</summary>
    public long Elements { get; private set; }

    /// <summary>Bytes that loops put aside, an element of a sequence or of a stack for each iteration.</summary>
    public long KeptBytes { get; private set; }

    internal void Add(long operations, long elements)
    {
        Operations += operations;
        Elements += elements;
        Applications++;
    }

    /// <summary>The largest number of such bytes at one time: what a block put aside and does not result in is let go at its end.</summary>
    public long MostKeptBytes { get; private set; }

    /// <summary>The bytes that are put aside now.</summary>
    internal long Live { get; private set; }

    internal void Keep(Interpretation.RuntimeValue value)
    {
        long bytes = Bytes(value);
        KeptBytes += bytes;
        Live += bytes;
        MostKeptBytes = Math.Max(MostKeptBytes, Live);
    }

    internal void Leave(long before, Interpretation.RuntimeValue[] results) =>
        Live = before + results.Where(r => r is not Interpretation.TensorValue).Sum(Bytes);

    private static long Bytes(Interpretation.RuntimeValue value) => value switch
    {
        Interpretation.TensorValue tensor => tensor.Count * tensor.DType.Size,
        Interpretation.SequenceValue sequence => sequence.Items.Sum(Bytes),
        Interpretation.UnionValue union => union.Fields.Sum(Bytes),
        _ => 0,
    };

    internal static int Weight(Intrinsic f) => f switch
    {
        Intrinsic.Div or Intrinsic.Rem or Intrinsic.Sqrt => Division,
        Intrinsic.Exp or Intrinsic.Expm1 or Intrinsic.Log or Intrinsic.Log1p or Intrinsic.Sin or Intrinsic.Cos or Intrinsic.Tan
            or Intrinsic.Asin or Intrinsic.Acos or Intrinsic.Atan or Intrinsic.Sinh or Intrinsic.Cosh or Intrinsic.Tanh
            or Intrinsic.Asinh or Intrinsic.Acosh or Intrinsic.Atanh or Intrinsic.Erf or Intrinsic.Erfc or Intrinsic.Lgamma
            or Intrinsic.Digamma or Intrinsic.Polygamma or Intrinsic.Pow or Intrinsic.Atan2 or Intrinsic.RandomBits => Transcendental,
        _ => 1,
    };
}
