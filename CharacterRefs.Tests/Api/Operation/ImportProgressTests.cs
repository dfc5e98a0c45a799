using CharacterRefs.Api.Operation;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.References.Adoption;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.References;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;
using Microsoft.Extensions.Time.Testing;
using NSubstitute;

namespace CharacterRefs.Tests.Api.Operation;

[Category("Integration")]
internal sealed class ImportProgressTests
{
    private static readonly ContentHash s_otherHash = ContentHash.FromDigest(new byte[32]);

    private readonly FakeTimeProvider _clock = new(AReference.Time);
    private readonly ImportTally _tally = new();
    private readonly LockedOutput _output = new() { NewLine = "\n" };

    [Test]
    public async Task RunAsync_WhenItIsNoTerminal_WritesLinesWithShareAndRateWithinFiveSeconds()
    {
        await RunAsync(isTerminal: false, TimeSpan.FromSeconds(5));

        Assert.That(
            _output.ToString(),
            Is.EqualTo("left out x\n50 % of 4 objects, 0.4 per second: seen 4, adopted 1 (10 bytes), skipped 0, rejected 1, failed 0\n"));
    }

    [Test]
    public async Task RunAsync_WhenItIsATerminal_ShowsABarAndKeepsLinesAboveIt()
    {
        await RunAsync(isTerminal: true, TimeSpan.FromMilliseconds(250));

        Assert.That(_output.ToString(), Is.EqualTo($"\r\e[Kleft out x\n\r\e[K[{new string('#', 15)}{new string('.', 15)}] 50 % of 4 objects, 8.0 per second"));
    }

    [Test]
    public async Task RunAsync_WhileTheStoreIsListed_SaysSo()
    {
        using var isOver = new CancellationTokenSource();
        var run = new ImportProgress(_tally, _clock, _output, isTerminal: false).RunAsync(isOver.Token);
        _clock.Advance(TimeSpan.FromSeconds(5));
        await Condition.UntilAsync(() => _output.ToString().Length > 0);
        await isOver.CancelAsync();
        await run;

        Assert.That(_output.ToString(), Does.StartWith("listing the store: seen 0, "));
    }

    [Test]
    public async Task Import_WhenRunOnATerminal_EndsWithTheSummaryOnALineOfItsOwn()
    {
        using var directory = new TempDirectory();
        using var import = ApiProcess.StartOnTerminal(
            directory.FullPath,
            ["import"],
            ("STORAGE_BACKEND", "s3"),
            ("STORAGE_BUCKET", "images"),
            ("S3_ENDPOINT", "http://127.0.0.1:1"),
            ("S3_MAX_RETRIES", "0"),
            ("AWS_ACCESS_KEY_ID", "id"),
            ("AWS_SECRET_ACCESS_KEY", "key"));

        Assert.That(await import.ExitCodeAsync(), Is.EqualTo(1), import.Log);
        Assert.That(import.Log, Does.Contain("\e[KEnded early. ").And.Contain("seen 0, adopted 0 "));
    }

    /// <summary>Shows an import of four objects of which two are done and two are being read.</summary>
    private async Task RunAsync(bool isTerminal, TimeSpan passed)
    {
        var scene = new ReferenceScene();
        for (var i = 0; i < 4; i++)
        {
            scene.Entries.Add(new AssetEntry(AssetKey.Parse($"character_references/{AReference.NewId()}.jpg"), 10, AReference.Time));
        }

        var slow = new TaskCompletionSource<OpenAsset?>();
        scene.Catalog.LookUpAsync(default!, default).ReturnsForAnyArgs(new Dictionary<CharacterReferenceId, CatalogState>());
        scene.Catalog.FindManyAsync(default!, default).ReturnsForAnyArgs(new Dictionary<CharacterReferenceId, CharacterReference>());
        scene.Store.ListAsync(default!, default).ReturnsForAnyArgs(_ => scene.Entries.ToAsyncEnumerable());
        scene.Store.OpenReadAsync(default!, default, default).ReturnsForAnyArgs(call => scene.Entries.FindIndex(entry => entry.Key == call.Arg<AssetKey>()) < 2
            ? Task.FromResult<OpenAsset?>(new OpenAsset(
                new AssetMetadata(
                    call.Arg<AssetKey>(), 10, "image/jpeg", call.Arg<AssetKey>() == scene.Entries[1].Key ? s_otherHash : null, AReference.Time),
                new MemoryStream(new byte[10]),
                10))
            : slow.Task);
        using var isOver = new CancellationTokenSource();
        var progress = new ImportProgress(_tally, _clock, _output, isTerminal);
        var run = progress.RunAsync(isOver.Token);
        var import = new ImportReferencesHandler(scene.Store, scene.Orphans, scene.Files, scene.Catalog, scene.JobImages, scene.Storage)
            .HandleAsync(_tally, (_, _) => progress.WriteLine("left out x"), default);
        await Condition.UntilAsync(() => _tally.Done == 2 && _output.ToString().Contains("left out x")); // it is counted before it is named
        _clock.Advance(passed);
        await Condition.UntilAsync(() => _output.ToString().Contains('%'));
        await isOver.CancelAsync();
        await run;
        slow.SetResult(null);
        await import;
    }

    /// <summary>Can be read while others write to it.</summary>
    private sealed class LockedOutput : StringWriter
    {
        private readonly Lock _lock = new();

        public override void Write(string? value)
        {
            lock (_lock)
            {
                base.Write(value);
            }
        }

        public override void WriteLine(string? value) => Write(value + NewLine);

        public override string ToString()
        {
            lock (_lock)
            {
                return base.ToString();
            }
        }
    }
}
