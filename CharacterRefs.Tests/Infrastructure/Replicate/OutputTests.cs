using System.Text.Json.Nodes;
using CharacterRefs.Application.Results;
using CharacterRefs.Tests.Support.Replicate;

namespace CharacterRefs.Tests.Infrastructure.Replicate;

[Category("Integration")]
public sealed class OutputTests
{
    [TestCase(StubModels.FluxPro)]
    [TestCase(StubModels.FluxSchnell)]
    public async Task GenerateAsync_WhenOutputIsAStringOrAList_TakesTheFirst(string model)
    {
        await using var harness = await ReplicateHarness.StartAsync();

        var image = await harness.DrawAsync(model);

        Assert.That(image.Value, Is.EqualTo(ReplicateStub.TinyPng));
    }

    [TestCase("image/png")]
    [TestCase("application/octet-stream")]
    public async Task GenerateAsync_WhenOutputIsADataUri_DecodesIt(string mediaType)
    {
        await using var harness = await ReplicateHarness.StartAsync();
        harness.Stub.Script(p => p.OutputsDataUri(mediaType));

        var image = await harness.DrawAsync();

        Assert.That(image.Value, Is.EqualTo(ReplicateStub.TinyPng));
        Assert.That(harness.Stub.Delivery.Requests, Is.Zero);
    }

    [TestCase("null")]
    [TestCase("[]")]
    [TestCase("[null]")]
    [TestCase("""{"image":"https://replicate.delivery/x.png"}""")]
    [TestCase("\"\"")]
    [TestCase("\"data:image/png;base64,\"")]
    [TestCase("\"data:image/png;base64,!!!\"")]
    [TestCase("\"data:text/plain,hello\"")]
    [TestCase("\"not an address\"")]
    public async Task GenerateAsync_WhenSuccessHasNoImage_Fails(string output)
    {
        await using var harness = await ReplicateHarness.StartAsync(50);
        harness.Stub.Script(p => p.Outputs((_, _) => JsonNode.Parse(output)));

        var error = await harness.FailToDrawAsync();

        Assert.That(error.Kind, Is.EqualTo(ErrorKind.UpstreamFailed));
        Assert.That(error.Detail, Does.Contain("without an image"));
    }

    [TestCase("http://169.254.169.254/latest/meta-data")]
    [TestCase("https://example.com/out.png")]
    [TestCase("http://replicate.delivery/out.png")]
    [TestCase("file:///etc/passwd")]
    public async Task GenerateAsync_WhenOutputIsAtAForeignPlace_IsNotFetched(string url)
    {
        await using var harness = await ReplicateHarness.StartAsync(50);
        harness.Stub.Script(p => p.OutputsAt(url));

        var error = await harness.FailToDrawAsync();

        Assert.That(error.Kind, Is.EqualTo(ErrorKind.UpstreamFailed));
        Assert.That(error.Detail, Does.Contain("REPLICATE_OUTPUT_HOSTS").And.Not.Contain("meta-data"));
        Assert.That(harness.Log.Lines, Has.None.Contains("latest/meta-data"));
    }

    [Test]
    public async Task GenerateAsync_WhenDeliveryDeclaresAnotherType_TakesTheBytes()
    {
        await using var harness = await ReplicateHarness.StartAsync();
        harness.Stub.Delivery.Declares("text/html");

        var image = await harness.DrawAsync();

        Assert.That(image.Value, Is.EqualTo(ReplicateStub.TinyPng));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task GenerateAsync_WhenOutputIsTooLong_StopsReading(bool announced)
    {
        await using var harness = await ReplicateHarness.StartAsync(50, ("REPLICATE_MAX_OUTPUT_BYTES", "4096"));
        harness.Stub.Delivery.Sends(5000, announced);

        var error = await harness.FailToDrawAsync();

        Assert.That(error.Kind, Is.EqualTo(ErrorKind.UpstreamFailed));
        Assert.That(error.Detail, Does.Contain("4096"));
        Assert.That(harness.Stub.Delivery.Requests, Is.EqualTo(1));
    }

    [Test]
    public async Task GenerateAsync_WhenInlineOutputIsTooLong_Fails()
    {
        await using var harness = await ReplicateHarness.StartAsync(50, ("REPLICATE_MAX_OUTPUT_BYTES", "4096"));
        harness.Stub.ImageOf = _ => new byte[5000];
        harness.Stub.Script(p => p.OutputsDataUri("image/png"));

        var error = await harness.FailToDrawAsync();

        Assert.That(error.Detail, Does.Contain("4096"));
    }

    [Test]
    public async Task GenerateAsync_WhenTransferBreaksOff_ReceivesAgainFromTheStart()
    {
        await using var harness = await ReplicateHarness.StartAsync();
        var bytes = new byte[100_000];
        Random.Shared.NextBytes(bytes);
        harness.Stub.ImageOf = _ => bytes;
        harness.Stub.Delivery.BreaksOff().Answers(503).BreaksOff();

        var image = await harness.DrawAsync();

        Assert.That(image.Value, Is.EqualTo(bytes));
        Assert.That(harness.Stub.Delivery.Requests, Is.EqualTo(4));
        Assert.That(harness.Stub.Creates, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task GenerateAsync_WhenTransferStalls_TriesAgain()
    {
        await using var harness = await ReplicateHarness.StartAsync(10, ("REPLICATE_DOWNLOAD_TIMEOUT", "5"));
        harness.Stub.Delivery.Stalls();

        var image = await harness.DrawAsync();

        Assert.That(image.Value, Is.EqualTo(ReplicateStub.TinyPng));
    }

    [Test]
    public async Task GenerateAsync_WhenTransferKeepsStalling_EndsAfterThreeTimesTheLimitOfOne()
    {
        await using var harness = await ReplicateHarness.StartAsync(20, ("REPLICATE_DOWNLOAD_TIMEOUT", "10"));
        harness.Stub.Delivery.Stalls().Stalls().Stalls().Stalls().Stalls();
        var plan = await harness.PlanAsync(ReplicateHarness.RequestFor(StubModels.FluxPro));

        var start = harness.Clock.GetTimestamp();
        var image = await harness.DrawAsync(plan);

        Assert.That(image.Error!.Kind, Is.EqualTo(ErrorKind.UpstreamTimedOut));
        Assert.That(harness.Clock.GetElapsedTime(start).TotalSeconds, Is.InRange(29, 45));
    }

    [Test]
    public async Task GenerateAsync_WhenDeliveryAsksForMoreTimeThanThereIs_FailsAtOnce()
    {
        await using var harness = await ReplicateHarness.StartAsync(20, ("REPLICATE_DOWNLOAD_TIMEOUT", "10"));
        harness.Stub.Delivery.AsksToWait(100);
        var plan = await harness.PlanAsync(ReplicateHarness.RequestFor(StubModels.FluxPro));

        var start = harness.Clock.GetTimestamp();
        var image = await harness.DrawAsync(plan);

        Assert.That(image.Error!.Kind, Is.EqualTo(ErrorKind.UpstreamFailed));
        Assert.That(harness.Clock.GetElapsedTime(start).TotalSeconds, Is.LessThan(25));
        Assert.That(harness.Stub.Delivery.Requests, Is.EqualTo(1));
    }

    [TestCase(302)]
    [TestCase(401)]
    [TestCase(403)]
    [TestCase(404)]
    public async Task GenerateAsync_WhenDeliveryRedirectsOrHasNothing_Fails(int status)
    {
        await using var harness = await ReplicateHarness.StartAsync();
        _ = status == 302 ? harness.Stub.Delivery.RedirectsTo(harness.Stub.OutputHost + "/elsewhere/out.png") : harness.Stub.Delivery.Answers(status);

        var error = await harness.FailToDrawAsync();

        Assert.That(error.Kind, Is.EqualTo(ErrorKind.UpstreamFailed));
        Assert.That(harness.Stub.Delivery.Requests, Is.EqualTo(1));
        Assert.That(harness.Stub.Delivery.SawToken, Is.False);
    }
}
