using static MindDsl.Mind;

namespace MindDsl.Examples.GradBench;

/// <summary>
/// ba: where cameras see points, against where they were seen. The Jacobian of all errors by all parameters is sparse: an observation depends on its own camera, point and weight
/// only. So it is computed observation by observation, both errors by reverse passes over the fifteen numbers that they depend on.
/// </summary>
internal static class BundleAdjustment
{
    public sealed record Vec(double X, double Y, double Z);

    /// <summary>A rotation vector, a centre, a focal length, a principal point, and a radial distortion.</summary>
    public sealed record Camera(Vec R, Vec C, double F, double U, double V, double K1, double K2);

    /// <summary>What an error depends on.</summary>
    public sealed record Parameters(Camera Camera, Vec Point, double Weight);

    public sealed record Observed(double X, double Y);

    /// <summary>The data of a problem: cameras and points are rows; observation i joins camera i mod n and point i mod m.</summary>
    public sealed record Scene(Tensor Cameras, Tensor Points, Tensor Weights, Tensor Features);

    private static readonly Fn<Vec, Vec, double> Dot = Fn((Vec a, Vec b) => a.X * b.X + a.Y * b.Y + a.Z * b.Z);

    private static readonly Fn<Vec, Vec, Vec> Cross = Fn((Vec a, Vec b) => new Vec(a.Y * b.Z - a.Z * b.Y, a.Z * b.X - a.X * b.Z, a.X * b.Y - a.Y * b.X));

    /// <summary>a x + b y + c z.</summary>
    private static readonly Fn<double, Vec, double, Vec, double, Vec, Vec> Combine = Fn((double a, Vec x, double b, Vec y, double c, Vec z) =>
        new Vec(a * x.X + b * y.X + c * z.X, a * x.Y + b * y.Y + c * z.Y, a * x.Z + b * y.Z + c * z.Z));

    /// <summary>A point turned about a vector, by Rodrigues' formula; near no turn at all, by its first term.</summary>
    private static readonly Fn<Vec, Vec, Vec> Rotate = Fn((Vec r, Vec y) => Let(Dot(r, r), square => square != 0
        ? Let(Math.Sqrt(square), angle => Let(new Vec(r.X / angle, r.Y / angle, r.Z / angle), axis =>
            Combine(Math.Cos(angle), y, Math.Sin(angle), Cross(axis, y), Dot(axis, y) * (1 - Math.Cos(angle)), axis)))
        : Combine(1, y, 1, Cross(r, y), 0, y)));

    /// <summary>The errors of an observation.</summary>
    private static readonly Fn<Parameters, Observed, Observed> Project = Fn((Parameters p, Observed seen) =>
        Let(p.Camera, c =>
        Let(Rotate(c.R, Combine(1, p.Point, -1, c.C, 0, c.C)), z =>
        Let(z.X / z.Z, x =>
        Let(z.Y / z.Z, y =>
        Let(x * x + y * y, rho =>
        Let(1 + c.K1 * rho + c.K2 * rho * rho, s =>
            new Observed(p.Weight * (c.F * s * x + c.U - seen.X), p.Weight * (c.F * s * y + c.V - seen.Y)))))))));

    /// <summary>The derivatives of both errors, in the form of what they are taken by.</summary>
    private sealed record Rows(Parameters X, Parameters Y);

    private static readonly Fn<Parameters, Observed, Rows> Derivatives = Project.JacRev<Parameters, Observed, Observed, Rows>();

    private static readonly Fn<double, double> WeightError = Fn((double w) => 1 - w * w);

    private static readonly Fn<Tensor, Tensor, Tensor, Parameters> Gather = Fn((Tensor c, Tensor p, Tensor w) => new Parameters(
        new Camera(new Vec((double)c[0], (double)c[1], (double)c[2]), new Vec((double)c[3], (double)c[4], (double)c[5]),
            (double)c[6], (double)c[7], (double)c[8], (double)c[9], (double)c[10]),
        new Vec((double)p[0], (double)p[1], (double)p[2]), (double)w));

    /// <summary>The numbers of a gradient, in the order of the columns.</summary>
    private static readonly Fn<Parameters, double[]> Row = Fn((Parameters g) => new[]
    {
        g.Camera.R.X, g.Camera.R.Y, g.Camera.R.Z, g.Camera.C.X, g.Camera.C.Y, g.Camera.C.Z, g.Camera.F, g.Camera.U, g.Camera.V, g.Camera.K1, g.Camera.K2,
        g.Point.X, g.Point.Y, g.Point.Z, g.Weight,
    });

    /// <summary>The errors of all observations, and those of all weights.</summary>
    public static Fn<Scene, (Tensor Errors, Tensor Weights)> Errors(long n, long m, long p) => Fn((Scene s) => ValueTuple.Create(
        Build(from i in Axis(p)
              select Let(
            Project(Gather(s.Cameras[i % n], s.Points[i % m], s.Weights[i]), new Observed((double)s.Features[i, 0], (double)s.Features[i, 1])),
            e => Tensor.Of(new[] { e.X, e.Y }))),
        Build(from i in Axis(p) select WeightError((double)s.Weights[i]))));

    /// <summary>The Jacobian in compressed row form: 15 elements for each error, and one for each weight.</summary>
    public static Fn<Scene, (Tensor Rows, Tensor Columns, Tensor Values)> Jacobian(long n, long m, long p)
    {
        var values = Fn((Scene s) => Concat(new[]
        {
            Build(from i in Axis(p) select Let(Gather(s.Cameras[i % n], s.Points[i % m], s.Weights[i]), at =>
                Let(Derivatives(at, new Observed((double)s.Features[i, 0], (double)s.Features[i, 1])), d =>
                    Concat(new[] { Tensor.Of(Row(d.X)), Tensor.Of(Row(d.Y)) })))).Flatten(),
            Build(from i in Axis(p) select WeightError.Grad()((double)s.Weights[i])),
        }));
        var columns = Fn(() => Concat(new[]
        {
            Build(from i in Axis(p) from e in Axis(2) from j in Axis(15) select (long)(j < 11 ? 11 * (i % n) + j : j < 14 ? 11 * n + 3 * (i % m) + j - 11 : 11 * n + 3 * m + i)).Flatten(),
            Tensor.Arange(p) + (11 * n + 3 * m),
        }));
        var rows = Fn(() => Concat(new[] { 15 * Tensor.Arange(2 * p), 30 * p + Tensor.Arange(p + 1) }));
        return Fn((Scene s) => ValueTuple.Create(rows(), columns(), values(s)));
    }

    public static Problem Problem { get; } = new("ba", (function, input) =>
    {
        long n = input.Whole("n"), m = input.Whole("m"), p = input.Whole("p");
        var scene = new Scene(Repeated(input.Vector("cam"), n), Repeated(input.Vector("x"), m), Repeated(Tensor.Of(input.Number("w")), p), Repeated(input.Vector("feat"), p));
        var errors = Errors(n, m, p);
        var jacobian = Jacobian(n, m, p);
        return function switch
        {
            "objective" => Evaluation.Of(() => errors(scene), (json, e) =>
            {
                json.WriteStartObject();
                json.WriteStartObject("reproj_error");
                json.WritePropertyName("elements");
                json.WriteTensor(e.Errors[0]);
                json.WriteNumber("repeated", p);
                json.WriteEndObject();
                json.WriteStartObject("w_err");
                json.WriteNumber("element", (double)e.Weights[0]);
                json.WriteNumber("repeated", p);
                json.WriteEndObject();
                json.WriteEndObject();
            }),
            "jacobian" => Evaluation.Of(() => jacobian(scene), (json, j) =>
            {
                json.WriteStartObject();
                foreach (var (name, all) in new[] { ("rows", j.Rows), ("cols", j.Columns), ("vals", j.Values) })
                {
                    json.WritePropertyName(name);
                    json.WriteTensor(Concat([all.Slice(0, 0, 30), all.Slice(0, all.Count - 1, all.Count)]));
                }
                json.WriteEndObject();
            }),
            _ => null,
        };
    });

    /// <summary>So many equal rows.</summary>
    private static Tensor Repeated(Tensor row, long count) => row.BroadcastTo([count, .. row.Shape]);
}
