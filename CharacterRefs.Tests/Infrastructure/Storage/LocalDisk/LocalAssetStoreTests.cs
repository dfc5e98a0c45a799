using System.Text.Json.Nodes;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Infrastructure.Files;
using CharacterRefs.Infrastructure.Storage.LocalDisk;
using CharacterRefs.Tests.Contracts;
using CharacterRefs.Tests.Support;

namespace CharacterRefs.Tests.Infrastructure.Storage.LocalDisk;

internal sealed class LocalAssetStoreTests : AssetStoreContract
{
    private static readonly AssetKey s_file = AssetKey.Parse("folder/file.png");

    private readonly TempDirectory _root = new();

    private string Storage => Path.Join(_root.FullPath, "storage");

    [TearDown]
    public void TearDown() => _root.Dispose();

    [Test]
    public async Task SaveAsync_WhenDone_TheFileIsWhereItsKeySays()
    {
        await Open().SaveAsync(s_file, Content(100), default);

        Assert.That(await File.ReadAllBytesAsync(Path.Join(Storage, "folder", "file.png")), Is.EqualTo(Bytes(100)));
    }

    [Test]
    public async Task EveryCall_WhenTheKeyNamesALink_Throws()
    {
        var store = Open();
        await store.SaveAsync(s_file, Content(1), default);
        var outside = Directory.CreateDirectory(Path.Join(_root.FullPath, "outside")).FullName;
        _root.Write("outside/private.png", [1, 2, 3]);
        Directory.CreateSymbolicLink(Path.Join(Storage, "linked"), outside);
        File.CreateSymbolicLink(Path.Join(Storage, "folder", "linked.png"), Path.Join(outside, "private.png"));

        foreach (var key in new[] { AssetKey.Parse("linked/private.png"), AssetKey.Parse("linked/new.png"), AssetKey.Parse("folder/linked.png") })
        {
            await AssertRejectedAsync(() => store.FindAsync(key, default));
            await AssertRejectedAsync(() => store.OpenReadAsync(key, null, default));
            await AssertRejectedAsync(() => store.SaveAsync(key, Content(3), default));
            await AssertRejectedAsync(() => store.ReplaceAsync(key, Content(3), default));
            await AssertRejectedAsync(() => store.CopyAsync(key, AssetKey.Parse("copy"), default));
            await AssertRejectedAsync(() => store.CopyAsync(s_file, key, default));
            await AssertRejectedAsync(() => store.DeleteAsync(key, default));
        }

        await AssertRejectedAsync(() => store.ListAsync(AssetKeyPrefix.Parse("linked/"), default).ToListAsync().AsTask());
        Assert.That(await store.ListAsync(AssetKeyPrefix.All, default).Select(entry => entry.Key).ToListAsync(), Is.EqualTo([s_file]));
        Assert.That(Directory.GetFileSystemEntries(outside), Has.Length.EqualTo(1));
    }

    [Test]
    public async Task FindAsync_WhenAPipeHasTheName_FindsNothingAndDoesNotWaitForAWriter()
    {
        var store = Open();
        await store.SaveAsync(s_file, Content(1), default);
        await CommandLine.RunAsync("mkfifo", Path.Join(Storage, "folder", "pipe.png"));

        var found = await Task.Run(() => store.FindAsync(AssetKey.Parse("folder/pipe.png"), default)).WaitAsync(Condition.Limit);

        Assert.That(found, Is.Null);
    }

    [Test]
    public async Task SaveAsync_WhenAFolderOrAFileHasTheName_IsAConflict()
    {
        var store = Open();
        await store.SaveAsync(s_file, Content(1), default);

        Assert.That(await store.SaveAsync(AssetKey.Parse("folder"), Content(1), default), Is.EqualTo(SaveOutcome.Conflict));
        Assert.That(await store.SaveAsync(AssetKey.Parse("folder/file.png/deeper"), Content(1), default), Is.EqualTo(SaveOutcome.Conflict));
    }

    [Test]
    public async Task DeleteAsync_WhenAFolderBecomesEmpty_FreesItsName()
    {
        var store = Open();
        await store.SaveAsync(s_file, Content(1), default);

        await store.DeleteAsync(s_file, default);

        Assert.That(await store.SaveAsync(AssetKey.Parse("folder"), Content(1), default), Is.EqualTo(SaveOutcome.Stored));
    }

    [Test]
    public async Task DeleteAsync_WhenAFolderIsEmptiedConcurrently_NoneFails()
    {
        var store = Open();
        for (var round = 0; round < 20; round++)
        {
            var keys = Enumerable.Range(0, 8).Select(i => AssetKey.Parse($"emptied/{round}/{i}.png")).ToList();
            foreach (var key in keys)
            {
                await store.SaveAsync(key, Content(1), default);
            }

            await Task.WhenAll(keys.Select(key => Task.Run(() => store.DeleteAsync(key, default))));
        }

        Assert.That(await store.ListAsync(AssetKeyPrefix.All, default).ToListAsync(), Is.Empty);
    }

    [Test]
    public async Task SaveAsync_WhenTwoStoresRaceInOneDirectory_TheSidecarIsThatOfTheWinner()
    {
        IAssetStore[] stores = [Open(), Open()];
        for (var round = 0; round < 40; round++)
        {
            var key = AssetKey.Parse($"race/{round}.png");
            using var start = new Barrier(6);

            var outcomes = await Task.WhenAll(Enumerable.Range(1, 6).Select(seed => Task.Factory.StartNew(
                () =>
                {
                    var content = Content(1000, seed);
                    start.SignalAndWait();
                    return stores[seed % 2].SaveAsync(key, content, default);
                },
                CancellationToken.None,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default).Unwrap()));

            Assert.That(outcomes.Count(outcome => outcome == SaveOutcome.Stored), Is.EqualTo(1));
            var winner = Array.IndexOf(outcomes, SaveOutcome.Stored) + 1;
            Assert.That((await stores[0].FindAsync(key, default))!.Sha256, Is.EqualTo(Content(1000, winner).Sha256));
        }
    }

    [Test]
    public async Task SaveAsync_WhenACrashLeftASidecarWithoutAsset_ReplacesIt()
    {
        var store = Open();
        await store.SaveAsync(s_file, Content(100), default);
        File.Delete(Path.Join(Storage, s_file.Value));

        Assert.That(await store.FindAsync(s_file, default), Is.Null);
        Assert.That(await store.SaveAsync(s_file, Content(100, seed: 2), default), Is.EqualTo(SaveOutcome.Stored));
        Assert.That((await store.FindAsync(s_file, default))!.Sha256, Is.EqualTo(Content(100, seed: 2).Sha256));
    }

    [TestCase(100, 100)]
    [TestCase(100, 200)]
    public async Task EveryRead_WhenAReplacementWasKilledHalfway_DescribesTheAssetThatExists(int before, int after)
    {
        var store = Open();
        var old = Content(before) with { MediaType = "text/old" };
        var young = Content(after, seed: 2) with { MediaType = "text/new" };
        await store.SaveAsync(s_file, old, default);
        var sidecar = Directory.GetFiles(Storage, "*.json", SearchOption.AllDirectories).Single();
        var previous = JsonNode.Parse(await File.ReadAllTextAsync(sidecar));
        await store.ReplaceAsync(s_file, young, default);
        var both = JsonNode.Parse(await File.ReadAllTextAsync(sidecar))!;
        Assert.That(both["Previous"], Is.Null);
        both["Previous"] = previous;
        await File.WriteAllTextAsync(sidecar, both.ToJsonString());

        // Killed after the rename, and before it.
        Assert.That(await FoundAsync(), Is.EqualTo((young.Length, young.MediaType, young.Sha256)));
        await File.WriteAllBytesAsync(Path.Join(Storage, s_file.Value), Bytes(before));
        Assert.That(await FoundAsync(), Is.EqualTo((old.Length, old.MediaType, old.Sha256)));
        Assert.That(await store.SaveAsync(s_file, old, default), Is.EqualTo(SaveOutcome.AlreadyStored));
        await using (var asset = await store.OpenReadAsync(s_file, new ByteSpan(10, 20), default))
        {
            var bytes = new byte[20];
            await asset!.Content.ReadExactlyAsync(bytes);
            Assert.That(bytes, Is.EqualTo(Bytes(before)[10..30]));
        }

        await store.ReplaceAsync(s_file, young, default);
        Assert.That(await FoundAsync(), Is.EqualTo((young.Length, young.MediaType, young.Sha256)));
        Assert.That(JsonNode.Parse(await File.ReadAllTextAsync(sidecar))!["Previous"], Is.Null);

        async Task<(long Length, string MediaType, ContentHash? Sha256)> FoundAsync() =>
            await store.FindAsync(s_file, default) is { } found ? (found.Length, found.MediaType, found.Sha256) : default;
    }

    [Test]
    public async Task ReplaceAsync_WhenTheOldSidecarIsDamaged_WritesACompleteOne()
    {
        var store = Open();
        await store.SaveAsync(s_file, Content(100), default);
        var sidecar = Directory.GetFiles(Storage, "*.json", SearchOption.AllDirectories).Single();
        await File.WriteAllTextAsync(sidecar, "{");

        await store.ReplaceAsync(s_file, Content(100, seed: 2), default);

        Assert.That((await store.FindAsync(s_file, default))!.Sha256, Is.EqualTo(Content(100, seed: 2).Sha256));
    }

    [Test]
    public async Task ReplaceAsync_WhenAFolderOrAFileHasTheName_ThrowsAndChangesNothing()
    {
        var store = Open();
        await store.SaveAsync(s_file, Content(1), default);

        await AssertRejectedAsync(() => store.ReplaceAsync(AssetKey.Parse("folder"), Content(1, seed: 2), default));
        await AssertRejectedAsync(() => store.ReplaceAsync(AssetKey.Parse("folder/file.png/deeper"), Content(1, seed: 2), default));

        Assert.That(await store.FindAsync(s_file, default), Has.Property("Sha256").EqualTo(Content(1).Sha256));
        Assert.That(await LeftoversAsync(), Has.Count.EqualTo(2));
    }

    [TestCase("", Description = "an empty sidecar")]
    [TestCase("{", Description = "half a sidecar")]
    [TestCase("""{"Key":"k","Length":100,"MediaType":"image/png"}""")]
    [TestCase("""{"Key":"k","Length":100,"MediaType":"image/png","Sha256":"zz"}""")]
    public async Task FindAsync_WhenTheSidecarIsDamaged_ReturnsTheLengthOnly(string sidecar)
    {
        var store = Open();
        await store.SaveAsync(s_file, Content(100), default);
        await File.WriteAllTextAsync(Directory.GetFiles(Storage, "*.json", SearchOption.AllDirectories).Single(), sidecar);

        var found = await store.FindAsync(s_file, default);

        Assert.That(found, Is.EqualTo(new AssetMetadata(s_file, 100, "application/octet-stream", null, found!.LastModified)));
        Assert.That(await store.SaveAsync(s_file, Content(100), default), Is.EqualTo(SaveOutcome.AlreadyStored));
        Assert.That(await store.SaveAsync(s_file, Content(100, seed: 2), default), Is.EqualTo(SaveOutcome.Conflict));
    }

    [Test]
    public async Task FindAsync_WhenAnotherProgramReplacedTheFile_IgnoresTheSidecar()
    {
        var store = Open();
        await store.SaveAsync(s_file, Content(100), default);
        await File.WriteAllBytesAsync(Path.Join(Storage, s_file.Value), Bytes(99));

        Assert.That((await store.FindAsync(s_file, default))!.Sha256, Is.Null);
    }

    [Test]
    public async Task CopyAsync_WhenTheBytesAreDamaged_DoesNotSpreadThem()
    {
        var store = Open();
        await store.SaveAsync(s_file, Content(100), default);
        await File.WriteAllBytesAsync(Path.Join(Storage, s_file.Value), Bytes(100, seed: 2));

        await AssertRejectedAsync(() => store.CopyAsync(s_file, AssetKey.Parse("copy"), default));
        Assert.That(await store.FindAsync(AssetKey.Parse("copy"), default), Is.Null);
    }

    [Test]
    public async Task SaveAndCopyAsync_WhenTheFileAtTheKeyIsDamaged_ReplaceIt([Values] bool isCopied, [Values("cut", "flip", "flip and time")] string damage)
    {
        var store = Open();
        var source = AssetKey.Parse("source.png");
        await store.SaveAsync(source, Content(100), default);
        await store.SaveAsync(s_file, Content(100), default);
        Damage(Path.Join(Storage, s_file.Value), damage);

        var outcome = isCopied ? await store.CopyAsync(source, s_file, default) : await store.SaveAsync(s_file, Content(100), default);

        Assert.That(outcome, Is.EqualTo(SaveOutcome.Stored));
        Assert.That(await File.ReadAllBytesAsync(Path.Join(Storage, s_file.Value)), Is.EqualTo(Bytes(100)));
        Assert.That((await store.FindAsync(s_file, default))!.Sha256, Is.EqualTo(Content(100).Sha256));
        Assert.That(await store.SaveAsync(s_file, Content(100), default), Is.EqualTo(SaveOutcome.AlreadyStored));
        Assert.That(store.Damaged, Is.Empty);
    }

    [Test]
    public async Task SaveAsync_WhenTheFileAtTheKeyIsDamagedAndHadOtherBytes_IsAConflict()
    {
        var store = Open();
        await store.SaveAsync(s_file, Content(100), default);
        FileDamage.Flip(Path.Join(Storage, s_file.Value));

        Assert.That(await store.SaveAsync(s_file, Content(100, seed: 2), default), Is.EqualTo(SaveOutcome.Conflict));
        Assert.That((await store.FindAsync(s_file, default))!.Sha256, Is.EqualTo(Content(100).Sha256));
        Assert.That(store.Damaged, Is.EqualTo([s_file]));
    }

    [Test]
    public async Task Damaged_WhenTheFileIsReplacedOrRemovedByHand_ForgetsIt()
    {
        var store = Open();
        var other = AssetKey.Parse("folder/other.png");
        foreach (var key in new[] { s_file, other })
        {
            await store.SaveAsync(key, Content(100), default);
            FileDamage.Flip(Path.Join(Storage, key.Value));
            Assert.That(await store.IsDamagedAsync(key, default), Is.True);
        }

        Assert.That(store.Damaged, Is.EquivalentTo([s_file, other]));
        _root.Write("good.png", Bytes(100));
        File.Move(Path.Join(_root.FullPath, "good.png"), Path.Join(Storage, s_file.Value), overwrite: true);
        File.Delete(Path.Join(Storage, other.Value));

        Assert.That(store.Damaged, Is.Empty);
        Assert.That(await store.IsDamagedAsync(s_file, default), Is.False);
    }

    [Test]
    public async Task RecheckAsync_WhenDamageLeavesLengthAndTime_FindsItAlthoughItWasVerifiedBefore()
    {
        var store = Open();
        await store.SaveAsync(s_file, Content(100), default);
        Assert.That(await store.IsDamagedAsync(s_file, default), Is.False);
        FileDamage.FlipAndKeepTheTime(Path.Join(Storage, s_file.Value));

        Assert.That(await store.RecheckAsync(s_file, default), Is.True);
        Assert.That(store.Damaged, Is.EqualTo([s_file]));
    }

    [Test]
    public async Task SaveAsync_WhenTheDiskIsFull_ThrowsAndLeavesNothing()
    {
        using var disk = SmallDisk.Mount("2m");
        var store = new LocalAssetStore(new DataRootOptions { Path = disk.Path });

        var error = await Assert.ThrowsAsync<AssetStoreUnavailableException>(async () => await store.SaveAsync(s_file, Content(4_000_000), default));

        Assert.That(error!.Message, Does.Contain("the disk is full"));
        Assert.That(error.Fault, Is.EqualTo(AssetStoreFault.Rejected));
        Assert.That(await store.FindAsync(s_file, default), Is.Null);
        Assert.That(await store.SaveAsync(s_file, Content(100), default), Is.EqualTo(SaveOutcome.Stored));
    }

    [Test]
    public void Constructor_WhenTheDirectoryCannotBeCreated_NamesTheSetting()
    {
        var file = _root.Write("file", [1]);

        Assert.That(
            () => new LocalAssetStore(new DataRootOptions { Path = file }),
            Throws.TypeOf<AssetStoreUnavailableException>().With.Message.Contains("DATA_ROOT").And.Message.Not.Contains(_root.FullPath));
    }

    private protected override Task<IAssetStore> OpenAsync() => Task.FromResult<IAssetStore>(Open());

    private protected override Task<IAssetStore> OpenUnreachableAsync()
    {
        // Like a disk that is not mounted.
        Directory.Delete(Storage, recursive: true);
        Directory.CreateDirectory(Storage);
        return Task.FromResult(_opened!);
    }

    private protected override Task<IReadOnlyList<string>> LeftoversAsync() => Task.FromResult<IReadOnlyList<string>>(
        [.. Directory.GetFiles(Storage, "*", SearchOption.AllDirectories).Where(path => !path.Contains("/locks/", StringComparison.Ordinal))]);

    private static async Task AssertRejectedAsync(Func<Task> call)
    {
        var error = await Assert.ThrowsAsync<AssetStoreUnavailableException>(call);
        Assert.That(error!.Fault, Is.EqualTo(AssetStoreFault.Rejected));
    }

    private IAssetStore? _opened;

    private IAssetStore Open() => _opened = new LocalAssetStore(new DataRootOptions { Path = _root.FullPath });

    private static void Damage(string path, string damage)
    {
        Action<string> act = damage switch
        {
            "cut" => FileDamage.Cut,
            "flip" => FileDamage.Flip,
            _ => FileDamage.FlipAndKeepTheTime,
        };
        act(path);
    }
}
