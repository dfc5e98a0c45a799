using NSubstitute;
using NUnit.Framework.Interfaces;

namespace CharacterRefs.Tests.Support;

[Category("Unit")]
internal sealed class IgnoredTestsTests
{
    [Test]
    public void Reasons_WhenSuitesAreNested_CountsEachReasonOnce()
    {
        var run = Suite(
            Suite(Leaf(ResultState.Ignored, "No S3 server."), Leaf(ResultState.Success, "")),
            Suite(Suite(Leaf(ResultState.Ignored, "No Chromium.")), Leaf(ResultState.Ignored, "No S3 server.")),
            Leaf(ResultState.Inconclusive, "No S3 server."),
            Leaf(ResultState.Inconclusive, "Needs more cores."),
            Leaf(ResultState.Inconclusive, null),
            Leaf(ResultState.Explicit, "a benchmark"),
            Leaf(ResultState.Failure, "Expected: 1"));

        Assert.That(IgnoredTests.Reasons(run), Is.EqualTo(["3 ignored: No S3 server.", "1 ignored: Needs more cores.", "1 ignored: No Chromium."]));
    }

    [Test]
    public void Reasons_WhenASetUpGivesTheReason_CountsItAsTheSame()
    {
        var run = Suite(
            Leaf(ResultState.Ignored, "No S3 server."),
            Leaf(ResultState.Ignored.WithSite(FailureSite.SetUp), "SetUp : No S3 server."),
            Suite(Leaf(ResultState.Ignored.WithSite(FailureSite.Parent), "OneTimeSetUp: SetUp : No S3 server.")));

        Assert.That(IgnoredTests.Reasons(run), Is.EqualTo(["3 ignored: No S3 server."]));
    }

    private static ITestResult Suite(params ITestResult[] children)
    {
        var suite = Substitute.For<ITestResult>();
        suite.HasChildren.Returns(true);
        suite.Children.Returns(children);
        return suite;
    }

    private static ITestResult Leaf(ResultState state, string? message)
    {
        var leaf = Substitute.For<ITestResult>();
        leaf.ResultState.Returns(state);
        leaf.Message.Returns(message);
        return leaf;
    }
}
