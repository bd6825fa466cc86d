using MindDsl.Ir;
using Xunit;

namespace MindDsl.Tests.Ir.Ops;

public class SpecialFunctionTests
{
    /// <summary>Values computed with mpmath at 60 digits, and rounded.</summary>
    public static TheoryData<string, double, double> Values => new()
    {
        { "expm1", 1e-300, 1e-300 },
        { "expm1", -1e-17, -1e-17 },
        { "expm1", 1e-05, 1.0000050000166668e-05 },
        { "expm1", -0.3, -0.2591817793182821 },
        { "expm1", 0.999, 1.7155649053185666 },
        { "expm1", -37.5, -1.0 },
        { "expm1", 5.5, 243.69193226422038 },
        { "expm1", 709.0, 8.218407461554972e+307 },
        { "log1p", 1e-300, 1e-300 },
        { "log1p", -1e-17, -1e-17 },
        { "log1p", 1e-05, 9.999950000333332e-06 },
        { "log1p", -0.3, -0.35667494393873234 },
        { "log1p", -0.9999, -9.210340371976294 },
        { "log1p", 0.001, 0.0009995003330835331 },
        { "log1p", 0.999, 0.692647055518263 },
        { "log1p", 5.5, 1.8718021769015913 },
        { "log1p", 1e+300, 690.7755278982137 },
        { "erf", 1e-300, 1.1283791670955126e-300 },
        { "erf", 1e-17, 1.1283791670955127e-17 },
        { "erf", -1e-05, -1.1283791670579e-05 },
        { "erf", 0.1, 0.1124629160182849 },
        { "erf", -0.5, -0.5204998778130465 },
        { "erf", 0.9999, 0.8426592780487595 },
        { "erf", 1.0001, 0.8427422995485203 },
        { "erf", -2.0, -0.9953222650189527 },
        { "erf", 3.7, 0.9999998328489421 },
        { "erf", 5.5, 0.9999999999999927 },
        { "erfc", -3.0, 1.9999779095030015 },
        { "erfc", -0.5, 1.5204998778130465 },
        { "erfc", 1e-17, 1.0 },
        { "erfc", 0.3, 0.6713732405408726 },
        { "erfc", 0.4999, 0.4795880048386134 },
        { "erfc", 0.5001, 0.4794122483231193 },
        { "erfc", 1.0, 0.15729920705028513 },
        { "erfc", 2.5, 0.0004069520174449589 },
        { "erfc", 6.0, 2.1519736712498913e-17 },
        { "erfc", 12.25, 3.09412674054021e-67 },
        { "erfc", 20.1, 9.735977140428878e-178 },
        { "erfc", 26.5, 2.2109076642637343e-307 },
        { "lgamma", 1e-300, 690.7755278982137 },
        { "lgamma", 1e-05, 11.512919692895826 },
        { "lgamma", -1e-05, 11.512931237209125 },
        { "lgamma", 0.3, 1.0957979948180756 },
        { "lgamma", 0.4999, 0.5725613186041184 },
        { "lgamma", 0.75, 0.20328095143129538 },
        { "lgamma", 1.0001, -5.771334222047127e-05 },
        { "lgamma", 1.5001, -0.12077858396397449 },
        { "lgamma", 1.9999, -4.227520877215346e-05 },
        { "lgamma", 2.4, 0.21685932244884157 },
        { "lgamma", 2.5001, 0.2847531885887332 },
        { "lgamma", 7.25, 7.0521854507385395 },
        { "lgamma", 11.999, 17.499865227646104 },
        { "lgamma", 12.001, 17.50475055100354 },
        { "lgamma", 123.4, 469.3360974421906 },
        { "lgamma", 10000000000.0, 220258509288.81058 },
        { "lgamma", 1e+300, 6.897755278982137e+302 },
        { "lgamma", -0.25, 1.589575312551186 },
        { "lgamma", -0.6, 1.3075034414677744 },
        { "lgamma", -1.5, 0.860047015376481 },
        { "lgamma", -3.3, -0.8243558050174264 },
        { "lgamma", -10.7, -15.416789096416636 },
        { "lgamma", -100.25, -363.4009232278215 },
        { "digamma", 1e-300, -9.999999999999999e+299 },
        { "digamma", -1e-05, 99999.42276788563 },
        { "digamma", 0.3, -3.502524222200133 },
        { "digamma", 1.0, -0.5772156649015329 },
        { "digamma", 1.2, -0.2890398965921884 },
        { "digamma", 1.46, -0.0015805619870834522 },
        { "digamma", 1.4616321449683622, -9.241265521729427e-17 },
        { "digamma", 1.7, 0.2085478748734939 },
        { "digamma", 1.72, 0.2242928871461575 },
        { "digamma", 5.0, 1.5061176684318005 },
        { "digamma", 11.999, 2.442574774329119 },
        { "digamma", 12.001, 2.4427485780752995 },
        { "digamma", 10000000000.0, 23.025850929890456 },
        { "digamma", 1e+300, 690.7755278982137 },
        { "digamma", -0.25, 2.9141391202135276 },
        { "digamma", -1.7, -1.4857174995110567 },
        { "digamma", -10.3, 4.662403493582087 },
        { "trigamma", 1e-100, 1e+200 },
        { "trigamma", 0.3, 12.245364546107732 },
        { "trigamma", 1.0, 1.6449340668482264 },
        { "trigamma", 4.5, 0.24872510303901038 },
        { "trigamma", 20.5, 0.04998959242996099 },
        { "trigamma", 10000000000.0, 1.00000000005e-10 },
        { "trigamma", -0.25, 18.541879647671607 },
        { "trigamma", -7.7, 14.957612844863727 },
        { "polygamma2", 1e-50, -2e+150 },
        { "polygamma2", 0.3, -75.27253658872604 },
        { "polygamma2", 1.0, -2.4041138063191885 },
        { "polygamma2", 4.5, -0.061556821321027695 },
        { "polygamma2", 20.5, -0.0024984397723677343 },
        { "polygamma2", 1000000.0, -1.0000010000005e-12 },
        { "polygamma2", -0.25, 122.69736678366236 },
        { "polygamma2", -7.7, -68.85236099165044 },
        { "polygamma7", 1e-10, 5.039999999999999e+83 },
        { "polygamma7", 0.3, 76818182.99849322 },
        { "polygamma7", 1.0, 5060.54987523764 },
        { "polygamma7", 4.5, 0.038408502587912424 },
        { "polygamma7", 50.5, 9.207407419132751e-10 },
        { "polygamma7", 1000000.0, 7.2000252000336e-40 },
        { "polygamma7", -0.25, 330351842.14649963 },
        { "polygamma7", -7.7, 76905684.3329359 },
        { "polygamma100", 0.3, -6.036106975936756e+210 },
        { "polygamma100", 1.0, -9.332621544394415e+157 },
        { "polygamma100", 4.5, -9.897824844057006e+91 },
        { "polygamma100", 50.5, -1.0057941005138219e-14 },
        { "polygamma100", 1000.0, -9.807106203035294e-145 },
        { "polygamma100", -0.25, 5.9987778449433915e+218 },
    };

    [Theory]
    [MemberData(nameof(Values))]
    public void Values_are_right_to_14_digits(string function, double x, double expected)
    {
        double value = function switch
        {
            "expm1" => SpecialFunctions.Expm1(x),
            "log1p" => SpecialFunctions.Log1p(x),
            "erf" => SpecialFunctions.Erf(x),
            "erfc" => SpecialFunctions.Erfc(x),
            "lgamma" => SpecialFunctions.Lgamma(x),
            "digamma" => SpecialFunctions.Digamma(x),
            "trigamma" => SpecialFunctions.Polygamma(1, x),
            "polygamma2" => SpecialFunctions.Polygamma(2, x),
            "polygamma7" => SpecialFunctions.Polygamma(7, x),
            _ => SpecialFunctions.Polygamma(100, x),
        };
        double digits = function == "polygamma100" ? 1e-13 : 1e-14;
        Assert.True(Math.Abs(value - expected) <= digits * Math.Abs(expected), $"{value:R}, and {expected:R} is right");
    }

    /// <summary>Poles, infinities and zeros: limits, as C and SciPy have them.</summary>
    [Fact]
    public void Special_arguments_give_the_limits()
    {
        const double Infinity = double.PositiveInfinity;
        Assert.Equal([Infinity, -1, 0, double.NaN],
            new[] { Infinity, -Infinity, 0, double.NaN }.Select(SpecialFunctions.Expm1));
        Assert.Equal([Infinity, -Infinity, double.NaN, double.NaN], new[] { Infinity, -1, -2, double.NaN }.Select(SpecialFunctions.Log1p));
        Assert.Equal([1, -1, 0, double.NaN], new[] { Infinity, -Infinity, 0, double.NaN }.Select(SpecialFunctions.Erf));
        Assert.Equal([0, 2, 1, double.NaN, 0], new[] { Infinity, -Infinity, 0, double.NaN, 30 }.Select(SpecialFunctions.Erfc));
        Assert.Equal([Infinity, Infinity, Infinity, Infinity, Infinity, double.NaN, 0, 0],
            new[] { Infinity, -Infinity, 0, -1, -1e300, double.NaN, 1, 2 }.Select(SpecialFunctions.Lgamma));
        Assert.Equal([Infinity, double.NaN, -Infinity, Infinity, double.NaN, double.NaN],
            new[] { Infinity, -Infinity, 0, -0.0, -3, double.NaN }.Select(SpecialFunctions.Digamma));
        Assert.Equal([0, double.NaN, Infinity, Infinity, double.NaN],
            new[] { Infinity, -Infinity, 0, -3, double.NaN }.Select(x => SpecialFunctions.Polygamma(1, x)));
        Assert.Equal([-Infinity, Infinity, double.NaN], new[] { 0, -0.0, -3 }.Select(x => SpecialFunctions.Polygamma(2, x)));
        Assert.Equal(double.NaN, SpecialFunctions.Polygamma(-1, 2));
    }

    [Fact]
    public void Odd_functions_keep_the_sign_of_zero()
    {
        Assert.True(double.IsNegative(SpecialFunctions.Expm1(-0.0)));
        Assert.True(double.IsNegative(SpecialFunctions.Log1p(-0.0)));
        Assert.True(double.IsNegative(SpecialFunctions.Erf(-0.0)));
    }

    [Fact]
    public void Complementary_error_function_goes_down_to_the_smallest_numbers()
    {
        double previous = SpecialFunctions.Erfc(26);
        for (double x = 26.05; x < 27.2; x += 0.05)
        {
            double value = SpecialFunctions.Erfc(x);
            Assert.InRange(value, double.Epsilon, previous);
            previous = value;
        }
    }

    /// <summary>Γ(x + 1) = x Γ(x), differentiated n + 1 times: ψ⁽ⁿ⁾(x + 1) = ψ⁽ⁿ⁾(x) + (−1)ⁿ n! / xⁿ⁺¹.</summary>
    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, -1)]
    [InlineData(2, 2)]
    [InlineData(3, -6)]
    [InlineData(4, 24)]
    public void Polygamma_functions_follow_their_recurrence(int n, double signedFactorial)
    {
        for (double x = -5.3; x < 30; x += 0.37)
        {
            double step = signedFactorial / Math.Pow(x, n + 1), from = SpecialFunctions.Polygamma(n, x), to = SpecialFunctions.Polygamma(n, x + 1);
            Assert.True(Math.Abs(from + step - to) <= 1e-13 * (Math.Abs(from) + Math.Abs(step)), $"at {x}");
        }
    }
}
