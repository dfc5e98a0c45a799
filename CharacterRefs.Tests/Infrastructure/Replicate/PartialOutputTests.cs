using System.Security.Cryptography;
using CharacterRefs.Application.Ports.Generators;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Results;
using CharacterRefs.Infrastructure.Replicate;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Replicate;

namespace CharacterRefs.Tests.Infrastructure.Replicate;

/// <summary>A transfer that a process left half done, and the next process.</summary>
[Category("Integration")]
internal sealed class PartialOutputTests
{
    private const int Half = 50_000;

    private readonly byte[] _image = RandomNumberGenerator.GetBytes(2 * Half);
    private ReplicateHarness _harness = null!;

    [SetUp]
    public async Task StartHarness()
    {
        _harness = await ReplicateHarness.StartAsync(10, ("REPLICATE_DOWNLOAD_TIMEOUT", "3600"), ("REPLICATE_MAX_OUTPUT_BYTES", "1000000"));
        _harness.Stub.ImageOf = _ => _image;
    }

    [TearDown]
    public async Task StopHarness() => await _harness.DisposeAsync();

    [TestCase(true)]
    [TestCase(false)]
    public async Task GenerateAsync_WhenTheProcessEndedInATransfer_ResumesWhereItWas(bool withTags)
    {
        _harness.Stub.Delivery.SendsTags = withTags;
        var task = await InterruptAsync();

        var fetched = await _harness.GenerateAsync(task, new RecordingProgress([]));

        Assert.That(fetched.Value, Is.EqualTo(_image));
        Assert.That(_harness.Stub.Delivery.RangeStarts, Is.EqualTo([Half]));
        Assert.That(Kept(), Is.Empty);
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task GenerateAsync_WhenTheFileChangedMeanwhile_FetchesItFromTheStart(bool withTags)
    {
        _harness.Stub.Delivery.SendsTags = withTags;
        var task = await InterruptAsync();
        var other = RandomNumberGenerator.GetBytes(2 * Half);
        _harness.Stub.ImageOf = _ => other;

        var fetched = await _harness.GenerateAsync(task, new RecordingProgress([]));

        Assert.That(fetched.Value, Is.EqualTo(other));
        Assert.That(_harness.Stub.Delivery.RangeStarts, Is.EqualTo([Half]));
    }

    [Test]
    public async Task GenerateAsync_WhenTheHostSendsNoRanges_FetchesTheFileFromTheStart()
    {
        var task = await InterruptAsync();
        _harness.Stub.Delivery.ServesRanges = false;

        Assert.That((await _harness.GenerateAsync(task, new RecordingProgress([]))).Value, Is.EqualTo(_image));
    }

    [Test]
    public async Task GenerateAsync_WhenTheHostIsBusyAfterTheRestart_KeepsWhatItHas()
    {
        var task = await InterruptAsync();
        _harness.Stub.Delivery.RespondsWith(503).Stalls().RespondsWith(503);
        await StopAsync(task, () => _harness.Stub.Delivery.Requests >= 3);

        var fetched = await _harness.GenerateAsync(task, new RecordingProgress([]));

        Assert.That(fetched.Value, Is.EqualTo(_image));
        Assert.That(_harness.Stub.Delivery.RangeStarts.Last(), Is.EqualTo(Half));
    }

    [Test]
    public async Task GenerateAsync_WhenAllBytesWereKept_RequestsTheLastOneFromTheHost()
    {
        // The disk of the images is full after the whole transfer.
        var progress = new RecordingProgress([]) { Inspect = _ => throw new LocalStorageException("The disk is full.") };
        var task = _harness.TaskFor(await _harness.PlanAsync(ReplicateHarness.RequestFor(StubModels.FluxPro)));
        Assert.That(() => _harness.GenerateAsync(task, progress), Throws.InstanceOf<LocalStorageException>());
        await _harness.RestartAsync();

        var fetched = await _harness.GenerateAsync(Resumed(task), new RecordingProgress([]));

        Assert.That(fetched.Value, Is.EqualTo(_image));
        Assert.That(_harness.Stub.Delivery.RangeStarts, Is.EqualTo([(2 * Half) - 1]));
    }

    [Test]
    public async Task GenerateAsync_WhenTheKeptBytesAreWrong_FetchesTheFileFromTheStart()
    {
        // A power loss leaves zeros where bytes were not flushed.
        var task = await InterruptAsync();
        using (var file = new FileStream(Kept().Single(), FileMode.Open))
        {
            file.Position = file.Length - 1000;
            file.Write(new byte[1000]);
        }

        var progress = new RecordingProgress([]) { Inspect = bytes => bytes.SequenceEqual(_image) ? null : Error.Invalid("file", "The image is damaged.") };
        var fetched = await _harness.GenerateAsync(task, progress);

        Assert.That(fetched.Value, Is.EqualTo(_image));
        Assert.That(Kept(), Is.Empty);
    }

    [TestCase("")]
    [TestCase("no header")]
    [TestCase("{}\nbytes")]
    [TestCase("{\"UrlHash\":\"x\",\"ETag\":\"\\\"1\\\"\",\"Length\":99,\"Until\":\"2100-01-01T00:00:00Z\"}\nbytes of another URL")]
    public async Task GenerateAsync_WhenWhatIsKeptIsOfNoUse_FetchesTheFileFromTheStart(string kept)
    {
        var task = await InterruptAsync();
        await File.WriteAllTextAsync(Kept().Single(), kept);

        Assert.That((await _harness.GenerateAsync(task, new RecordingProgress([]))).Value, Is.EqualTo(_image));
        Assert.That(_harness.Stub.Delivery.RangeStarts, Is.Empty);
    }

    [Test]
    public async Task GenerateAsync_WhenTheDiskKeepsNothing_FetchesTheFileAllTheSame()
    {
        await File.WriteAllTextAsync(_harness.PartialDirectory, "not a directory");

        Assert.That((await _harness.GenerateAsync()).Value, Is.EqualTo(_image));
        Assert.That(_harness.Log.Lines, Has.Some.Contains("is not kept for a restart"));
    }

    [Test]
    public async Task GenerateAsync_WhenThereIsNoImage_KeepsNothing()
    {
        var progress = new RecordingProgress([]) { Inspect = _ => Error.Invalid("file", "Not an image.") };

        await _harness.GenerateAsync(_harness.TaskFor(await _harness.PlanAsync(ReplicateHarness.RequestFor(StubModels.FluxPro))), progress);

        Assert.That(Directory.GetFiles(_harness.PartialDirectory), Is.Empty);
    }

    [Test]
    public async Task Sweep_WhenTheGenerationNeverComesBack_RemovesTheBytesWithTheOutput()
    {
        await InterruptAsync();
        var path = Kept().Single();
        var text = await File.ReadAllTextAsync(path, System.Text.Encoding.Latin1);
        await File.WriteAllTextAsync(Path.Join(_harness.PartialDirectory, "broken.part"), "no header");

        Assert.That(_harness.Partials.Sweep(), Is.EqualTo(1), "the output is still there");
        Assert.That(Kept(), Is.EqualTo([path]));

        var until = PartialHeader.Read(new MemoryStream(await File.ReadAllBytesAsync(path)))!.Until;
        Assert.That(until, Is.EqualTo(_harness.Clock.GetUtcNow() + ReplicateOptions.OutputLife).Within(TimeSpan.FromMinutes(10)));
        var year = until.Year;
        await File.WriteAllTextAsync(
            path, text.Replace($"\"Until\":\"{year}", $"\"Until\":\"{year - 1}", StringComparison.Ordinal), System.Text.Encoding.Latin1);
        Assert.That(_harness.Partials.Sweep(), Is.EqualTo(1));
        Assert.That(Kept(), Is.Empty);
    }

    [Test]
    public async Task Sweep_WhenTheTransferRuns_LeavesItsBytes()
    {
        _harness.Stub.Delivery.StallsHalfway();
        using var stop = new CancellationTokenSource();
        var generating = StartAsync(stop.Token);
        await Condition.UntilAsync(() => Kept().Any(path => new FileInfo(path).Length > Half));

        Assert.That(_harness.Partials.Sweep(), Is.Zero);

        await stop.CancelAsync();
        Assert.That(async () => await generating, Throws.InstanceOf<OperationCanceledException>());
    }

    private SlotTask Resumed(SlotTask task) => task with { PredictionId = _harness.Stub.Predictions.Single().Id };

    private string[] Kept() => Directory.Exists(_harness.PartialDirectory) ? Directory.GetFiles(_harness.PartialDirectory) : [];

    private async Task<Result<byte[]>> StartAsync(CancellationToken stop) => await _harness.GenerateAsync(
        _harness.TaskFor(await _harness.PlanAsync(ReplicateHarness.RequestFor(StubModels.FluxPro))), new RecordingProgress([]), stop: stop);

    /// <summary>Ends a process when half of the output is there, and starts the next one.</summary>
    /// <returns>The image, to go on with.</returns>
    private async Task<SlotTask> InterruptAsync()
    {
        _harness.Stub.Delivery.StallsHalfway();
        var task = _harness.TaskFor(await _harness.PlanAsync(ReplicateHarness.RequestFor(StubModels.FluxPro)));
        await StopAsync(task, () => Kept().Any(path => new FileInfo(path).Length > Half));
        return Resumed(task);
    }

    private async Task StopAsync(SlotTask task, Func<bool> condition)
    {
        using var stop = new CancellationTokenSource();
        var generating = _harness.GenerateAsync(task, new RecordingProgress([]), stop: stop.Token);
        await Condition.UntilAsync(condition);
        await stop.CancelAsync();
        Assert.That(async () => await generating, Throws.InstanceOf<OperationCanceledException>());
        await _harness.RestartAsync();
    }
}
