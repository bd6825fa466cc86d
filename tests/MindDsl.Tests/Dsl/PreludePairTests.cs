using System.Reflection;
using MindDsl.Ir;
using Xunit;

namespace MindDsl.Tests.Dsl;

/// <summary>The quote reader finds the function of a method by its name and parameters: terms for tensors and keys, everything else the same.</summary>
public class PreludePairTests
{
    public static TheoryData<string> Methods => [.. All.Keys];

    private static Dictionary<string, MethodInfo> All { get; } = (
        from type in new[] { typeof(Tensor), typeof(Mind) }
        from method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
        where !method.IsSpecialName && !method.IsGenericMethod && (method.ReturnType == typeof(Tensor) || method.ReturnType == typeof(Tensor[]))
        where !method.GetParameters().Any(p => typeof(Delegate).IsAssignableFrom(p.ParameterType))
        where !method.IsStatic || method.GetParameters().Any(p => p.ParameterType == typeof(Tensor) || p.ParameterType == typeof(Tensor[]) || p.ParameterType == typeof(Key))
        select method).ToDictionary(m => $"{m.DeclaringType!.Name}.{m.Name}({string.Join(", ", m.GetParameters().Select(p => p.ParameterType.Name))})");

    [Theory]
    [MemberData(nameof(Methods))]
    public void Every_method_on_tensors_has_its_function_in_the_prelude(string name)
    {
        var method = All[name];
        var expected = method.GetParameters().Select(Expected).ToList();
        if (!method.IsStatic) expected.Insert(0, typeof(Term));
        var pair = typeof(Prelude).GetMethod(method.Name, BindingFlags.Public | BindingFlags.Static, [.. expected]);
        Assert.True(pair is not null, $"no Prelude.{method.Name}({string.Join(", ", expected.Select(e => e.Name))})");
        Assert.Equal(method.ReturnType == typeof(Tensor) ? typeof(Term) : typeof(Term[]), pair.ReturnType);

        var own = method.GetParameters();
        var other = pair.GetParameters()[(expected.Count - own.Length)..];
        Assert.Equal(own.Select(p => (p.Name, p.HasDefaultValue ? p.DefaultValue : null)), other.Select(p => (p.Name, p.HasDefaultValue ? p.DefaultValue : null)));
    }

    [Fact]
    public void There_are_methods_to_pair() => Assert.True(All.Count > 120, $"{All.Count} methods");

    private static Type Expected(ParameterInfo parameter)
    {
        bool optional = new NullabilityInfoContext().Create(parameter).WriteState == NullabilityState.Nullable;
        return parameter.ParameterType == typeof(Tensor) ? (optional ? typeof(Term?) : typeof(Term))
            : parameter.ParameterType == typeof(Tensor[]) ? typeof(Term[])
            : parameter.ParameterType == typeof(Key) ? typeof(Term)
            : parameter.ParameterType;
    }
}
