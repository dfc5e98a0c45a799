using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Tests.Support;

namespace CharacterRefs.Tests.Contracts;

/// <summary>
/// What every asset store must do. An adapter's subclass opens a store, opens an unreachable one, and lists what a failed save left behind.
/// </summary>
[Category("Integration")]
internal abstract class AssetStoreContract
{
    private const long Mebibyte = 1024 * 1024;
    private static readonly AssetKey s_key = AssetKey.Parse("character_references/a.png");

    private IAssetStore _store = null!;

    [SetUp]
    public async Task OpenStore() => _store = await OpenAsync();

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(300_000)]
    public async Task SaveAsync_WhenKeyIsFree_KeepsBytesTypeAndHash(int length)
    {
        var content = Content(length);

        var outcome = await _store.SaveAsync(s_key, content, default);

        Assert.That(outcome, Is.EqualTo(SaveOutcome.Stored));
        Assert.That(await ReadAsync(s_key), Is.EqualTo(Bytes(length)));
        var metadata = await _store.FindAsync(s_key, default);
        Assert.That(metadata, Is.EqualTo(new AssetMetadata(s_key, length, "image/png", content.Sha256, metadata!.LastModified)));
        Assert.That(metadata.LastModified, Is.EqualTo(TimeProvider.System.GetUtcNow()).Within(TimeSpan.FromMinutes(5)));
        Assert.That(metadata.LastModified.Offset, Is.EqualTo(TimeSpan.Zero));
    }

    [Test]
    public async Task SaveAsync_WhenTheSameBytesExistAtTheKey_ChangesNothing()
    {
        await _store.SaveAsync(s_key, Content(1000), default);
        var before = await _store.FindAsync(s_key, default);

        // Some stores count in seconds: an object that is saved now must have a later time.
        var later = 0;
        await Condition.UntilAsync(async () =>
        {
            var key = AssetKey.Parse($"later/{++later}");
            await _store.SaveAsync(key, Content(1), default);
            return (await _store.FindAsync(key, default))!.LastModified > before!.LastModified;
        });

        Assert.That(await _store.SaveAsync(s_key, Content(1000), default), Is.EqualTo(SaveOutcome.AlreadyStored));
        Assert.That(await _store.FindAsync(s_key, default), Is.EqualTo(before));
    }

    [TestCase(1000)]
    [TestCase(999)]
    public async Task SaveAsync_WhenOtherBytesExistAtTheKey_KeepsThem(int length)
    {
        await _store.SaveAsync(s_key, Content(1000), default);

        Assert.That(await _store.SaveAsync(s_key, Content(length, seed: 2), default), Is.EqualTo(SaveOutcome.Conflict));
        Assert.That(await ReadAsync(s_key), Is.EqualTo(Bytes(1000)));
    }

    /// <summary>The first short body shows whether a bucket honours conditions; then it rejects while the body is still being sent.</summary>
    [TestCase(1000)]
    [TestCase(3 * 1024 * 1024)]
    [TestCase(6 * 1024 * 1024)]
    public async Task SaveAsync_WhenTheKeyIsTaken_ReturnsByWhatForBodiesOfEveryLength(int length)
    {
        await _store.SaveAsync(AssetKey.Parse("short"), Content(1), default);

        Assert.That(await _store.SaveAsync(s_key, PatternStream.Content(length), default), Is.EqualTo(SaveOutcome.Stored));
        for (var i = 0; i < 3; i++)
        {
            Assert.That(await _store.SaveAsync(s_key, PatternStream.Content(length), default), Is.EqualTo(SaveOutcome.AlreadyStored));
            Assert.That(await _store.SaveAsync(s_key, PatternStream.Content(length - 1), default), Is.EqualTo(SaveOutcome.Conflict));
        }

        Assert.That((await _store.FindAsync(s_key, default))!.Sha256, Is.EqualTo(PatternStream.Content(length).Sha256));
    }

    [Test]
    public async Task SaveAsync_WhenManyRaceWithDifferentBytes_OneWins()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(1, 8).Select(seed => _store.SaveAsync(s_key, Content(50_000, seed), default)));

        Assert.That(outcomes.Count(outcome => outcome == SaveOutcome.Stored), Is.EqualTo(1));
        Assert.That(outcomes.Count(outcome => outcome == SaveOutcome.Conflict), Is.EqualTo(7));
        var winner = Array.IndexOf(outcomes, SaveOutcome.Stored) + 1;
        Assert.That(await ReadAsync(s_key), Is.EqualTo(Bytes(50_000, winner)));
        Assert.That((await _store.FindAsync(s_key, default))!.Sha256, Is.EqualTo(Content(50_000, winner).Sha256));
    }

    [Test]
    public async Task SaveAsync_WhenManyRaceWithTheSameBytes_AllSucceed()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => _store.SaveAsync(s_key, Content(50_000), default)));

        Assert.That(outcomes, Has.None.EqualTo(SaveOutcome.Conflict).And.Some.EqualTo(SaveOutcome.Stored));
        Assert.That(await ReadAsync(s_key), Is.EqualTo(Bytes(50_000)));
    }

    [TestCase(1000, 999)]
    [TestCase(1000, 1001)]
    [TestCase(0, 1)]
    public async Task SaveAsync_WhenLengthIsNotAsAnnounced_StoresNothing(int announced, int given)
    {
        var content = Content(announced) with { OpenAsync = _ => ValueTask.FromResult<Stream>(new MemoryStream(Bytes(given))) };

        Assert.That(async () => await _store.SaveAsync(s_key, content, default), Throws.TypeOf<InvalidDataException>());
        await AssertNothingIsLeftAsync();
    }

    [TestCase(1000)]
    [TestCase(20 * 1024 * 1024)]
    public async Task SaveAsync_WhenHashIsNotAsAnnounced_StoresNothing(int length)
    {
        var content = PatternStream.Content(length) with { Sha256 = Content(1).Sha256 };

        Assert.That(async () => await _store.SaveAsync(s_key, content, default), Throws.TypeOf<InvalidDataException>());
        await AssertNothingIsLeftAsync();
    }

    [TestCase(1_000_000)]
    [TestCase(30 * 1024 * 1024)]
    public async Task SaveAsync_WhenCanceledHalfway_LeavesNothing(long length)
    {
        using var cancellation = new CancellationTokenSource();
        var content = PatternStream.Content(length) with
        {
            OpenAsync = _ => ValueTask.FromResult<Stream>(new PatternStream(length, length / 2, cancellation.Cancel)),
        };

        Assert.That(async () => await _store.SaveAsync(s_key, content, cancellation.Token), Throws.InstanceOf<OperationCanceledException>());
        await AssertNothingIsLeftAsync();
    }

    [TestCase(1_000_000)]
    [TestCase(30 * 1024 * 1024)]
    public async Task SaveAsync_WhenTheSourceFails_ThrowsItsFaultAndLeavesNothing(long length)
    {
        var failure = new IOException("The source broke.");
        var content = PatternStream.Content(length) with
        {
            OpenAsync = _ => ValueTask.FromResult<Stream>(new PatternStream(length, length / 2, () => throw failure)),
        };

        Assert.That(async () => await _store.SaveAsync(s_key, content, default), Throws.Exception.SameAs(failure));
        await AssertNothingIsLeftAsync();
    }

    [Test]
    public async Task SaveAsync_WhenBodyIsLarge_StreamsIt()
    {
        var content = PatternStream.Content(100 * Mebibyte);

        Assert.That(await _store.SaveAsync(s_key, content, default), Is.EqualTo(SaveOutcome.Stored));
        Assert.That(await _store.SaveAsync(s_key, content, default), Is.EqualTo(SaveOutcome.AlreadyStored));

        Assert.That(
            await _store.FindAsync(s_key, default),
            Is.EqualTo(new AssetMetadata(s_key, content.Length, "video/mp4", content.Sha256, (await _store.FindAsync(s_key, default))!.LastModified)));
        await using var asset = await _store.OpenReadAsync(s_key, null, default);
        Assert.That(ContentHash.FromDigest(await SHA256.HashDataAsync(asset!.Content)), Is.EqualTo(content.Sha256));
    }

    [TestCase(0, 1000)]
    [TestCase(1000, 0)]
    [TestCase(1000, 1000)]
    [TestCase(1000, 17 * 1024 * 1024)]
    public async Task ReplaceAsync_WhenTheKeyIsFreeOrTaken_TheNewAssetExistsThere(int before, int after)
    {
        await _store.ReplaceAsync(s_key, Content(before, seed: 2), default);
        Assert.That(await ReadAsync(s_key), Is.EqualTo(Bytes(before, 2)));
        var content = Content(after) with { MediaType = "application/json" };

        await _store.ReplaceAsync(s_key, content, default);

        Assert.That(await ReadAsync(s_key), Is.EqualTo(Bytes(after)));
        var found = await _store.FindAsync(s_key, default);
        Assert.That(found, Is.EqualTo(new AssetMetadata(s_key, after, "application/json", content.Sha256, found!.LastModified)));
        Assert.That(await _store.SaveAsync(s_key, Content(before, seed: 2), default), Is.EqualTo(SaveOutcome.Conflict));
        Assert.That(await KeysAsync(""), Is.EqualTo([s_key.Value]));
    }

    [TestCase(1000)]
    [TestCase(20 * 1024 * 1024)]
    public async Task ReplaceAsync_WhenItFailsOrIsCanceled_LeavesTheOldAsset(int length)
    {
        await _store.SaveAsync(s_key, Content(1000, seed: 2), default);
        var before = await _store.FindAsync(s_key, default);
        var leftovers = await LeftoversAsync();
        using var cancellation = new CancellationTokenSource();
        var failure = new IOException("The source broke.");
        var content = PatternStream.Content(length);

        Assert.That(() => _store.ReplaceAsync(s_key, content with { Sha256 = Content(1).Sha256 }, default), Throws.TypeOf<InvalidDataException>());
        Assert.That(() => _store.ReplaceAsync(s_key, content with { Length = length + 1 }, default), Throws.TypeOf<InvalidDataException>());
        Assert.That(() => _store.ReplaceAsync(s_key, Interrupted(() => throw failure), default), Throws.Exception.SameAs(failure));
        Assert.That(() => _store.ReplaceAsync(s_key, Interrupted(cancellation.Cancel), cancellation.Token), Throws.InstanceOf<OperationCanceledException>());

        Assert.That(await _store.FindAsync(s_key, default), Is.EqualTo(before));
        Assert.That(await ReadAsync(s_key), Is.EqualTo(Bytes(1000, 2)));
        Assert.That(await LeftoversAsync(), Is.EqualTo(leftovers));

        AssetContent Interrupted(Action interruption) => content with
        {
            OpenAsync = _ => ValueTask.FromResult<Stream>(new PatternStream(length, length / 2, interruption)),
        };
    }

    [Test]
    public async Task TryReplaceAsync_WhenTheStateIsTheExpectedOne_ReturnsTheTagOfTheNext()
    {
        var first = await _store.TryReplaceAsync(s_key, Content(1000), AssetTag.Absent, default);
        Assert.That(await TagAsync(), Is.EqualTo(first).And.Not.EqualTo(AssetTag.Unknown));

        var second = await _store.TryReplaceAsync(s_key, Content(1000, seed: 2), first!, default);

        Assert.That(await _store.TryReplaceAsync(s_key, Content(1000, seed: 3), second!, default), Is.EqualTo(await TagAsync()));
        Assert.That(await ReadAsync(s_key), Is.EqualTo(Bytes(1000, 3)));
        Assert.That(await _store.TryReplaceAsync(s_key, Content(1000), AssetTag.Unknown, default), Is.Not.Null, "no condition");
        Assert.That(await ReadAsync(s_key), Is.EqualTo(Bytes(1000)));
    }

    [Test]
    public async Task TryReplaceAsync_WhenTheStateIsAnother_ChangesNothing()
    {
        var stale = await _store.TryReplaceAsync(s_key, Content(1000), AssetTag.Absent, default);
        await _store.ReplaceAsync(s_key, Content(1000, seed: 2), default);
        var before = await _store.FindAsync(s_key, default);

        Assert.That(await _store.TryReplaceAsync(s_key, Content(1000, seed: 3), stale!, default), Is.Null);
        Assert.That(await _store.TryReplaceAsync(s_key, Content(1000, seed: 3), AssetTag.Absent, default), Is.Null);
        Assert.That(await _store.FindAsync(s_key, default), Is.EqualTo(before));
        await _store.DeleteAsync(s_key, default);
        Assert.That(await _store.TryReplaceAsync(s_key, Content(1000, seed: 3), stale!, default), Is.Null);
        Assert.That(await _store.FindAsync(s_key, default), Is.Null);
    }

    [Test]
    public async Task TryReplaceAsync_WhenSeveralReplaceTheSameState_OneDoes()
    {
        var tag = await _store.TryReplaceAsync(s_key, Content(1000), AssetTag.Absent, default);

        // Ceph responds to writers that meet in one moment with 500 before it responds with 412; more of them would open the circuit to the store.
        var replaced = await Task.WhenAll(Enumerable.Range(2, 3).Select(seed => _store.TryReplaceAsync(s_key, Content(1000, seed), tag!, default)));

        Assert.That(replaced.OfType<AssetTag>(), Is.EqualTo([await TagAsync()]));
    }

    [Test]
    public async Task ReplaceAsync_WhenAnAssetIsBeingRead_TheReaderReadsTheOldOneToItsEnd()
    {
        await _store.SaveAsync(s_key, Content(5_000_000), default);
        await using var reader = await _store.OpenReadAsync(s_key, null, default);
        await reader!.Content.ReadExactlyAsync(new byte[1000]);

        await _store.ReplaceAsync(s_key, Content(5_000_000, seed: 2), default);

        Assert.That(await BytesOfAsync(reader), Is.EqualTo(Bytes(5_000_000)[1000..]));
        Assert.That(await ReadAsync(s_key), Is.EqualTo(Bytes(5_000_000, 2)));
    }

    [Test]
    public async Task ReplaceAsync_DuringConcurrentReadsAndCopies_EachReadsOneCompleteAsset()
    {
        // Two lengths, each with two contents: they differ neither in length nor in name.
        AssetContent[] contents = [.. Enumerable.Range(0, 4).Select(i => Content(20_000 + (i / 2 * 500), seed: i) with { MediaType = $"text/{i}" })];
        await _store.SaveAsync(s_key, contents[0], default);
        var isOver = false;
        var copies = 0;
        var met = new int[4];

        var readers = met.Select((_, number) => Task.Run(async () =>
        {
            for (; !Volatile.Read(ref isOver); Interlocked.Increment(ref met[number]))
            {
                await using var asset = await _store.OpenReadAsync(s_key, null, default);
                AssertIsOneOf(contents, asset?.Metadata, await BytesOfAsync(asset!));
                AssertIsOneOf(contents, await _store.FindAsync(s_key, default));
                if (number == 0)
                {
                    var copy = AssetKey.Parse($"copies/{Interlocked.Increment(ref copies)}");
                    Assert.That(await _store.CopyAsync(s_key, copy, default), Is.EqualTo(SaveOutcome.Stored));
                    AssertIsOneOf(contents, await _store.FindAsync(copy, default), await ReadAsync(copy));
                }
            }
        })).ToList();
        await Task.WhenAll(Enumerable.Range(0, 2).Select(number => Task.Run(async () =>
        {
            // On a busy machine a reader may begin when all the rest is done.
            for (var i = 0; i < 60 || (i < 10_000 && met.Contains(0)); i++)
            {
                await _store.ReplaceAsync(s_key, contents[(i + number) % contents.Length], default);
            }
        })));
        Volatile.Write(ref isOver, true);

        await Task.WhenAll(readers);
        Assert.That(met, Is.All.GreaterThan(0));
        AssertIsOneOf(contents, await _store.FindAsync(s_key, default), await ReadAsync(s_key));
    }

    [TestCase(0, null, 0, 1000)]
    [TestCase(0, 1, 0, 1)]
    [TestCase(10, 20, 10, 20)]
    [TestCase(999, null, 999, 1)]
    [TestCase(990, 100, 990, 10)]
    [TestCase(1000, null, 0, 0)]
    [TestCase(5000, 10, 0, 0)]
    public async Task OpenReadAsync_WithARange_ReturnsWhatIsInside(long offset, long? length, int from, int count)
    {
        await _store.SaveAsync(s_key, Content(1000), default);

        await using var asset = await _store.OpenReadAsync(s_key, new ByteSpan(offset, length), default);

        Assert.That(asset!.Metadata, Is.EqualTo(await _store.FindAsync(s_key, default)));
        Assert.That(asset.ContentLength, Is.EqualTo(count));
        Assert.That(await BytesOfAsync(asset), Is.EqualTo(Bytes(1000)[from..(from + count)]));
    }

    [Test]
    public async Task OpenReadAsync_WhenAssetIsEmpty_ReturnsNoBytesForAnyRange()
    {
        await _store.SaveAsync(s_key, Content(0), default);

        await using var asset = await _store.OpenReadAsync(s_key, new ByteSpan(0, 10), default);

        Assert.That(asset!.ContentLength, Is.Zero);
        Assert.That(await BytesOfAsync(asset), Is.Empty);
    }

    [Test]
    public async Task EveryRead_WhenAssetIsAbsent_ReturnsNull()
    {
        var beside = AssetKey.Parse("character_references/a.png/b");
        await _store.SaveAsync(AssetKey.Parse("character_references/a.pn"), Content(1), default);

        foreach (var key in new[] { s_key, beside, AssetKey.Parse("character_references") })
        {
            Assert.That(await _store.FindAsync(key, default), Is.Null);
            Assert.That(await _store.OpenReadAsync(key, null, default), Is.Null);
            Assert.That(await _store.OpenReadAsync(key, new ByteSpan(0, 1), default), Is.Null);
            Assert.That(await _store.CopyAsync(key, AssetKey.Parse("copy"), default), Is.Null);
            Assert.That(async () => await _store.DeleteAsync(key, default), Throws.Nothing);
        }

        Assert.That(await KeysAsync($"{s_key}/"), Is.Empty);
        Assert.That(await KeysAsync("nothing/here/"), Is.Empty);
        Assert.That(await KeysAsync(""), Is.EqualTo(["character_references/a.pn"]));
    }

    [Test]
    public async Task EveryCall_WhenStoreIsUnreachable_ThrowsAndNeverReturnsAbsent()
    {
        var store = await OpenUnreachableAsync();

        await AssertUnreachableAsync(async () => await store.FindAsync(s_key, default));
        await AssertUnreachableAsync(async () => await store.OpenReadAsync(s_key, null, default));
        await AssertUnreachableAsync(async () => await store.SaveAsync(s_key, Content(10), default));
        await AssertUnreachableAsync(async () => await store.ReplaceAsync(s_key, Content(10), default));
        await AssertUnreachableAsync(async () => await store.CopyAsync(s_key, AssetKey.Parse("copy"), default));
        await AssertUnreachableAsync(async () => await store.DeleteAsync(s_key, default));
        await AssertUnreachableAsync(async () => await store.ListAsync(AssetKeyPrefix.All, default).GetAsyncEnumerator().MoveNextAsync());
        await AssertUnreachableAsync(async () => await store.ListAsync(AssetKeyPrefix.All, "a", default).GetAsyncEnumerator().MoveNextAsync());
    }

    [TestCase(null, new[] { "a-b", "a", "b" })]
    [TestCase("a-b", new[] { "a", "b" })]
    [TestCase("a", new[] { "b" })]
    [TestCase("a0", new[] { "b" })]
    [TestCase("b", new string[0])]
    public async Task ListFoldersAsync_AfterAName_ReturnsTheFoldersThatFollowInTheOrderOfKeys(string? after, string[] expected)
    {
        foreach (var key in new[] { "top/a/1", "top/a/x/2", "top/a-b/1", "top/b/1", "top/c", "topic/d/1" })
        {
            await _store.SaveAsync(AssetKey.Parse(key), Content(1), default);
        }

        Assert.That(await _store.ListFoldersAsync(AssetKeyPrefix.Parse("top/"), after, default).ToListAsync(), Is.EqualTo(expected));
    }

    [Test]
    public async Task ListAsync_WhenThereIsMoreThanOnePage_ReturnsAllInOrder()
    {
        var keys = Enumerable.Range(0, 1_005).Select(i => string.Create(CultureInfo.InvariantCulture, $"many/{i % 7}/{i:00000}.png")).ToList();
        await Parallel.ForEachAsync(keys, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (key, token) =>
            await _store.SaveAsync(AssetKey.Parse(key), Content(1), token));

        Assert.That(await KeysAsync("many/"), Is.EqualTo(keys.Order(StringComparer.Ordinal)));
        Assert.That(
            await KeysAsync("many/3/"),
            Is.EqualTo(keys.Where(key => key.StartsWith("many/3/", StringComparison.Ordinal)).Order(StringComparer.Ordinal)));
    }

    [Test]
    public async Task ListAsync_WhenNamesAreSimilar_ListsOneFolderInByteOrder()
    {
        string[] keys = ["a.png", "a/b/1", "a/b/c/2", "a/bc/3", "a/b.png", "a-b/4", "ä/5", "\U0001F3A8/6", "\uFFFC/7", "B/8"];
        foreach (var key in keys)
        {
            await _store.SaveAsync(AssetKey.Parse(key), Content(key.Length), default);
        }

        Assert.That(await KeysAsync("a/b/"), Is.EqualTo(["a/b/1", "a/b/c/2"]));
        Assert.That(await KeysAsync(""), Is.EqualTo(keys.OrderBy(key => Convert.ToHexString(Encoding.UTF8.GetBytes(key)), StringComparer.Ordinal)));
        Assert.That(
            await _store.ListAllAsync(AssetKeyPrefix.All, default).Where(item => item.Name == item.Asset?.Key.Value).Select(item => item.Asset).ToListAsync(),
            Is.EqualTo(await _store.ListAsync(AssetKeyPrefix.All, default).ToListAsync()));
        var entry = await _store.ListAsync(AssetKeyPrefix.Parse("a/bc/"), default).SingleAsync();
        Assert.That(entry, Is.EqualTo(new AssetEntry(AssetKey.Parse("a/bc/3"), 6, entry.LastModified)));
        Assert.That(entry.LastModified, Is.EqualTo(TimeProvider.System.GetUtcNow()).Within(TimeSpan.FromMinutes(5)));
    }

    [TestCase("b.", new[] { "a/b.d/c", "a/b.jpeg", "a/b.png" })]
    [TestCase("b", new[] { "a/b-c.png", "a/b.d/c", "a/b.jpeg", "a/b.png", "a/b/1", "a/bc/3" })]
    [TestCase("\u00e9*", new[] { "a/\u00e9*.png" })]
    [TestCase("B.", new string[0])]
    [TestCase("c", new string[0])]
    public async Task ListAsync_WithANameStart_ReturnsOnlyMatchingNames(string nameStart, string[] expected)
    {
        string[] keys =
            ["a/b.png", "a/b.jpeg", "a/b.d/c", "a/b-c.png", "a/bc/3", "a/b/1", "a/x/b.png", "a/\u00e9*.png", "a/\u00e9x.png", "b.png", "ab.png"];
        foreach (var key in keys)
        {
            await _store.SaveAsync(AssetKey.Parse(key), Content(1), default);
        }

        var listed = _store.ListAsync(AssetKeyPrefix.Parse("a/"), nameStart, default).Select(entry => entry.Key.Value);

        Assert.That(await listed.ToListAsync(), Is.EqualTo(expected));
    }

    [Test]
    public async Task CopyAsync_WhenTargetIsFree_CopiesTypeAndHash()
    {
        var copy = AssetKey.Parse("videos/job 1/intermediate/character_reference/a+b ü.png");
        await _store.SaveAsync(s_key, Content(1000), default);

        Assert.That(await _store.CopyAsync(s_key, copy, default), Is.EqualTo(SaveOutcome.Stored));
        Assert.That(await _store.CopyAsync(s_key, copy, default), Is.EqualTo(SaveOutcome.AlreadyStored));

        var source = await _store.FindAsync(s_key, default);
        var target = await _store.FindAsync(copy, default);
        Assert.That(target, Is.EqualTo(source! with { Key = copy, LastModified = target!.LastModified }));
        await _store.DeleteAsync(s_key, default);
        Assert.That(await ReadAsync(copy), Is.EqualTo(Bytes(1000)));
    }

    [Test]
    public async Task TryCopyAsync_WhenTargetIsFree_CopiesTypeAndHash()
    {
        var copy = AssetKey.Parse("copy.png");
        Assert.That(await _store.TryCopyAsync(s_key, 1000, copy, default), Is.False, "no source");
        await _store.SaveAsync(s_key, Content(1000), default);

        Assert.That(await _store.TryCopyAsync(s_key, 1000, copy, default), Is.True);

        var source = await _store.FindAsync(s_key, default);
        var target = await _store.FindAsync(copy, default);
        Assert.That(target, Is.EqualTo(source! with { Key = copy, LastModified = target!.LastModified }));
    }

    [Test]
    public async Task CopyAsync_WhenOtherBytesExistAtTheTarget_KeepsThem()
    {
        var copy = AssetKey.Parse("copy.png");
        await _store.SaveAsync(s_key, Content(1000), default);
        await _store.SaveAsync(copy, Content(1000, seed: 2), default);

        Assert.That(await _store.CopyAsync(s_key, copy, default), Is.EqualTo(SaveOutcome.Conflict));
        Assert.That(await ReadAsync(copy), Is.EqualTo(Bytes(1000, 2)));
    }

    [TestCase(1000)]
    [TestCase(17 * 1024 * 1024)]
    public async Task CopyOverAsync_WhenTargetIsFreeOrTaken_ReplacesItWithTypeAndHash(int length)
    {
        var copy = AssetKey.Parse("copy.png");
        await _store.SaveAsync(s_key, Content(length), default);

        Assert.That(await _store.CopyOverAsync(s_key, copy, default), Is.True);
        await _store.ReplaceAsync(copy, Content(1000, seed: 2) with { MediaType = "text/plain" }, default);
        Assert.That(await _store.CopyOverAsync(s_key, copy, default), Is.True);

        var source = await _store.FindAsync(s_key, default);
        var target = await _store.FindAsync(copy, default);
        Assert.That(target, Is.EqualTo(source! with { Key = copy, LastModified = target!.LastModified }));
        Assert.That(await ReadAsync(copy), Is.EqualTo(Bytes(length)));
    }

    [Test]
    public async Task CopyOverAsync_WhenThereIsNoSource_KeepsTheTarget()
    {
        var copy = AssetKey.Parse("copy.png");
        await _store.SaveAsync(copy, Content(1000, seed: 2), default);

        Assert.That(await _store.CopyOverAsync(s_key, copy, default), Is.False);

        Assert.That(await ReadAsync(copy), Is.EqualTo(Bytes(1000, 2)));
    }

    [Test]
    public async Task DeleteAsync_WhenAssetExists_RemovesOnlyItAndFreesItsKey()
    {
        var other = AssetKey.Parse("character_references/b.png");
        await _store.SaveAsync(s_key, Content(1000), default);
        await _store.SaveAsync(other, Content(1000), default);

        await _store.DeleteAsync(s_key, default);

        Assert.That(await _store.FindAsync(s_key, default), Is.Null);
        Assert.That(await KeysAsync(""), Is.EqualTo([other.Value]));
        Assert.That(await _store.SaveAsync(s_key, Content(500, seed: 3), default), Is.EqualTo(SaveOutcome.Stored));
        Assert.That(await ReadAsync(s_key), Is.EqualTo(Bytes(500, 3)));
    }

    [TestCaseSource(nameof(OddKeys))]
    public async Task EveryCall_WhenKeyHasUnusualCharacters_UsesItAsItIs(string text)
    {
        var key = AssetKey.Parse(text);
        var copy = AssetKey.Parse($"copy/{key.Name}");

        Assert.That(await _store.SaveAsync(key, Content(100), default), Is.EqualTo(SaveOutcome.Stored));
        Assert.That(await ReadAsync(key), Is.EqualTo(Bytes(100)));
        Assert.That((await _store.FindAsync(key, default))!.Key, Is.EqualTo(key));
        Assert.That(await _store.CopyAsync(key, copy, default), Is.EqualTo(SaveOutcome.Stored));
        Assert.That(await KeysAsync(""), Is.EquivalentTo([key.Value, copy.Value]));
        await _store.DeleteAsync(key, default);
        Assert.That(await KeysAsync(""), Is.EqualTo([copy.Value]));
    }

    [Test]
    public async Task SaveAsync_WhenKeysDifferInNormalizationOnly_KeepsBoth()
    {
        var composed = AssetKey.Parse("caf\u00e9.png");
        var decomposed = AssetKey.Parse("cafe\u0301.png");

        await _store.SaveAsync(composed, Content(10), default);

        Assert.That(await _store.FindAsync(decomposed, default), Is.Null);
        Assert.That(await _store.SaveAsync(decomposed, Content(10, seed: 2), default), Is.EqualTo(SaveOutcome.Stored));
        Assert.That(await ReadAsync(composed), Is.EqualTo(Bytes(10)));
    }

    protected static IEnumerable<string> OddKeys() =>
    [
        "with space/and  two.png",
        "?query=1&x#fragment.png",
        "percent%20and%2F.png",
        "plus+~(paren)'quote!*.png",
        "a=b;c,d:e@f$g[h]{i}^`|\"<>.png",
        ".hidden/..double.png",
        "...a/b",
        "\u00fc\u00f1\u00ee/\u6f22\u5b57/\u0627\u0644.png",
        "\U0001F469\u200D\U0001F3A8.png",
        "-rf",
        "CON/nul.txt",
        string.Join('/', Enumerable.Repeat(new string('x', 255), 4)),
        new string('\u6f22', 85),
    ];

    protected static AssetContent Content(int length, int seed = 1) => AssetContent.FromBytes(Bytes(length, seed), "image/png");

    protected static byte[] Bytes(int length, int seed = 1)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    /// <summary>An empty store of its own.</summary>
    private protected abstract Task<IAssetStore> OpenAsync();

    /// <summary>A store that is unreachable.</summary>
    private protected abstract Task<IAssetStore> OpenUnreachableAsync();

    /// <summary>Names of what a failed save left in the opened store, also where no listing shows it.</summary>
    private protected abstract Task<IReadOnlyList<string>> LeftoversAsync();

    private static void AssertIsOneOf(AssetContent[] contents, AssetMetadata? metadata, byte[]? bytes = null)
    {
        Assert.That(metadata, Is.Not.Null);
        var content = contents.SingleOrDefault(content => content.Sha256 == metadata!.Sha256);
        Assert.That(content, Is.Not.Null, $"the hash is {metadata!.Sha256?.ToString() ?? "not known"}");
        Assert.That((metadata.Length, metadata.MediaType), Is.EqualTo((content!.Length, content.MediaType)));
        Assert.That(bytes is null || ContentHash.FromDigest(SHA256.HashData(bytes)) == content.Sha256, Is.True, "other bytes than the hash says");
    }

    private static async Task<byte[]> BytesOfAsync(OpenAsset asset)
    {
        using var bytes = new MemoryStream();
        await asset.Content.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    private static async Task AssertUnreachableAsync(Func<Task> call)
    {
        var error = await Assert.ThrowsAsync<AssetStoreUnavailableException>(call);
        Assert.That(error!.Fault, Is.EqualTo(AssetStoreFault.Unreachable));
        Assert.That(error.Message, Does.EndWith(".").And.Not.Contain("127.0.0.1").And.Not.Contain(Path.GetTempPath()));
    }

    private async Task AssertNothingIsLeftAsync()
    {
        Assert.That(await _store.FindAsync(s_key, default), Is.Null);
        Assert.That(await LeftoversAsync(), Is.Empty);
    }

    private async Task<AssetTag> TagAsync()
    {
        await using var asset = await _store.OpenReadAsync(s_key, null, default);
        return asset!.Tag;
    }

    private async Task<byte[]> ReadAsync(AssetKey key)
    {
        await using var asset = await _store.OpenReadAsync(key, null, default);
        return await BytesOfAsync(asset!);
    }

    private async Task<List<string>> KeysAsync(string prefix) =>
        await _store.ListAsync(AssetKeyPrefix.Parse(prefix), default).Select(entry => entry.Key.Value).ToListAsync();
}
