using MindDsl.Ir;
using MindDsl.Train;
using Xunit;
using static MindDsl.Mind;

namespace MindDsl.Tests.Dsl;

/// <summary>Tensors of f16, bf16 and u8 in the hands of users.</summary>
public class StoredTensorTests
{
    private static Half[] Halves(params double[] numbers) => [.. numbers.Select(x => (Half)x)];

    private static BFloat16[] BFloats(params double[] numbers) => [.. numbers.Select(x => (BFloat16)x)];

    private sealed record Weights(Tensor Half, Tensor Upper, Tensor Single);

    [Fact]
    public void Elements_come_and_go_as_they_are()
    {
        Assert.Equal(DType.F16, Tensor.Of(Halves(1, 0.1)).DType);
        Assert.Equal(Halves(1, 0.1), Tensor.Of(Halves(1, 0.1)).ToArray<Half>());
        Assert.Equal(BFloats(1, 3e38), Tensor.Of(BFloats(1, 3e38)).ToArray<BFloat16>());
        Assert.Equal([0, 7, 255], Tensor.Of(new byte[] { 0, 7, 255 }).ToArray<byte>());
        Assert.Equal(Halves(2, 2), Tensor.Full(2, DType.F16, 2).ToArray<Half>());
        Assert.Equal("f16[2] [  1, 0.1]", Tensor.Of(Halves(1, 0.1)).ToString());
        Assert.Equal("bf16[2] [  1, 0.1]", Tensor.Of(BFloats(1, 0.1)).ToString());
        Assert.Equal("u8[2] [  3, 200]", Tensor.Of(new byte[] { 3, 200 }).ToString());
    }

    [Fact]
    public void Conversions_round_to_the_nearest()
    {
        var x = Tensor.Of([1f, 2049f, 0.1f, -70000f]);
        Assert.Equal(Halves(1, 2048, 0.1, double.NegativeInfinity), x.To(DType.F16).ToArray<Half>());
        Assert.Equal(BFloats(1, 2048, 0.1, -70144), x.To(DType.BF16).ToArray<BFloat16>());
        Assert.Equal([1, 255, 0, 0], x.To(DType.U8).ToArray<byte>());
        Assert.Equal([1f, 2048f], Tensor.Of(Halves(1, 2048)).To(DType.F32).ToArray<float>());
    }

    [Fact]
    public void They_are_moved_without_a_conversion()
    {
        var x = Tensor.Of(Halves(1, 2, 3, 4, 5, 6), 2, 3);
        Assert.Equal(Halves(1, 4, 2, 5, 3, 6), x.Permute(1, 0).ToArray<Half>());
        Assert.Equal(Halves(4, 5, 6), x[1].ToArray<Half>());
        var swap = Fn((Tensor a) => Concat(new[] { a.Slice(0, 1, 2), a.Slice(0, 0, 1) }));
        Assert.Equal(Halves(4, 5, 6, 1, 2, 3), swap(x).ToArray<Half>());
        Assert.Equal([2, 9], Where(Tensor.Of([false, true]), Tensor.Of(new byte[] { 8, 9 }), Tensor.Of(new byte[] { 2, 3 })).ToArray<byte>());
    }

    [Fact]
    public void What_computes_says_which_conversion_is_missing()
    {
        var error = Assert.Throws<MindDslException>(() => Tensor.Of(Halves(1)) + Tensor.Of(Halves(2)));
        Assert.Equal("MIND0211", error.Diagnostics[0].Code);
        Assert.Contains("add: elements of f16", error.Message, StringComparison.Ordinal);
        var mean = Fn((Tensor x) => x.Mean(null, false));
        Assert.Equal("MIND0211", Assert.Throws<MindDslException>(() => mean(Tensor.Of(new byte[] { 1, 2 }))).Diagnostics[0].Code);
    }

    [Fact]
    public void A_gradient_has_the_type_of_its_argument()
    {
        // d/dx Σ x² = 2x, rounded once.
        var f = Fn((Tensor x) => x.To(DType.F32).Square().Sum(null, false));
        var half = f.Grad()(Tensor.Of(Halves(0.1, -3)));
        Assert.Equal(Halves(2 * (double)(Half)0.1, -6), half.ToArray<Half>());
        Assert.Equal(BFloats(2 * (double)(BFloat16)0.1, -6), f.Grad()(Tensor.Of(BFloats(0.1, -3))).ToArray<BFloat16>());
    }

    [Fact]
    public void Cotangents_of_what_is_read_often_are_added_up_in_f32()
    {
        // 1 + 2⁻¹¹ + 2⁻¹¹ is 1 + 2⁻¹⁰, though 1 + 2⁻¹¹ is 1 in f16; the repeated scalar is read four thousand times.
        double small = Math.ScaleB(1, -11);
        var f = Fn((Tensor x) => x.To(DType.F32).Sum(null, false) + (x.To(DType.F32) * small).Sum(null, false) + (x.Reshape(1).To(DType.F32) * small).Sum(null, false));
        Assert.Equal(1 + Math.ScaleB(1, -10), (double)f.Grad()(Tensor.Of(Halves(5))).Item<Half>());
        var repeated = Fn((Tensor x) => x.BroadcastTo(4000).To(DType.F32).Sum(null, false));
        Assert.Equal(4000, (double)repeated.Grad()(Tensor.Of((Half)1)).Item<Half>());
        var taken = Fn((Tensor x, Tensor i) => x.Take(i, 0).To(DType.F32).Sum(null, false));
        Assert.Equal(Halves(3000, 0), taken.Grad()(Tensor.Of(Halves(1, 2)), Tensor.Zeros(DType.I64, 3000)).ToArray<Half>());
    }

    [Fact]
    public void Derivatives_of_any_order_and_mode_pass_conversions()
    {
        var cube = Fn((Tensor x) => (x.To(DType.F32) * x.To(DType.F32) * x.To(DType.F32)).Sum(null, false));
        var slope = Fn((Tensor x) => cube.Grad()(x).To(DType.F32).Sum(null, false));
        Assert.Equal(Halves(12), slope.Grad()(Tensor.Of(Halves(2))).ToArray<Half>());
        var (value, tangent) = cube.Jvp()(Tensor.Of(Halves(2)), Tensor.Of(Halves(1)));
        Assert.Equal((8.0, 12.0), ((double)value, (double)tangent));
    }

    [Fact]
    public void Products_are_summed_in_f32()
    {
        // 4096 ones are 4096, though f16 counts no further than 2048.
        var dot = Fn((Tensor x, Tensor y) => x.Dot(y));
        var (x, y) = (Tensor.Ones(DType.F16, 3, 4096), Tensor.Ones(DType.F16, 4096, 5));
        var product = dot(x, y);
        Assert.Equal(DType.F32, product.DType);
        Assert.All(product.ToArray<float>(), e => Assert.Equal(4096f, e));
        var loss = Fn((Tensor a, Tensor b) => (a.Dot(b) * 0.5).Sum(null, false));
        var (da, db) = loss.GradAll()(Tensor.Of(BFloats(1, 2, 3, 4, 5, 6), 2, 3), Tensor.Of(BFloats(1, 2, 3), 3, 1));
        Assert.Equal(BFloats(0.5, 1, 1.5, 0.5, 1, 1.5), da.ToArray<BFloat16>());
        Assert.Equal(BFloats(2.5, 3.5, 4.5), db.ToArray<BFloat16>());
    }

    [Fact]
    public void A_model_reads_images_as_bytes()
    {
        // ∂/∂w Σ (w·p/255)² = Σ 2·w·(p/255)².
        var loss = Fn((Tensor w, Tensor images) => (images.To(DType.F32) / 255 * w).Square().Sum(null, false));
        var images = Tensor.Of(new byte[] { 0, 255, 51, 102 }, 2, 2);
        Assert.Equal(2 * 3 * (1 + 0.04 + 0.16), (double)loss.Grad()(Tensor.Of(3f), images), 1e-5);
        Assert.Equal([255, 0, 204, 153], Fn((Tensor i) => (255 - i.To(DType.F32)).To(DType.U8))(images).ToArray<byte>());
        Assert.Equal([30.0, 10], Fn((Tensor t, Tensor label) => t.Take(label, 0))(Tensor.Of([10.0, 20, 30]), Tensor.Of(new byte[] { 2, 0 })).ToArray<double>());
    }

    [Fact]
    public void Numbers_and_arrays_of_CSharp_take_part()
    {
        Assert.Equal(6f, Fn((Half x, byte n) => (float)x * n)((Half)1.5, 4));
        Assert.Equal((Half)0.1, Fn((double x) => (Half)x)(0.1));
        Assert.Equal((BFloat16)0.1f, Fn((float x) => (BFloat16)x)(0.1f));
        Assert.Equal((byte)200, Fn((double x) => (byte)x)(200.7));
        Assert.Equal(3.0, Fn((Half[] x) => x.Select(e => (double)e).Sum())(Halves(1, 2)));
        Assert.Equal(Halves(2, 4), Fn((Half[] x) => x.Select(e => (Half)(2 * (float)e)).ToArray())(Halves(1, 2)));
        Assert.Equal((Half)4, Fn((Half x) => (double)x * (double)x).Grad()((Half)2));
        byte scale = 3;
        Assert.Equal(6.0, Fn((double x) => x * scale)(2));
    }

    [Fact]
    public void Loops_and_branches_carry_them()
    {
        var f = Fn((Tensor x, int n) => Iterate(n, x, (s, i) => (s.To(DType.F32) * 1.0009765625).To(DType.F16)));
        double expected = 1;
        for (int i = 0; i < 5; i++) expected = (double)(Half)(float)(expected * 1.0009765625);
        Assert.Equal(expected, (double)f(Tensor.Of((Half)1), 5).Item<Half>());
        Assert.Equal(expected, (double)f(Tensor.Of(Halves(1, 2)), 5).ToArray<Half>()[0]);
        var slope = Fn((Tensor x) => Iterate(3, x, (s, i) => (s.To(DType.F32) * 2).To(DType.BF16)).To(DType.F32).Sum(null, false)).Grad();
        Assert.Equal(BFloats(8, 8), slope(Tensor.Of(BFloats(1, 2))).ToArray<BFloat16>());
    }

    [Fact]
    public void Trees_and_checkpoints_hold_them()
    {
        using var folder = new TempFolder();
        string path = Path.Combine(folder.Path, "weights.safetensors");
        var weights = new Weights(Tensor.Of(Halves(1, 0.1)), Tensor.Of(BFloats(2, 0.3), 2, 1), Tensor.Of([1f]));
        Checkpoint.Save(path, weights);
        var (loaded, _) = Checkpoint.Load(path, new Weights(Tensor.Zeros(DType.F16, 2), Tensor.Zeros(DType.BF16, 2, 1), Tensor.Zeros(1)));
        Assert.Equal(weights.Half.ToArray<Half>(), loaded.Half.ToArray<Half>());
        Assert.Equal(weights.Upper.ToArray<BFloat16>(), loaded.Upper.ToArray<BFloat16>());
        var doubled = Tree.Map(w => (w.To(DType.F32) * 2).To(w.DType), weights);
        Assert.Equal(Halves(2, 2 * (double)(Half)0.1), doubled.Half.ToArray<Half>());
        Assert.Equal(Halves(3), Tree.Map(w => (w.To(DType.F32) + 1).To(w.DType), Halves(2)));
        var file = SafetensorsFile.Read(path);
        Assert.Equal("F16", file.Tensors.Single(t => t.Name == "Half").DType);
        Assert.Equal("BF16", file.Tensors.Single(t => t.Name == "Upper").DType);
    }
}
