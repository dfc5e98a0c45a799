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

        var image = await harness.GenerateAsync(model);

        Assert.That(image.Value, Is.EqualTo(ReplicateStub.TinyPng));
    }

    [TestCase("image/png")]
    [TestCase("application/octet-stream")]
    public async Task GenerateAsync_WhenOutputIsADataUri_DecodesIt(string mediaType)
    {
        await using var harness = await ReplicateHarness.StartAsync();
        harness.Stub.Script(p => p.OutputsDataUri(mediaType));

        var image = await harness.GenerateAsync();

        Assert.That(image.Value, Is.EqualTo(ReplicateStub.TinyPng));
        Assert.That(harness.Stub.Delivery.Requests, Is.Zero);
    }

    [TestCase("null")]
    [TestCase("[]")]
    [TestCase("[null]")]
    [TestCase("{}")]
    [TestCase("""{"prompt":"a: b","seed":7,"image":null}""")]
    [TestCase("\"\"")]
    [TestCase("\"data:image/png;base64,\"")]
    [TestCase("\"data:image/png;base64,!!!\"")]
    [TestCase("\"data:text/plain,hello\"")]
    [TestCase("\"not a URL\"")]
    public async Task GenerateAsync_WhenSuccessHasNoImage_Fails(string output)
    {
        await using var harness = await ReplicateHarness.StartAsync(50);
        harness.Stub.Script(p => p.Outputs((_, _) => JsonNode.Parse(output)));

        var error = await harness.FailToGenerateAsync();

        Assert.That(error.Kind, Is.EqualTo(ErrorKind.UpstreamFailed));
        Assert.That(error.Detail, Does.Contain("without an image"));
        Assert.That(error.IsPaid, Is.True);
    }

    [TestCase("""{"image":"URL"}""")]
    [TestCase("""[{"url":"URL"}]""")]
    [TestCase("""{"images":["URL","URL"]}""")]
    [TestCase("""{"images":[{"url":"URL"}]}""")]
    [TestCase("""{"thumbnail":"http://127.0.0.1:9/t.png","meta":"http://127.0.0.1:9/m.json","image":"URL"}""")]
    public async Task GenerateAsync_WhenOutputIsNested_FetchesTheImage(string output)
    {
        await using var harness = await ReplicateHarness.StartAsync();
        harness.Stub.Script(p => p.OutputsJson(output));

        var image = await harness.GenerateAsync();

        Assert.That(image.Value, Is.EqualTo(ReplicateStub.TinyPng));
        Assert.That(harness.Stub.Delivery.Requests, Is.EqualTo(1));
    }

    [TestCase(
        "Potential NSFW content was detected in one or more images. A black image will be returned instead. Try again with a different prompt and/or seed.")]
    [TestCase("step 50/50\nNSFW content detected: a black image will be returned instead\ndone")]
    [TestCase("Unsafe content in image 1.\nA black image is used instead.")]
    [TestCase("safety checker: 1 image rejected, black image shown instead")]
    [TestCase("The safety checker rejected the image; returning a black image")]
    [TestCase("Inappropriate output was replaced with a black image")]
    public async Task GenerateAsync_WhenLogSaysThatABlackImageReplacesARejectedOne_IsARejectionThatWasPaid(string logs)
    {
        await using var harness = await ReplicateHarness.StartAsync();
        harness.Stub.Script(p => p.Logging(logs));

        var error = await harness.FailToGenerateAsync();

        Assert.That((error.Kind, error.IsPaid), Is.EqualTo((ErrorKind.GenerationRejected, true)));
        Assert.That(error.Detail, Does.Contain("black image").And.Contain(StubModels.FluxPro));
        Assert.That(harness.Stub.Delivery.Requests, Is.Zero);
    }

    [TestCase("Using seed: 7\nsafety checker enabled\n100%")]
    [TestCase("a black image of a cat\nNo NSFW content found")]
    [TestCase("Prompt: sensitive robot, black image background\n100%")]
    [TestCase("Prompt: a robot in safety yellow\nNegative prompt: NSFW, black image, blurry\nUsing seed: 7")]
    [TestCase("Prompt: a sensitive robot, a black image is shown on its screen, and it will be used as a poster\n100%")]
    [TestCase("safety checker: passed\nPrompt: a robot returning from a black image")]
    public async Task GenerateAsync_WhenLogSaysNothingOfARejection_TakesTheImage(string logs)
    {
        await using var harness = await ReplicateHarness.StartAsync();
        harness.Stub.Script(p => p.Logging(logs));

        Assert.That((await harness.GenerateAsync()).Value, Is.EqualTo(ReplicateStub.TinyPng));
    }

    [TestCase("Your request was rejected by the safety system. (x7gk2)")]
    [TestCase("Request blocked by moderation")]
    [TestCase("This image violates our content policy.")]
    [TestCase("content_policy_violation")]
    [TestCase("The prompt contains PROHIBITED_CONTENT")]
    [TestCase("The response was blocked by our safety filters")]
    [TestCase("Generation failed: violates the usage guidelines")]
    [TestCase("Image was rejected: sexual content")]
    public async Task GenerateAsync_WhenModelFailsWithARejection_IsGenerationRejected(string text)
    {
        await using var harness = await ReplicateHarness.StartAsync(50);
        harness.Stub.Script(p => p.Starting().Failed(text));

        var error = await harness.FailToGenerateAsync();

        Assert.That((error.Kind, error.IsPaid), Is.EqualTo((ErrorKind.GenerationRejected, false)));
    }

    [TestCase("CUDA out of memory")]
    [TestCase("a constraint was violated: width must be a multiple of 8")]
    [TestCase("Prediction interrupted; please retry (code: PA)")]
    public async Task GenerateAsync_WhenModelFailsOtherwise_IsNoRejection(string text)
    {
        await using var harness = await ReplicateHarness.StartAsync(50);
        harness.Stub.Script(p => p.Starting().Failed(text));

        Assert.That((await harness.FailToGenerateAsync()).Kind, Is.EqualTo(ErrorKind.UpstreamFailed));
    }

    [TestCase("http://169.254.169.254/latest/meta-data")]
    [TestCase("https://example.com/out.png")]
    [TestCase("http://replicate.delivery/out.png")]
    [TestCase("file:///etc/passwd")]
    public async Task GenerateAsync_WhenOutputIsAtAForeignPlace_IsNotFetched(string url)
    {
        await using var harness = await ReplicateHarness.StartAsync(50);
        harness.Stub.Script(p => p.OutputsAt(url));

        var error = await harness.FailToGenerateAsync();

        Assert.That(error.Kind, Is.EqualTo(ErrorKind.UpstreamFailed));
        Assert.That(error.Detail, Does.Contain("REPLICATE_OUTPUT_HOSTS").And.Not.Contain("meta-data"));
        Assert.That(harness.Log.Lines, Has.None.Contains("latest/meta-data"));
    }

    [Test]
    public async Task GenerateAsync_WhenDeliveryDeclaresAnotherType_TakesTheBytes()
    {
        await using var harness = await ReplicateHarness.StartAsync();
        harness.Stub.Delivery.Declares("text/html");

        var image = await harness.GenerateAsync();

        Assert.That(image.Value, Is.EqualTo(ReplicateStub.TinyPng));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task GenerateAsync_WhenOutputIsTooLong_StopsReading(bool announced)
    {
        await using var harness = await ReplicateHarness.StartAsync(50, ("REPLICATE_MAX_OUTPUT_BYTES", "4096"));
        harness.Stub.Delivery.Sends(5000, announced);

        var error = await harness.FailToGenerateAsync();

        Assert.That(error.Kind, Is.EqualTo(ErrorKind.UpstreamFailed));
        Assert.That(error.Detail, Does.Contain("4096"));
        Assert.That(error.IsPaid, Is.True);
        Assert.That(harness.Stub.Delivery.Requests, Is.EqualTo(1));
    }

    [Test]
    public async Task GenerateAsync_WhenInlineOutputIsTooLong_Fails()
    {
        await using var harness = await ReplicateHarness.StartAsync(50, ("REPLICATE_MAX_OUTPUT_BYTES", "4096"));
        harness.Stub.ImageOf = _ => new byte[5000];
        harness.Stub.Script(p => p.OutputsDataUri("image/png"));

        var error = await harness.FailToGenerateAsync();

        Assert.That(error.Detail, Does.Contain("4096"));
    }

    [Test]
    public async Task GenerateAsync_WhenTransferBreaksOff_ReceivesAgainFromTheStart()
    {
        await using var harness = await ReplicateHarness.StartAsync();
        var bytes = new byte[100_000];
        Random.Shared.NextBytes(bytes);
        harness.Stub.ImageOf = _ => bytes;
        harness.Stub.Delivery.BreaksOff().RespondsWith(503).BreaksOff();

        var image = await harness.GenerateAsync();

        Assert.That(image.Value, Is.EqualTo(bytes));
        Assert.That(harness.Stub.Delivery.Requests, Is.EqualTo(4));
        Assert.That(harness.Stub.Creates, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task GenerateAsync_WhenTransferStalls_Retries()
    {
        await using var harness = await ReplicateHarness.StartAsync(10, ("REPLICATE_DOWNLOAD_TIMEOUT", "5"));
        harness.Stub.Delivery.Stalls();

        var image = await harness.GenerateAsync();

        Assert.That(image.Value, Is.EqualTo(ReplicateStub.TinyPng));
    }

    [Test]
    public async Task GenerateAsync_WhenTransfersSendNothing_EndsThemAndRetries()
    {
        await using var harness = await ReplicateHarness.StartAsync(50, ("REPLICATE_DOWNLOAD_TIMEOUT", "10"));
        harness.Stub.Delivery.Stalls().Stalls().Stalls().Stalls().Stalls();

        var image = await harness.GenerateAsync();

        Assert.That(image.Value, Is.EqualTo(ReplicateStub.TinyPng));
        Assert.That(harness.Stub.Delivery.Requests, Is.EqualTo(6));
    }

    [Test]
    public async Task GenerateAsync_WhenTheHostSendsRetryAfter_FetchesLaterUntilTheOutputExpires()
    {
        await using var harness = await ReplicateHarness.StartAsync(50, ("REPLICATE_DOWNLOAD_TIMEOUT", "10"));
        harness.Stub.Delivery.SendsRetryAfter(100);

        var image = await harness.GenerateAsync();

        Assert.That(image.Value, Is.EqualTo(ReplicateStub.TinyPng));
        Assert.That(harness.Stub.Delivery.Requests, Is.EqualTo(2));
    }

    [TestCase(302)]
    [TestCase(410)]
    public async Task GenerateAsync_WhenDeliveryRedirectsOrHasNothing_Fails(int status)
    {
        await using var harness = await ReplicateHarness.StartAsync();
        _ = status == 302 ? harness.Stub.Delivery.RedirectsTo(harness.Stub.OutputHost + "/elsewhere/out.png") : harness.Stub.Delivery.RespondsWith(status);

        var error = await harness.FailToGenerateAsync();

        Assert.That(error.Kind, Is.EqualTo(ErrorKind.UpstreamFailed));
        Assert.That(harness.Stub.Delivery.Requests, Is.EqualTo(1));
        Assert.That(harness.Stub.Delivery.SawToken, Is.False);
    }

    [Test]
    public async Task GenerateAsync_WhenTheFirstOutputCannotBeFetched_TakesTheNext()
    {
        await using var harness = await ReplicateHarness.StartAsync();
        harness.Stub.Script(p => p.OutputsArray());
        harness.Stub.Delivery.RespondsWith(410);

        var image = await harness.GenerateAsync();

        Assert.That(image.Value, Is.EqualTo(ReplicateStub.TinyPng));
        Assert.That(harness.Stub.Delivery.Requests, Is.EqualTo(2));
    }
}
