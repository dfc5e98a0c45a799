using System.Globalization;
using System.Text.RegularExpressions;
using NUnit.Framework.Interfaces;

namespace CharacterRefs.Tests.Support;

/// <summary>Why the tests of a run were ignored.</summary>
internal static partial class IgnoredTests
{
    /// <summary>One line for each reason, the most frequent first.</summary>
    /// <param name="run">The result of all tests.</param>
    public static IEnumerable<string> Reasons(ITestResult run) =>
        from test in Tests(run)
        where IsIgnored(test.ResultState) && !string.IsNullOrEmpty(test.Message) // a suite without tests is inconclusive too
        group test by Site().Replace(test.Message, "") into reason
        orderby reason.Count() descending, reason.Key
        select string.Create(CultureInfo.InvariantCulture, $"{reason.Count()} ignored: {reason.Key}");

    /// <summary>By <c>Assert.Ignore</c> or its attribute, or by an assumption that does not hold.</summary>
    private static bool IsIgnored(ResultState state) =>
        state.Status == TestStatus.Inconclusive || (state.Status == TestStatus.Skipped && state.Label == ResultState.Ignored.Label);

    private static IEnumerable<ITestResult> Tests(ITestResult result) => result.HasChildren ? result.Children.SelectMany(Tests) : [result];

    /// <summary>What NUnit writes before the message of a set-up, of the fixture or of the test.</summary>
    [GeneratedRegex("^((OneTime)?SetUp ?: )+")]
    private static partial Regex Site();
}
