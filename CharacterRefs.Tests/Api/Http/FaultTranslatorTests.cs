using CharacterRefs.Api.Http;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Tests.Support;
using Microsoft.AspNetCore.Http;
using NSubstitute;

namespace CharacterRefs.Tests.Api.Http;

/// <summary>What of a fault gets into the log.</summary>
[Category("Unit")]
internal sealed class FaultTranslatorTests
{
    private readonly CapturedLog _log = new();

    [TearDown]
    public void DisposeLog() => _log.Dispose();

    [Test]
    public async Task TryHandle_WhenTheStoreFails_LogsTheCauseAndKeepsTheTraceForDebugging([Values] AssetStoreFault fault)
    {
        await HandleAsync(new AssetStoreUnavailableException("The bucket is away.", fault, inner: new IOException("inner message")));

        var lines = _log.Lines.Where(line => !line.StartsWith("Debug", StringComparison.Ordinal)).ToList();
        Assert.That(lines, Has.Count.EqualTo(1));
        Assert.That(
            lines[0], Does.StartWith("Warning POST /somewhere").And.Contain("The bucket is away.").And.Not.Contain("   at ").And.Not.Contain("inner message"));
        Assert.That(_log.Lines, Has.One.StartsWith("Debug").And.One.Contain("inner message"));
    }

    [Test]
    public async Task TryHandle_WhenAFaultIsNotExpected_LogsItWithItsTrace()
    {
        await HandleAsync(new InvalidOperationException("not valid", new IOException("inner message")));

        Assert.That(
            _log.Lines.Single(), Does.StartWith("Error POST /somewhere failed").And.Contain("   at ").And.Contain("not valid").And.Contain("inner message"));
    }

    [Test]
    public async Task TryHandle_WhenTheDiskFails_LogsTheMessageOfTheSystemAndKeepsTheTraceForDebugging()
    {
        await HandleAsync(new LocalStorageException("The disk is full.", new InvalidOperationException("outer words", new IOException("No space left"))));

        var lines = _log.Lines.Where(line => !line.StartsWith("Debug", StringComparison.Ordinal)).ToList();
        Assert.That(lines, Has.Count.EqualTo(1));
        Assert.That(lines[0], Does.StartWith("Error POST /somewhere failed").And.Contain("The disk is full. (No space left)").And.Not.Contain("   at "));
        Assert.That(_log.Lines, Has.One.StartsWith("Debug").And.One.Contain("   at "));
    }

    private async Task HandleAsync(Exception fault)
    {
        var context = new DefaultHttpContext();
        (context.Request.Method, context.Request.Path) = ("POST", "/somewhere");
        try
        {
            throw fault; // for a trace
        }
        catch (Exception thrown)
        {
            await new FaultTranslator(Substitute.For<IProblemDetailsService>(), _log.Of<FaultTranslator>()).TryHandleAsync(context, thrown, default);
        }
    }
}
