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

    internal void Add(long operations)
    {
        Operations += operations;
        Applications++;
    }

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
