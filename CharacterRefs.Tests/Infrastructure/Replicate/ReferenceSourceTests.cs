using System.Text.Json;
using CharacterRefs.Application.Ports.Generators;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.References;
using CharacterRefs.Tests.Support.Replicate;

namespace CharacterRefs.Tests.Infrastructure.Replicate;

[Category("Integration")]
public sealed class ReferenceSourceTests
{
    [Test]
    public async Task GenerateAsync_WhenReferenceIsSmall_SendsItAsADataUri()
    {
        await using var harness = await ReplicateHarness.StartAsync();
        var reference = Image(ReplicateStub.TinyPng);

        var plan = await harness.PlanAsync(ReplicateHarness.RequestFor(StubModels.Kontext) with { Reference = reference });
        await harness.DrawAsync(plan);

        var sent = harness.Stub.Creates.Single().Input.GetProperty("input_image").GetString();
        Assert.That(sent, Is.EqualTo("data:image/png;base64," + Convert.ToBase64String(ReplicateStub.TinyPng)));
        Assert.That(plan.ParametersUsed["input_image"].GetString(), Is.EqualTo($"reference:{reference.Id}"));
        Assert.That(JsonSerializer.Serialize(plan.ParametersUsed), Does.Not.Contain("base64"));
        Assert.That(harness.Stub.Files.Received, Is.Empty);
    }

    [Test]
    public async Task GenerateAsync_WhenReferenceIsLarge_UploadsItOnceForAllImages()
    {
        await using var harness = await ReplicateHarness.StartAsync();
        var bytes = new byte[300_000];
        Random.Shared.NextBytes(bytes);

        var plan = await harness.PlanAsync(ReplicateHarness.RequestFor(StubModels.NanoBanana) with { Reference = Image(bytes), NumImages = 3 });
        Assert.That(harness.Stub.Files.Received, Is.Empty, "Nothing is uploaded for a plan alone.");
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => harness.DrawAsync(plan)));

        Assert.That(harness.Stub.Files.Received.Single(), Is.EqualTo(bytes));
        Assert.That(
            harness.Stub.Creates.Select(create => create.Input.GetProperty("image_input").EnumerateArray().Single().GetString()),
            Is.EqualTo(Enumerable.Repeat($"{harness.Stub.BaseUrl}/files/file1", 3)));
    }

    [TestCase(191_982, 0)]
    [TestCase(191_983, 1)]
    public async Task GenerateAsync_WhenReferenceIsAtTheLimit_ChoosesByTheLengthOfTheDataUri(int size, int uploads)
    {
        await using var harness = await ReplicateHarness.StartAsync();

        var plan = await harness.PlanAsync(ReplicateHarness.RequestFor(StubModels.Kontext) with { Reference = Image(new byte[size]) });
        await harness.DrawAsync(plan);

        Assert.That(harness.Stub.Files.Received, Has.Count.EqualTo(uploads));
        Assert.That(harness.Stub.Creates.Single().Input.GetProperty("input_image").GetString()!, Has.Length.LessThanOrEqualTo(256_000));
    }

    [TestCase("https://files.example.com/v1")]
    [TestCase("http://api.replicate.com/v1")]
    [TestCase("https://api.replicate.com:8443/v1")]
    [TestCase("https://someone@api.replicate.com/v1")]
    [TestCase("https://api.replicate.com.example.com/v1")]
    public async Task GenerateAsync_WhenUploadedFileIsElsewhere_FailsBeforePaying(string place)
    {
        await using var harness = await ReplicateHarness.StartAsync();
        harness.Stub.Files.ServedFrom = place;

        var image = await harness.DrawAsync(await PlanLargeAsync(harness));

        Assert.That(image.Error!.Kind, Is.EqualTo(ErrorKind.UpstreamFailed));
        Assert.That(image.Error.Detail, Does.Contain("REPLICATE_BASE_URL").And.Not.Contain("example.com"));
        Assert.That(harness.Stub.Creates, Is.Empty);
    }

    [Test]
    public async Task GenerateAsync_WhenBaseIsAProxyAndTheFileIsAtReplicate_GivesTheModelThatAddress()
    {
        await using var harness = await ReplicateHarness.StartAsync();
        harness.Stub.Files.ServedFrom = "https://api.replicate.com/v1";

        var image = await harness.DrawAsync(await PlanLargeAsync(harness));

        Assert.That(image.Value, Is.EqualTo(ReplicateStub.TinyPng));
        Assert.That(harness.Stub.Creates.Single().Input.GetProperty("input_image").GetString(), Is.EqualTo("https://api.replicate.com/v1/files/file1"));
    }

    [Test]
    public async Task GenerateAsync_WhenUploadIsLimitedForLongerThanTheDeadline_SaysAtOnceWhenToTryAgain()
    {
        await using var harness = await ReplicateHarness.StartAsync(20, ("REPLICATE_DEADLINE", "30"));
        harness.Stub.Files.Faults.Enqueue(StubAnswer.LimitedByBody(60));

        var image = await harness.DrawAsync(await PlanLargeAsync(harness));

        Assert.That(image.Error?.Kind, Is.EqualTo(ErrorKind.RateLimited));
        Assert.That(image.Error!.RetryAfter, Is.EqualTo(TimeSpan.FromSeconds(60)));
        Assert.That(harness.Stub.Creates, Is.Empty);
    }

    [Test]
    public async Task GenerateAsync_WhenUploadKeepsFailing_EndsWithinTheDeadline()
    {
        await using var harness = await ReplicateHarness.StartAsync(20, ("REPLICATE_DEADLINE", "20"));
        for (var i = 0; i < 5; i++)
        {
            harness.Stub.Files.Faults.Enqueue(StubAnswer.LimitedByBody(9));
        }

        var plan = await PlanLargeAsync(harness);
        var start = harness.Clock.GetTimestamp();
        var image = await harness.DrawAsync(plan);

        Assert.That(image.Error?.Kind, Is.AnyOf(ErrorKind.RateLimited, ErrorKind.UpstreamTimedOut));
        Assert.That(harness.Clock.GetElapsedTime(start).TotalSeconds, Is.LessThan(30));
    }

    private static Task<IGenerationPlan> PlanLargeAsync(ReplicateHarness harness) =>
        harness.PlanAsync(ReplicateHarness.RequestFor(StubModels.Kontext) with { Reference = Image(new byte[300_000]) });

    private static ReferenceImage Image(byte[] bytes) =>
        new(CharacterReferenceId.Create(TimeProvider.System.GetUtcNow()), ImageFormat.Png, bytes.Length, _ => ValueTask.FromResult<Stream>(new MemoryStream(bytes)));
}
