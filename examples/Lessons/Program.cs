using System.Globalization;
using MindDsl.Examples.Lessons;

var (value, slope, nested) = Lessons.FirstLook();
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"first look: {value} {slope} {nested}"));
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"journey: {Lessons.Journey()}"));
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"loops: {Lessons.Loops()}"));
Console.WriteLine("arrays: " + string.Join(", ", Lessons.Arrays().Select(x => x.ToString(CultureInfo.InvariantCulture))));
var line = Lessons.Fit();
Console.WriteLine($"line: {line.Slope} x + {line.Offset}");
