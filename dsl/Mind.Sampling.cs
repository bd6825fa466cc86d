using MindDsl.Ir;

namespace MindDsl;

public static partial class Mind
{
#pragma warning disable CS1591 // Each method is the prelude's function of the same name, which says what it computes.
    public static Tensor UniformLike(Key key, Tensor like) => Eager.Call(Prelude.UniformLike, key.ToTensor(), like);
    public static Tensor NormalLike(Key key, Tensor like) => Eager.Call(Prelude.NormalLike, key.ToTensor(), like);
    public static Tensor StandardGamma(Key key, Tensor concentration) => Eager.Call(Prelude.StandardGamma, key.ToTensor(), concentration);
#pragma warning restore CS1591
}
