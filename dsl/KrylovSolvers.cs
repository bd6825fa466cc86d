using System.Linq.Expressions;
using static MindDsl.Mind;

namespace MindDsl;

/// <summary>Solvers of linear systems that read the matrix by its products, in code that runs in quotes and outside of them.</summary>
internal static class KrylovSolvers
{
    /// <summary>The method of conjugate gradients (Hestenes and Stiefel, 1952).</summary>
    public static readonly Expression<Func<Func<Tensor, Tensor>, Tensor, double, long, Tensor>> ConjugateGradient = (product, b, tolerance, mostSteps) =>
        Let((b * b).Sum(null, false), size =>
            While(
                new { X = b * 0.0, R = b, P = b, Rho = size, N = 0L },
                s => (double)s.Rho > tolerance * tolerance * (double)size && s.N < mostSteps,
                s => Let(product(s.P), q =>
                    Let(s.Rho / (s.P * q).Sum(null, false), a =>
                    Let(s.R - (a * q), r =>
                    Let((r * r).Sum(null, false), rho => new { X = s.X + (a * s.P), R = r, P = r + (rho / s.Rho * s.P), Rho = rho, N = s.N + 1 }))))).X);

    /// <summary>The stabilised method of biconjugate gradients (van der Vorst, 1992).</summary>
    public static readonly Expression<Func<Func<Tensor, Tensor>, Tensor, double, long, Tensor>> Stabilised = (product, b, tolerance, mostSteps) =>
        Let((b * b).Sum(null, false), size =>
            While(
                new { X = b * 0.0, R = b, P = b, Rho = size, N = 0L },
                s => (double)(s.R * s.R).Sum(null, false) > tolerance * tolerance * (double)size && s.N < mostSteps,
                s => Let(product(s.P), v =>
                    Let(s.Rho / (b * v).Sum(null, false), a =>
                    Let(s.R - (a * v), h =>
                    Let(product(h), t =>
                    Let((t * t).Sum(null, false), square =>
                    Let((t * h).Sum(null, false) / Where(square > 0.0, square, square + 1.0), omega =>
                    Let(h - (omega * t), r =>
                    Let((b * r).Sum(null, false), rho => new
                    {
                        X = s.X + (a * s.P) + (omega * h),
                        R = r,
                        P = r + (rho / s.Rho * (a / Where(omega.Abs() > 0.0, omega, omega + 1.0)) * (s.P - (omega * v))),
                        Rho = rho,
                        N = s.N + 1,
                    }))))))))).X);

    private static readonly Lazy<Func<Func<Tensor, Tensor>, Tensor, double, long, Tensor>>
        CompiledConjugateGradient = new(ConjugateGradient.Compile), CompiledStabilised = new(Stabilised.Compile);

    /// <summary>The solvers as .NET functions.</summary>
    public static Func<Func<Tensor, Tensor>, Tensor, double, long, Tensor> Compiled(bool symmetric) => (symmetric ? CompiledConjugateGradient : CompiledStabilised).Value;
}
