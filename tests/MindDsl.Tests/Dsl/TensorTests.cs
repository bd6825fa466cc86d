using System.Globalization;
using MindDsl.Ir;
using Xunit;

namespace MindDsl.Tests.Dsl;

public class TensorTests
{
    private static readonly Tensor Matrix = Tensor.Of(new[,] { { 1.0, 2.0, 3.0 }, { 4.0, 5.0, 6.0 } });

    [Fact]
    public void A_tensor_has_the_elements_and_the_shape_it_was_made_from()
    {
        Assert.Equal(DType.F64, Matrix.DType);
        Assert.Equal([2, 3], Matrix.Shape.ToArray());
        Assert.Equal([1.0, 2, 3, 4, 5, 6], Matrix.ToArray<double>());
        Assert.Equal(DType.I32, Tensor.Of([1, 2, 3]).DType);
        Assert.Equal(DType.F32, Tensor.Of([1f, 2f], 2, 1).DType);
        Assert.Equal(0, Tensor.Of(1.5).Rank);
        Assert.Equal([true, false], Tensor.Of([true, false]).ToArray<bool>());
    }

    [Fact]
    public void A_tensor_keeps_its_elements_when_the_array_changes()
    {
        double[] elements = [1, 2];
        var x = Tensor.Of(elements);
        elements[0] = 9;
        Assert.Equal([1.0, 2], x.ToArray<double>());
    }

    [Fact]
    public void Filled_tensors_hold_what_their_names_say()
    {
        Assert.Equal([0f, 0], Tensor.Zeros(2).ToArray<float>());
        Assert.Equal([1L, 1], Tensor.Ones(DType.I64, 2).ToArray<long>());
        Assert.Equal([0L, 1, 2], Tensor.Arange(3).ToArray<long>());
        Assert.Equal([1f, 1.5f], Tensor.Arange(1, 2, 0.5).ToArray<float>());
        Assert.Equal([1f, 0, 0, 1], Tensor.Eye(2).ToArray<float>());
    }

    [Fact]
    public void A_number_beside_a_tensor_takes_its_element_type()
    {
        var x = Tensor.Of([1f, 2f]);
        Assert.Equal([1.1f, 2.1f], (x + 0.1).ToArray<float>());
        Assert.Equal([0.1f, 0.2f], (0.1f * x).ToArray<float>());
        Assert.Equal([3, 4], (Tensor.Of([1, 2]) + 2).ToArray<int>());
        Assert.Equal([true, false], (x < 1.5).ToArray<bool>());
    }

    [Fact]
    public void Operators_broadcast() =>
        Assert.Equal([11.0, 22, 33, 14, 25, 36], (Matrix + Tensor.Of([10.0, 20, 30])).ToArray<double>());

    [Fact]
    public void An_index_reads_rows_and_elements()
    {
        Assert.Equal([4.0, 5, 6], Matrix[1].ToArray<double>());
        Assert.Equal(6.0, Matrix[1, 2].Item<double>());
        Assert.Equal("MIND0302", Code(() => Matrix[2]));
        Assert.Equal("MIND0302", Code(() => Matrix[0, -1]));
        Assert.Equal("MIND0220", Code(() => Matrix[0, 0, 0]));
    }

    [Fact]
    public void A_condition_is_a_single_bool()
    {
        Assert.Equal("yes", Matrix.Sum() > 20 ? "yes" : "no");
        Assert.Equal("no", Matrix.Sum() > 22 && Matrix.Sum() > 0 ? "yes" : "no");
        Assert.Equal("MIND0311", Code(() => Matrix > 2 ? 1 : 0));
    }

    [Fact]
    public void Mistakes_are_named()
    {
        Assert.Equal("MIND0313", Code(() => Tensor.Of([1.0, 2], 3)));
        Assert.Equal("MIND0314", Code(() => Tensor.Of(['a'])));
        Assert.Equal("MIND0312", Code(() => Matrix.ToArray<float>()));
        Assert.Equal("MIND0311", Code(() => Matrix.Item<double>()));
        Assert.Equal("MIND0224", Code(() => Tensor.Of([1, 2]) + 0.5));
        Assert.Equal("MIND0205", Code(() => Matrix + Tensor.Of([1f, 2, 3])));
        Assert.Equal("MIND0203", Code(() => Matrix.Dot(Matrix)));
        Assert.Equal("MIND0220", Code(() => Matrix.Sum(2)));
        Assert.Equal("MIND0222", Code(() => Mind.Einsum("ij,jk", Matrix)));
        Assert.Equal("MIND0223", Code(() => Tensor.Zeros(1, 1, 2, 2).MaxPool2D(3)));
        Assert.Equal("MIND0225", Code(() => Matrix.Slice(0, 0, 2, 0)));
        Assert.Equal("MIND0221", Code(() => Mind.CrossEntropy(Matrix, Tensor.Of([0L, 1, 2]))));
        Assert.Equal("MIND0302", Code(() => Mind.CrossEntropy(Matrix, Tensor.Of([0L, 3]))));
    }

    [Fact]
    public void A_donated_tensor_says_so_and_can_be_revived()
    {
        var x = Tensor.Of([1.0, 2]);
        x.Donate();
        Assert.True(x.IsDonated);
        Assert.Equal("MIND0310", Code(() => x + x));
        Assert.Equal("MIND0310", Code(() => x.ToArray<double>()));
        Assert.Equal("f64[2] (donated)", x.ToString());
        x.Revive();
        Assert.Equal([2.0, 4], (x + x).ToArray<double>());
    }

    [Fact]
    public void Text_shows_small_tensors_whole_in_any_culture()
    {
        var before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = new("de-DE");
        try
        {
            Assert.Equal("1.5", Tensor.Of(1.5).ToString());
            Assert.Equal("f64[2] [0.1,  -2]", Tensor.Of([0.1, -2]).ToString());
            Assert.Equal("i32[2, 2]\n[[1, 2],\n [3, 4]]", Tensor.Of(new[,] { { 1, 2 }, { 3, 4 } }).ToString());
            Assert.Equal("f32[0] []", Tensor.Of(Array.Empty<float>()).ToString());
            Assert.Equal("i64[2000] [   0,    1,    2, …, 1997, 1998, 1999]", Tensor.Arange(2000).ToString());
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void Equal_attributes_in_other_arrays_and_other_attributes_give_their_own_results()
    {
        Assert.Equal([6.0, 15], Matrix.Sum([1]).ToArray<double>());
        Assert.Equal([5.0, 7, 9], Matrix.Sum([0]).ToArray<double>());
        int[] axes = [1];
        Assert.Equal([6.0, 15], Matrix.Sum(axes).ToArray<double>());
        axes[0] = 0;
        Assert.Equal([5.0, 7, 9], Matrix.Sum(axes).ToArray<double>());
    }

    [Fact]
    public void Keys_draw_the_same_eagerly_and_in_programs_and_differ_from_each_other()
    {
        var key = new Key(42);
        Assert.Equal(key.Split(3), key.Split(3));
        Assert.Equal(4, key.Split(3).Append(key).Distinct().Count());
        var inProgram = Eager.CallMany(static (t, n) => Prelude.Split(t[0], n), 3, key.ToTensor());
        Assert.Equal(key.Split(3).Select(k => (long)k.Seed), inProgram.Select(k => k.Item<long>()));
        Assert.Equal(key.Split(3)[2], key.FoldIn(2));
        Assert.Equal(Mind.Normal(key, [4]).ToArray<float>(), Mind.Normal(key, [4]).ToArray<float>());
    }

    [Fact]
    public void Draws_have_the_moments_of_their_distributions()
    {
        const int n = 20_000;
        var uniform = Mind.Uniform(new(7), [n], DType.F64);
        var normal = Mind.Normal(new(7), [n], DType.F64);
        Assert.InRange((double)uniform.Min(), 0, 0.01);
        Assert.InRange((double)uniform.Max(), 0.99, 1 - 1e-9);
        // Five standard errors: of a mean σ/√n, of a variance √(m₄ − σ⁴)/√n.
        Assert.InRange((double)uniform.Mean(), 0.5 - 0.0103, 0.5 + 0.0103);
        Assert.InRange((double)uniform.Var(), 1.0 / 12 - 0.0027, 1.0 / 12 + 0.0027);
        Assert.InRange((double)normal.Mean(), -0.036, 0.036);
        Assert.InRange((double)normal.Var(), 0.95, 1.05);
        Assert.InRange((double)normal.Pow(3.0).Mean(), -0.14, 0.14);
    }

    private static string Code(Func<object?> action) => Assert.Throws<MindDslException>(() => action()).Code;
}
