using System.Globalization;

namespace CharacterRefs.Tests.Support;

/// <summary>Sizes of a test that a script in <c>eng</c> runs with more of everything.</summary>
internal static class BenchSetting
{
    /// <summary>The number in the variable <c>BENCH_…</c>, or the one of the test suite.</summary>
    public static int Number(string name, int otherwise) =>
        Environment.GetEnvironmentVariable($"BENCH_{name}") is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
