using CharacterRefs.Tests.Support;
using NUnit.Framework.Internal;

namespace CharacterRefs.Tests;

/// <summary>Prints at the end of a run why tests were ignored: the console's default verbosity lists only their names.</summary>
[SetUpFixture]
internal sealed class RunSummary
{
    [OneTimeTearDown]
    public void Print()
    {
        // The adapter passes the error stream on as warnings, which the console prints at its default verbosity.
        foreach (var reason in IgnoredTests.Reasons(TestExecutionContext.CurrentContext.CurrentResult))
        {
            TestContext.Error.WriteLine(reason);
        }
    }
}
