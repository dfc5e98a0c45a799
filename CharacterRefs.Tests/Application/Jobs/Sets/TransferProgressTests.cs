using CharacterRefs.Application.Events;
using CharacterRefs.Application.Jobs.VerifyJobAssets;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;
using Microsoft.Extensions.Time.Testing;
using NSubstitute;

namespace CharacterRefs.Tests.Application.Jobs.Sets;

/// <summary>What the log says of a file while its bytes are on their way.</summary>
[Category("Integration")]
internal sealed class TransferProgressTests
{
    private const int Megabyte = 1_000_000;

    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(5);

    private readonly FakeTimeProvider _clock = new(AJobAsset.Noon);

    [Test]
    public async Task Persist_WhileAFileIsSentSeveralTimes_ReportsShareAndRateAndCountsNoByteTwice()
    {
        var shown = new List<long>();
        var store = Substitute.For<IAssetStore>();
        using var scene = new SetScene(store: store, clock: _clock);
        store.SaveAsync(default!, default!, default).ReturnsForAnyArgs(async call =>
        {
            // As a store does when the connection breaks twice.
            foreach (var length in new[] { 6, 4, 10 })
            {
                shown.Add(Shown(scene).DoneBytes);
                await using var content = await call.Arg<AssetContent>().OpenAsync(default);
                await content.ReadExactlyAsync(new byte[length * Megabyte]);
                _clock.Advance(s_interval);
            }

            shown.Add(Shown(scene).DoneBytes);
            return SaveOutcome.Stored;
        });
        scene.Workspace.Write("final/movie.mp4", new string('x', 10 * Megabyte));

        await scene.TryPersistAsync();

        Assert.That(Reported(scene.Log), Is.EqualTo(
            [
            "0 of 1 files persisted, 6000000 of 10000000 bytes, 60 %, 1.2 MB/s",
            "0 of 1 files persisted, 6000000 of 10000000 bytes, 60 %, 0.0 MB/s",
            "0 of 1 files persisted, 10000000 of 10000000 bytes, 100 %, 0.8 MB/s",
        ]));
        Assert.That(shown, Is.EqualTo([0L, 6 * Megabyte, 6 * Megabyte, 10 * Megabyte]), "at the start and with every second");
        Assert.That(Shown(scene), Is.EqualTo(
            new JobProgress(AJobAsset.Job, JobOperation.Persist, IsEnded: true, 1, 1, 10 * Megabyte, 10 * Megabyte)));
    }

    [Test]
    public async Task Verify_WhenItFails_IsShownAsEnded()
    {
        using var scene = new SetScene(clock: _clock);

        Assert.That((await scene.Verify.HandleAsync(AJobAsset.Job, VerifyDepth.Hash, default)).Error, Is.Not.Null);

        Assert.That(Shown(scene), Is.EqualTo(new JobProgress(AJobAsset.Job, JobOperation.Verify, IsEnded: true, 0, 0, 0, 0)));
    }

    [Test]
    public async Task Download_WhileAFileIsFetched_ReportsItsProgress()
    {
        using var scene = await SceneAsync();

        await scene.DownloadAsync();

        Assert.That(Reported(scene.Log), Has.All.EqualTo("0 of 1 files restored, 28 of 28 bytes, 100 %, 0.0 MB/s").And.Not.Empty);
    }

    [Test]
    public async Task Verify_WhileAFileIsRead_ReportsItsProgress()
    {
        using var scene = await SceneAsync();

        await scene.VerifyAsync();

        Assert.That(Reported(scene.Log), Has.All.EqualTo("0 of 1 stored files read, 28 of 28 bytes, 100 %, 0.0 MB/s").And.Not.Empty);
    }

    [Test]
    public async Task Repair_WhileAFileIsStored_ReportsItsProgress()
    {
        using var scene = await SceneAsync();
        scene.Workspace.Write("final/movie.mp4", Movie);
        scene.Store.Reading = null;
        scene.Damage("final/movie.mp4");
        var isReplaced = false;
        scene.Store.Before = call =>
        {
            if (isReplaced)
            {
                _clock.Advance(s_interval); // it is read back
            }

            isReplaced = call.StartsWith("Replace", StringComparison.Ordinal);
        };

        await scene.RepairAsync();

        Assert.That(Reported(scene.Log), Is.EqualTo(["0 of 1 files repaired in the store, 28 of 28 bytes, 100 %, 0.0 MB/s"]));
    }

    private static byte[] Movie => SetScene.Bytes("final/movie.mp4");

    private static IEnumerable<string> Reported(IEnumerable<string> log) => log
        .Where(line => line.Contains(" of 1 ", StringComparison.Ordinal))
        .Select(line => line[line.IndexOf("0 of 1", StringComparison.Ordinal)..line.IndexOf(" MB/s", StringComparison.Ordinal)] + " MB/s");

    /// <summary>A set of one file of 28 bytes, of which the store gives as many, and then lets a report be due before it says that this was all.</summary>
    private async Task<SetScene> SceneAsync()
    {
        var scene = new SetScene(clock: _clock);
        var manifest = await scene.CommitAsync("final/movie.mp4");
        scene.Store.Reading = (key, content) =>
        {
            if (key != manifest.Files[0].Key)
            {
                return content;
            }

            content.Dispose();
            return new PatternStream(Movie.Length, interruptAt: Movie.Length, () => _clock.Advance(s_interval));
        };
        return scene;
    }

    private static JobProgress Shown(SetScene scene) => scene.Events.ReadAfter(0).Events.Single().Job!;
}
