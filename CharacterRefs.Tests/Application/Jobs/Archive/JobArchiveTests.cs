using System.IO.Compression;
using System.Security.Cryptography;
using CharacterRefs.Application.Jobs.Archive;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.Jobs;
using CharacterRefs.Domain.Layout;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Doubles;
using FsCheck;
using FsCheck.Fluent;

namespace CharacterRefs.Tests.Application.Jobs.Archive;

[Category("Unit")]
internal sealed class JobArchiveTests
{
    private const long GiB = 1L << 30;

    private readonly MemoryAssets _store = new();
    private readonly ArchiveFiles _files;

    public JobArchiveTests() => _files = new ArchiveFiles(_store);

    [Test]
    public void Bytes_WhenTheSetIsAnyAndReadInAnyPieces_AreTheSame()
    {
        var file = from name in Gen.Elements(AJobSet.Names)
                   from size in Gen.Choose(-100, 2_000)
                   from minutes in Gen.Choose(
            -100_000_000, 100_000_000)
                   select (name, size, minutes);
        var scene = from files in file.ListOf() from cuts in Gen.Choose(0, 1_000_000).ListOf() select (files, cuts);

        Prop.ForAll(scene.ToArbitrary(), candidate =>
        {
            var archive = ArchiveOf(candidate.files.DistinctBy(item => item.name).Select((item, seed) =>
                Put(item.name, AJobSet.Bytes(Math.Max(0, item.size), seed)) with { ModifiedAt = AJobAsset.Noon.AddMinutes(item.minutes) }));
            var whole = ReadAsync(archive, 0, archive.Length).GetAwaiter().GetResult();
            var ends = candidate.cuts.Select(cut => cut % (archive.Length + 1)).Append(0).Append(archive.Length).Distinct().Order().ToList();
            var pieces = ends.Zip(ends.Skip(1)).Select(piece => ReadAsync(archive, piece.First, piece.Second - piece.First).GetAwaiter().GetResult());
            using var zip = new ZipArchive(new MemoryStream(whole));
            return whole.Length == archive.Length
                && pieces.SelectMany(piece => piece).SequenceEqual(whole)
                && zip.Entries.Count == candidate.files.DistinctBy(item => item.name).Count();
        }).QuickCheckThrowOnFailure();
    }

    [Test]
    public async Task Bytes_WhenReadByDotNet_AreTheSetWithItsNamesTimesAndModes()
    {
        var contents = AJobSet.Names.Select((name, seed) => (name, Bytes: AJobSet.Bytes(seed * 1000, seed))).ToDictionary();
        var archive = ArchiveOf(contents.Select(item => Put(item.Key, item.Value)));

        // Its records come through seeks, its bytes in small reads.
        using var zip = new ZipArchive(new BlockingStream(archive.Open()));

        Assert.That(zip.Entries.Select(entry => entry.FullName), Is.EqualTo(AJobSet.Names.Order(StringComparer.Ordinal)));
        foreach (var entry in zip.Entries)
        {
            await using var content = entry.Open();
            using (Assert.EnterMultipleScope())
            {
                Assert.That(await BytesAsync(content), Is.EqualTo(contents[entry.FullName]), entry.FullName);
                Assert.That(entry.CompressedLength, Is.EqualTo(entry.Length).And.EqualTo(contents[entry.FullName].Length));
                Assert.That(entry.Crc32, Is.EqualTo(TestImages.Crc32(contents[entry.FullName])));
                Assert.That(entry.LastWriteTime.DateTime, Is.EqualTo(AJobAsset.Noon.DateTime));
                Assert.That((uint)entry.ExternalAttributes >> 16, Is.EqualTo(Convert.ToUInt32("100644", 8)));
            }
        }
    }

    [Test]
    public void Fingerprint_WhenAByteOfTheArchiveWouldDiffer_IsAnother()
    {
        var file = Put("final/movie.mp4", AJobSet.Bytes(10, 1));
        JobAsset[] others =
        [
            file with { Path = AJobAsset.PathOf("final/movie.mp5") },
            file with { SizeBytes = 11 },
            file with { Crc32 = file.Crc32 + 1 },
            file with { ModifiedAt = file.ModifiedAt.AddSeconds(1) },
            file with { Sha256 = AJobAsset.At("final/other.mp4").Sha256 },
        ];

        var fingerprints = others.Append(file).Select(other => ArchiveOf([other]).Fingerprint).Append(ArchiveOf([file, Put("script.json", [])]).Fingerprint);

        Assert.That(fingerprints, Is.Unique);
    }

    [Test]
    public void Fingerprint_WhenNoByteOfTheArchiveWouldDiffer_IsTheSame()
    {
        var file = Put("final/movie.mp4", AJobSet.Bytes(10, 1));
        var moved = file with
        {
            Key = AssetLayout.JobIncoming(AJobAsset.Job,
            file.Sha256),
            MediaType = "x/y",
            StoredAt = default,
            ModifiedAt = file.ModifiedAt.AddMilliseconds(1)
        };

        Assert.That(ArchiveOf([moved]).Fingerprint, Is.EqualTo(ArchiveOf([file]).Fingerprint));
    }

    [Test]
    public async Task Read_WhenAPartIsRequested_OpensOnlyItsBytesOneFileAtATime()
    {
        var (first, second, third) =
            (Put("audio/1.mp3", AJobSet.Bytes(100, 1)), Put("audio/2.mp3", AJobSet.Bytes(200, 2)), Put("audio/3.mp3", AJobSet.Bytes(300, 3)));
        var archive = ArchiveOf([first, second, third]);
        var record = ZipRecords.LocalLength(first);

        _ = await ReadAsync(archive, 0, archive.Length); // verified by it, so that a part needs no more than itself
        var before = _store.Opened.Count;

        _ = await ReadAsync(archive, record + 90, 10 + record + 200 + record + 5);

        Assert.That(_store.Opened.Skip(before), Is.EqualTo(
            new[] { (first.Key.Value, new ByteSpan(90, 10)), (second.Key.Value, (ByteSpan?)null), (third.Key.Value, new ByteSpan(0, 5)) }));
        Assert.That(_store.MostOpen, Is.EqualTo(1));
    }

    [Test]
    public async Task Read_WhenAPartOfADamagedFileIsRequested_ReturnsNoByteOfIt([Values(0, 500, 990)] int offset)
    {
        var file = Put("final/movie.mp4", AJobSet.Bytes(1000, 1));
        _store.Put(file.Key, AJobSet.Bytes(1000, 2));
        await using var content = ArchiveOf([file]).Open(ZipRecords.LocalLength(file) + offset, 10);

        var error = await Assert.ThrowsAsync<ArchiveBrokenException>(async () => await content.ReadExactlyAsync(new byte[10]));

        Assert.That(error!.Message, Does.Contain("final/movie.mp4 has other bytes than were stored"));
        Assert.That(content.Position, Is.EqualTo(ZipRecords.LocalLength(file) + offset));
    }

    [Test]
    public async Task Read_WhenPartsOfAFileAreRequested_VerifiesItOnceUntilItLooksDifferent()
    {
        var bytes = AJobSet.Bytes(1000, 1);
        var file = Put("final/movie.mp4", bytes);
        var archive = ArchiveOf([file]);
        var start = ZipRecords.LocalLength(file);

        Assert.That(await ReadAsync(archive, start + 10, 10), Is.EqualTo(bytes[10..20]));
        Assert.That(await ReadAsync(archive, start + 500, 10), Is.EqualTo(bytes[500..510]));
        Assert.That(_store.Opened.Count(opened => opened.Range is null), Is.EqualTo(1));

        _store.Put(file.Key, AJobSet.Bytes(1000, 2), at: AJobAsset.Noon.AddSeconds(1));
        Assert.That(() => ReadAsync(archive, start + 10, 10), Throws.TypeOf<ArchiveBrokenException>());
    }

    [Test]
    public async Task Read_WhenOnlyRecordsAreRequested_OpensNothing()
    {
        var archive = ArchiveOf([Put("final/movie.mp4", AJobSet.Bytes(1000, 1))]);

        _ = await ReadAsync(archive, 0, 30);
        _ = await ReadAsync(archive, archive.Length - 92, 92);

        Assert.That(_store.Opened, Is.Empty);
    }

    [Test]
    public async Task Read_WhenAFileHasOtherBytes_GivesNeverItsEnd()
    {
        var file = Put("final/movie.mp4", AJobSet.Bytes(100_000, 1));
        _store.Put(file.Key, AJobSet.Bytes(100_000, 2));
        var archive = ArchiveOf([file]);
        await using var content = archive.Open();
        var received = 0L;

        var error = await Assert.ThrowsAsync<ArchiveBrokenException>(async () =>
        {
            for (int read; (read = await content.ReadAsync(new byte[1000])) > 0; received += read)
            {
            }
        });

        Assert.That(error!.Message, Does.Contain("final/movie.mp4"));
        Assert.That(received, Is.GreaterThan(90_000).And.LessThan(ZipRecords.LocalLength(file) + file.SizeBytes));
        Assert.That(content.CurrentFile, Is.EqualTo(file.Path));
    }

    [Test]
    public void Read_WhenAFileIsNotTheOneOfTheManifest_NamesItBeforeItsFirstByte()
    {
        var file = Put("final/movie.mp4", AJobSet.Bytes(1000, 1));
        var inside = ZipRecords.LocalLength(file) + 500;
        var archive = ArchiveOf([file]);

        _store.Put(file.Key, AJobSet.Bytes(999, 1));
        Assert.That(() => ReadAsync(archive, inside, 10), Throws.TypeOf<ArchiveBrokenException>().With.Message.Contains("has 999 bytes instead of 1000"));
        var other = AJobSet.Bytes(1000, 2);
        _store.Put(file.Key, other, ContentHash.FromDigest(SHA256.HashData(other)));
        Assert.That(() => ReadAsync(archive, inside, 10), Throws.TypeOf<ArchiveBrokenException>().With.Message.Contains("replaced"));
        _store.PutStream(file.Key, 1000, () => new MemoryStream(new byte[400]));
        Assert.That(() => ReadAsync(archive, inside - 500, 1000), Throws.TypeOf<ArchiveBrokenException>().With.Message.Contains("ends before"));
        _store.Remove(file.Key);
        Assert.That(() => ReadAsync(archive, inside, 10), Throws.TypeOf<ArchiveBrokenException>()
            .With.Message.Contains("is missing"));
    }

    [Test]
    public async Task Read_WhenAFileIsLong_AllocatesAlmostNothing()
    {
        const long Length = 64 << 20;
        await AllocatedAsync(1 << 20); // what is allocated once

        var allocated = await AllocatedAsync(Length);

        Assert.That(allocated, Is.LessThan(Length / 100));

        async Task<long> AllocatedAsync(long length)
        {
            var file = AJobAsset.At("final/movie.mp4") with { SizeBytes = length, Sha256 = PatternStream.Content(length).Sha256 };
            _store.PutPattern(file.Key, length);
            var archive = ArchiveOf([file]);
            var buffer = new byte[256 * 1024];
            var before = GC.GetAllocatedBytesForCurrentThread();
            await using (var content = archive.Open())
            {
                while (await content.ReadAsync(buffer) > 0)
                {
                }
            }

            return GC.GetAllocatedBytesForCurrentThread() - before; // nothing waits, so this is still the same thread
        }
    }

    [Test]
    public async Task Open_WhenFilesAndOffsetsAreBeyond4GiB_IsReadByDotNet()
    {
        var last = AJobSet.Bytes(1000, 1);
        var archive = ArchiveOf([Long("final/a.mp4", 5 * GiB), Long("final/b.mp4", uint.MaxValue), Put("final/c.txt", last)]);

        using var zip = new ZipArchive(new BlockingStream(archive.Open()));

        Assert.That(zip.Entries.Select(entry => entry.Length), Is.EqualTo(new[] { 5 * GiB, uint.MaxValue, 1000 }));
        await using var content = zip.GetEntry("final/c.txt")!.Open();
        Assert.That(await BytesAsync(content), Is.EqualTo(last));
        Assert.That(_store.Opened.Count(opened => opened.Key.EndsWith("a.mp4", StringComparison.Ordinal)), Is.EqualTo(1), "by the test itself");
    }

    [Test]
    public async Task Inspect_WhenTheStoreHoldsOtherThings_NamesThem()
    {
        var (whole, cut, gone) = (Put("audio/1.mp3", [1]), Put("audio/2.mp3", [1, 2]), Put(
            "audio/3.mp3", [1, 2, 3]) with
        { Key = AssetLayout.JobAsset(AJobAsset.Job, AJobAsset.PathOf("audio/4.mp3")) });

        Assert.That((await ArchiveOf([whole, cut]).InspectAsync(default)).Fault, Is.Null);
        _store.Put(cut.Key, [1]);
        var (fault, _) = await ArchiveOf([whole, cut, gone]).InspectAsync(default);

        Assert.That(fault!.Kind, Is.EqualTo(ErrorKind.Conflict));
        Assert.That(fault.Detail, Does.Contain("audio/2.mp3 has 1 bytes instead of 2, audio/3.mp3 is missing.").And.Not.Contain("audio/1.mp3"));
    }

    [Test]
    public async Task Inspect_WhenVeryManyAreMissing_NamesSomeAndCountsTheRest()
    {
        var (fault, _) = await ArchiveOf(Enumerable.Range(100, 50).Select(number => AJobAsset.At($"scenes/{number}.mp4"))).InspectAsync(default);

        Assert.That(fault!.Detail, Does.Contain("scenes/119.mp4 is missing, and 30 more.").And.Not.Contain("scenes/120"));
    }

    private static async Task<byte[]> ReadAsync(JobArchive archive, long offset, long count)
    {
        await using var content = archive.Open(offset, count);
        return await BytesAsync(content);
    }

    private static async Task<byte[]> BytesAsync(Stream content)
    {
        using var bytes = new MemoryStream();
        await content.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    private JobArchive ArchiveOf(IEnumerable<JobAsset> files) => new(AJobSet.Manifest(files), _store, _files);

    private JobAsset Put(string path, byte[] bytes)
    {
        var asset = AJobSet.Asset(path, bytes);
        _store.Put(asset.Key, bytes);
        return asset;
    }

    private JobAsset Long(string path, long length)
    {
        var asset = AJobAsset.At(path) with { SizeBytes = length };
        _store.PutPattern(asset.Key, length);
        _files.Remember(asset, _store.OpenReadAsync(asset.Key, null, default).GetAwaiter().GetResult()!); // so that the test does not hash it
        return asset;
    }
}
