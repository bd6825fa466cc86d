using System.Text.Json;
using MindDsl.Ir;
using static MindDsl.Mind;

namespace MindDsl.Examples.GradBench;

/// <summary>
/// ht: how far the skin of a hand model is from measured points. The 26 numbers of a pose turn 22 bones; each vertex of the skin follows the bones near it. There are more errors than
/// parameters, so the Jacobian is computed forward.
/// </summary>
internal static class HandTracking
{
    /// <summary>The hand at rest.</summary>
    /// <param name="Relatives">The transform of each bone relative to its parent, [bones, 4, 4].</param>
    /// <param name="InverseAbsolutes">From the model's coordinates to those of each bone, [bones, 4, 4].</param>
    /// <param name="Positions">The vertices in homogeneous coordinates, [vertices, 4].</param>
    /// <param name="Weights">How much each vertex follows each bone, [vertices, bones].</param>
    public sealed record Model(Tensor Relatives, Tensor InverseAbsolutes, Tensor Positions, Tensor Weights);

    /// <summary>What the errors do not change: the hand at rest, and the measured points, [points, 3].</summary>
    public sealed record Scene(Model Model, Tensor Points);

    /// <summary>Bones about one axis and the other, as columns of the first; where the vertices correspond to the points: [points] or [points, 3].</summary>
    public sealed record Layout(int[] Parents, long[] FirstAngle, long[] SecondAngle, bool IsMirrored, Tensor Correspondences);

    public static Fn<Tensor, Tensor, Scene, Tensor> Errors(Layout layout)
    {
        int bones = layout.Parents.Length;
        Tensor first = Tensor.Of(layout.FirstAngle), second = Tensor.Of(layout.SecondAngle), places = layout.Correspondences;
        Tensor sign = layout.IsMirrored ? new double[] { -1, 1, 1 } : new double[] { 1, 1, 1 };
        int[] parents = layout.Parents;
        bool isSimple = places.Rank == 1;

        // Rz(b) Rx(a) in homogeneous coordinates; no bone turns about the third axis.
        var turn = Fn((Tensor a, Tensor b) => Let(a.Cos(), ca => Let(a.Sin(), sa => Let(b.Cos(), cb => Let(b.Sin(), sb => Let(0 * a, zero => Stack(new[]
        {
            cb, -sb * ca, sb * sa, zero,
            sb, cb * ca, -cb * sa, zero,
            zero, sa, ca, zero,
            zero, zero, zero, zero + 1,
        }).Reshape(4, 4)))))));

        // A parent comes before its children.
        var absolutes = Fn((Tensor relatives) => Iterate(bones, relatives, (all, b) => parents[b] < 0
            ? all
            : all.IndexCopy(Tensor.Of(new[] { b }), all[parents[b]].Dot(all[b]).ExpandDims(0))));

        var pose = Fn((Tensor theta, Model model) => Let(Concat(new[] { theta, Tensor.Zeros(DType.F64, 1) }), padded =>
            Einsum("bij,bjk->bik",
                absolutes(Einsum("bij,bjk->bik", model.Relatives, turn.Vmap()(padded.Take(first), padded.Take(second)))), model.InverseAbsolutes)));

        // The identity near no turn, else Rodrigues' formula.
        var rotation = Fn((Tensor g) => Let(g.Square().Sum(), square => (double)square < 1e-8
            ? Tensor.Eye(3, DType.F64)
            : Let(square.Sqrt(), phi => Let(g / phi, axis =>
                Einsum("i,j->ij", axis, axis) * (1 - phi.Cos()) + Tensor.Eye(3, DType.F64) * phi.Cos() + phi.Sin() * Stack(new[]
                {
                    0 * axis[0], -axis[2], axis[1],
                    axis[2], 0 * axis[0], -axis[0],
                    -axis[1], axis[0], 0 * axis[0],
                }).Reshape(3, 3)))));

        var vertices = Fn((Tensor theta, Model model) =>
            (Einsum("vb,vj,bij->vi", model.Weights, model.Positions, pose(theta, model).Slice(1, 0, 3)) * sign)
                .Dot(rotation(theta.Slice(0, 0, 3)).Transpose()) + theta.Slice(0, 3, 6));

        return isSimple
            ? Fn((Tensor theta, Tensor us, Scene scene) => scene.Points - vertices(theta, scene.Model).Take(places))
            : Fn((Tensor theta, Tensor us, Scene scene) => Let(vertices(theta, scene.Model).Take(places), corners =>
                scene.Points - (us.Slice(1, 0, 1) * corners.Slice(1, 0, 1).Squeeze(new[] { 1 }) + us.Slice(1, 1, 2) * corners.Slice(1, 1, 2).Squeeze(new[] { 1 })
                    + (1 - us.Sum(1, true)) * corners.Slice(1, 2, 3).Squeeze(new[] { 1 }))));
    }

    /// <summary>The derivatives by the pose, and before them, if there are any, those of each error by its own two numbers: one direction for all of them at once.</summary>
    public static Fn<Tensor, Tensor, Scene, Tensor> Jacobian(Fn<Tensor, Tensor, Scene, Tensor> errors, bool isSimple)
    {
        var byPose = Fn((Tensor theta, Tensor us, Scene scene) => errors.JacFwd()(theta, us, scene).Reshape(-1, 26));
        if (isSimple) return byPose;
        var byOwn = Fn((Tensor theta, Tensor us, Scene scene, Tensor direction) =>
            Fn((Tensor u) => errors(theta, u, scene)).Jvp()(us, 0 * us + direction).Tangent.Reshape(-1, 1));
        return Fn((Tensor theta, Tensor us, Scene scene) => Concat(new[]
        {
            byOwn(theta, us, scene, Tensor.Of(new[] { 1.0, 0 })), byOwn(theta, us, scene, Tensor.Of(new[] { 0, 1.0 })), byPose(theta, us, scene),
        }, 1));
    }

    public static Problem Problem { get; } = new("ht", (function, input) =>
    {
        var data = input.GetProperty("data");
        var json = data.GetProperty("model");
        var scene = new Scene(new Model(json.Matrices("base_relatives"), json.Matrices("inverse_base_absolutes"), json.Matrix("base_positions"), json.Matrix("weights")), data.Matrix("points"));
        var theta = input.Vector("theta");
        bool isSimple = input.GetProperty("us").GetArrayLength() == 0;
        var us = isSimple ? Tensor.Zeros(DType.F64, 1, 2) : input.Matrix("us");
        var errors = Errors(Read(json, data.Indices("correspondences"), isSimple));
        var jacobian = Jacobian(errors, isSimple);
        return function switch
        {
            "objective" => Evaluation.Of(() => errors(theta, us, scene), (writer, e) => writer.WriteTensor(e.Flatten())),
            "jacobian" => Evaluation.Elements(() => jacobian(theta, us, scene)),
            _ => null,
        };
    });

    /// <summary>Which angle turns which bone: three bones of each finger bend, the first also spreads. 26 stands for an angle that is always 0.</summary>
    private static Layout Read(JsonElement model, long[] correspondences, bool isSimple)
    {
        int bones = model.Whole("bone_count");
        long[] first = [.. Enumerable.Repeat(26L, bones)], second = [.. first];
        for (int finger = 0; finger < 5; finger++)
        {
            int angle = 6 + 4 * finger, bone = 4 * finger;
            (first[bone + 2], second[bone + 2], first[bone + 3], first[bone + 4]) = (angle, angle + 1, angle + 2, angle + 3);
        }
        long[][] triangles = [.. model.GetProperty("triangles").EnumerateArray().Select(t => t.EnumerateArray().Select(e => e.GetInt64()).ToArray())];
        Tensor places = isSimple ? Tensor.Of(correspondences) : Tensor.Of([.. correspondences.SelectMany(c => triangles[c])], correspondences.Length, 3);
        return new([.. model.Indices("parents").Select(p => (int)p)], first, second, model.GetProperty("is_mirrored").GetBoolean(), places);
    }
}
