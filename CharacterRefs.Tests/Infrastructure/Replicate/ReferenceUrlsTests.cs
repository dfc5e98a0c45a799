using System.Text.Json;
using System.Text.Json.Nodes;
using CharacterRefs.Application.Ports.Generators;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.References;
using CharacterRefs.Tests.Support.Replicate;

namespace CharacterRefs.Tests.Infrastructure.Replicate;

[Category("Integration")]
public sealed class ReferenceUrlsTests
{
    [Test]
    public async Task GenerateAsync_WhenReferenceIsSmall_SendsItAsADataUri()
    {
        await using var harness = await ReplicateHarness.StartAsync();
        var reference = Image(ReplicateStub.TinyPng);

        var plan = await harness.PlanAsync(ReplicateHarness.RequestFor(StubModels.Kontext) with { References = [reference] });
        await harness.GenerateAsync(plan);

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

        var plan = await harness.PlanAsync(ReplicateHarness.RequestFor(StubModels.NanoBanana) with { References = [Image(bytes)], NumImages = 3 });
        Assert.That(harness.Stub.Files.Received, Is.Empty, "Nothing is uploaded for a plan alone.");
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => harness.GenerateAsync(plan)));

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

        var plan = await harness.PlanAsync(ReplicateHarness.RequestFor(StubModels.Kontext) with { References = [Image(new byte[size])] });
        await harness.GenerateAsync(plan);

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

        var image = await harness.GenerateAsync(await PlanLargeAsync(harness));

        Assert.That(image.Error!.Kind, Is.EqualTo(ErrorKind.UpstreamFailed));
        Assert.That(image.Error.Detail, Does.Contain("REPLICATE_BASE_URL").And.Not.Contain("example.com"));
        Assert.That(harness.Stub.Creates, Is.Empty);
    }

    [Test]
    public async Task GenerateAsync_WhenBaseIsAProxyAndTheFileIsAtReplicate_GivesTheModelThatUrl()
    {
        await using var harness = await ReplicateHarness.StartAsync();
        harness.Stub.Files.ServedFrom = "https://api.replicate.com/v1";

        var image = await harness.GenerateAsync(await PlanLargeAsync(harness));

        Assert.That(image.Value, Is.EqualTo(ReplicateStub.TinyPng));
        Assert.That(harness.Stub.Creates.Single().Input.GetProperty("input_image").GetString(), Is.EqualTo("https://api.replicate.com/v1/files/file1"));
    }

    [Test]
    public async Task GenerateAsync_WhenUploadIsLimitedForLongerThanTheDeadline_SaysAtOnceWhenToRetry()
    {
        await using var harness = await ReplicateHarness.StartAsync(20, ("REPLICATE_DEADLINE", "30"));
        harness.Stub.Files.Faults.Enqueue(StubResponse.LimitedByBody(60));

        var image = await harness.GenerateAsync(await PlanLargeAsync(harness));

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
            harness.Stub.Files.Faults.Enqueue(StubResponse.LimitedByBody(9));
        }

        var plan = await PlanLargeAsync(harness);
        var image = await harness.GenerateAsync(plan);

        Assert.That(image.Error?.Kind, Is.AnyOf(ErrorKind.RateLimited, ErrorKind.UpstreamTimedOut));
        Assert.That(harness.Stub.Files.Faults, Is.Not.Empty, "five retries of nine seconds do not fit into the deadline");
    }

    [Test]
    public async Task GenerateAsync_WhenReferencesAreSeveral_SendsThemInOrderAndUploadsWhatExceedsTheSharedLimit()
    {
        await using var harness = await ReplicateHarness.StartAsync();
        ReferenceImage[] references = [Image(ReplicateStub.TinyPng), Image(new byte[80_000]), Image(ReplicateStub.TinyPng)];

        var plan = await harness.PlanAsync(ReplicateHarness.RequestFor(StubModels.NanoBanana) with { References = references, NumImages = 2 });
        await Task.WhenAll(harness.GenerateAsync(plan), harness.GenerateAsync(plan));

        var inline = "data:image/png;base64," + Convert.ToBase64String(ReplicateStub.TinyPng);
        foreach (var create in harness.Stub.Creates)
        {
            Assert.That(
                create.Input.GetProperty("image_input").EnumerateArray().Select(url => url.GetString()),
                Is.EqualTo([inline, $"{harness.Stub.BaseUrl}/files/file1", inline]));
        }

        Assert.That(harness.Stub.Creates, Has.Count.EqualTo(2));
        Assert.That(harness.Stub.Files.Received, Has.Count.EqualTo(1));
        Assert.That(
            plan.ParametersUsed["image_input"].EnumerateArray().Select(mark => mark.GetString()),
            Is.EqualTo(references.Select(reference => $"reference:{reference.Id}")));
    }

    [Test]
    public async Task GenerateAsync_WhenReferencesWereSentSinglyBefore_SharesTheLimitAllTheSame()
    {
        await using var harness = await ReplicateHarness.StartAsync();
        ReferenceImage[] references = [Image(new byte[150_000]), Image(new byte[150_000]), Image(ReplicateStub.TinyPng)];
        foreach (var reference in references)
        {
            await harness.GenerateAsync(await harness.PlanAsync(ReplicateHarness.RequestFor(StubModels.NanoBanana) with { References = [reference] }));
        }

        await harness.GenerateAsync(await harness.PlanAsync(ReplicateHarness.RequestFor(StubModels.NanoBanana) with { References = references }));
        await harness.GenerateAsync(await harness.PlanAsync(ReplicateHarness.RequestFor(StubModels.NanoBanana) with { References = [references[0]] }));

        var sent = harness.Stub.Creates.Select(create => create.Input.GetProperty("image_input").EnumerateArray().Select(url => url.GetString()!).ToList());
        Assert.That(
            sent.Select(urls => urls.Select(url => url.StartsWith("data:", StringComparison.Ordinal))),
            Is.EqualTo(new bool[][] { [true], [true], [true], [false, false, true], [true] }));
        Assert.That(sent.Select(urls => urls.Sum(url => url.Length)), Has.All.LessThanOrEqualTo(256_000));
    }

    [Test]
    public async Task GenerateAsync_WhenSchemaCountsImages_SendsOne()
    {
        await using var harness = await ReplicateHarness.StartAsync();
        harness.Stub.Model("a/three", JsonNode.Parse("""
            {"Input":{"properties":{"prompt":{"type":"string"},"num_outputs":{"type":"integer","default":3,"minimum":1,"maximum":4}}},"Output":{"type":"array"}}
            """)!.AsObject());

        var image = await harness.GenerateAsync("a/three");

        Assert.That(image.Value, Is.EqualTo(ReplicateStub.TinyPng));
        Assert.That(harness.Stub.Creates.Single().Input.GetProperty("num_outputs").GetInt32(), Is.EqualTo(1));
    }

    private static Task<GenerationPlan> PlanLargeAsync(ReplicateHarness harness) =>
        harness.PlanAsync(ReplicateHarness.RequestFor(StubModels.Kontext) with { References = [Image(new byte[300_000])] });

    private static ReferenceImage Image(byte[] bytes) =>
        new(CharacterReferenceId.Create(
            TimeProvider.System.GetUtcNow()), ImageFormat.Png, bytes.Length, _ => ValueTask.FromResult<Stream>(new MemoryStream(bytes)));
}
