using System.Security.Cryptography;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.References;
using CharacterRefs.Infrastructure.Files;
using CharacterRefs.Infrastructure.Imaging;
using CharacterRefs.Tests.Support;

namespace CharacterRefs.Tests.Infrastructure.Files;

[Category("Unit")]
internal sealed class LocalReferenceFilesTests
{
    private static readonly CharacterReferenceId s_id = new(Guid.Parse("0198c0de-0000-7000-8000-00000000abcd"));

    private TempDirectory _root = null!;
    private LocalReferenceFiles _files = null!;

    private string Published => Path.Join(_root.FullPath, "character_reference");

    private string Staging => Path.Join(Published, ".staging");

    [SetUp]
    public void SetUp()
    {
        _root = new TempDirectory();
        _files = new LocalReferenceFiles(new DataRootOptions { Path = _root.FullPath });
    }

    [TearDown]
    public void TearDown() => _root.Dispose();

    [Test]
    public async Task StageAsync_WhenContentFits_KeepsBytesLengthAndHash()
    {
        var content = Bytes(300_000);

        using var staged = await StageAsync(content);

        Assert.That(staged, Is.Not.Null);
        Assert.That(await File.ReadAllBytesAsync(staged!.Path), Is.EqualTo(content));
        Assert.That(staged.SizeBytes, Is.EqualTo(content.Length));
        Assert.That(staged.Sha256, Is.EqualTo(ContentHash.FromDigest(SHA256.HashData(content))));
        Assert.That(_files.List(), Is.Empty);
    }

    [TestCase(1000, true)]
    [TestCase(1001, false)]
    public async Task StageAsync_WhenContentMeetsTheLimit_KeepsItUpToThere(int length, bool isKept)
    {
        using var staged = await _files.StageAsync(new MemoryStream(Bytes(length)), 1000, CancellationToken.None);

        Assert.That(staged is not null, Is.EqualTo(isKept));
        Assert.That(Directory.GetFiles(Staging), Has.Length.EqualTo(isKept ? 1 : 0));
    }

    [Test]
    public async Task StageAsync_WhenContentIsOverTheLimit_ReadsOneByteMoreAndNoFurther()
    {
        using var content = new MemoryStream(Bytes(500_000));

        await _files.StageAsync(content, 1000, CancellationToken.None);

        Assert.That(content.Position, Is.EqualTo(1001));
    }

    [Test]
    public async Task StageAsync_WhenThereIsNoRealLimit_KeepsTheContent()
    {
        using var staged = await _files.StageAsync(new MemoryStream(Bytes(10)), long.MaxValue, CancellationToken.None);

        Assert.That(staged?.SizeBytes, Is.EqualTo(10));
    }

    [Test]
    public async Task StageAsync_WhenDisposed_LeavesNothing()
    {
        (await StageAsync(Bytes(10)))!.Dispose();

        Assert.That(Directory.GetFiles(Staging), Is.Empty);
    }

    [Test]
    public void StageAsync_WhenSourceFails_PassesItOnAndLeavesNothing()
    {
        var failure = new IOException("The connection broke.");
        using var content = new BreakingStream(Bytes(200_000), failure);

        Assert.That(async () => await _files.StageAsync(content, 1_000_000, CancellationToken.None), Throws.Exception.SameAs(failure));
        Assert.That(Directory.GetFiles(Staging), Is.Empty);
    }

    [Test]
    public void StageAsync_WhenCallerGivesUp_LeavesNothing()
    {
        using var cancellation = new CancellationTokenSource();
        using var content = new BreakingStream(Bytes(200_000), new OperationCanceledException(cancellation.Token), cancellation.Cancel);

        Assert.That(async () => await _files.StageAsync(content, 1_000_000, cancellation.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(Directory.GetFiles(Staging), Is.Empty);
    }

    [Test]
    public async Task StageAsync_WhenHeld_CanBeInspectedByItsPath()
    {
        var inspector = new VipsImageInspector(new ImageDecodingOptions(), TimeProvider.System);
        using var staged = await StageAsync(TestImages.Noise(ImageFormat.Png, 100, 100));

        var result = await inspector.InspectAsync(staged!.Path, InspectionLane.Others, CancellationToken.None);

        Assert.That(result.Value, Is.EqualTo(new ImageDetails(ImageFormat.Png, 100, 100)));
    }

    [Test]
    public async Task StageAsync_WhenTheStagingDirectoryWasRemoved_MakesItAgain()
    {
        Directory.Delete(Staging);

        using var staged = await StageAsync(Bytes(10));

        Assert.That(staged, Is.Not.Null);
    }

    [Test]
    public async Task Publish_WhenNameIsFree_GivesItTheFile()
    {
        var content = Bytes(1000);
        using (var staged = await StageAsync(content))
        {
            _files.Publish(staged!, s_id, ImageFormat.WebP);
        }

        var file = _files.Find(s_id, ImageFormat.WebP);
        Assert.That(file?.FullPath, Is.EqualTo(Path.Join(Published, $"{s_id}.webp")));
        Assert.That(file?.SizeBytes, Is.EqualTo(1000));
        Assert.That(file?.LastModified.Offset, Is.EqualTo(TimeSpan.Zero));
        Assert.That(await File.ReadAllBytesAsync(file!.FullPath), Is.EqualTo(content));
        Assert.That(Directory.GetFiles(Staging), Is.Empty);
    }

    [Test]
    public async Task Publish_WhenNameIsTaken_ThrowsAndKeepsTheFirst()
    {
        using var first = await StageAsync([1]);
        using var second = await StageAsync([2]);
        _files.Publish(first!, s_id, ImageFormat.Png);

        Assert.That(
            () => _files.Publish(second!, s_id, ImageFormat.Png),
            Throws.TypeOf<LocalStorageException>().With.Message.Contains("already").And.Message.Not.Contains(_root.FullPath));
        Assert.That(await File.ReadAllBytesAsync(_files.Find(s_id, ImageFormat.Png)!.FullPath), Is.EqualTo(new byte[] { 1 }));
    }

    [Test]
    public async Task Publish_WhenTheFlushFails_FindsNoFileAndSucceedsWhenRetried()
    {
        var content = Bytes(1000);
        var flushes = 0;
        var files = WithFlush(_ => ThrowIf(++flushes == 1));
        files.Measure();
        using (var staged = await StageAsync(content))
        {
            Assert.That(
                () => files.Publish(staged!, s_id, ImageFormat.Png),
                Throws.TypeOf<LocalStorageException>().With.Message.Contains("the disk reported an error").And.Property("IsObstructed").False);
            Assert.That(files.Find(s_id, ImageFormat.Png), Is.Null, "a power loss may remove it, so nobody may add a row for it");
            Assert.That(await File.ReadAllBytesAsync(staged!.Path), Is.EqualTo(content));
            Assert.That(files.RemoveAbandonedStaging(), Is.Zero);

            files.Publish(staged, s_id, ImageFormat.Png);
        }

        Assert.That(flushes, Is.EqualTo(2));
        Assert.That(await File.ReadAllBytesAsync(files.Find(s_id, ImageFormat.Png)!.FullPath), Is.EqualTo(content));
        Assert.That(files.TotalBytes, Is.EqualTo(1000));
        Assert.That(Directory.GetFiles(Staging), Is.Empty);
    }

    [Test]
    public async Task Publish_WhenTheFlushFailsAndTheFileKeepsItsName_SucceedsWhenRetried()
    {
        var flushes = 0;
        var files = WithFlush(_ =>
        {
            Directory.Delete(Staging);
            ThrowIf(++flushes == 1);
            Directory.CreateDirectory(Staging);
        });
        using (var staged = await StageAsync(Bytes(10)))
        {
            Assert.That(() => files.Publish(staged!, s_id, ImageFormat.Png), Throws.TypeOf<LocalStorageException>());
            Directory.CreateDirectory(Staging);

            files.Publish(staged!, s_id, ImageFormat.Png);
        }

        Assert.That(flushes, Is.EqualTo(2));
        Assert.That(files.Find(s_id, ImageFormat.Png)?.SizeBytes, Is.EqualTo(10));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Publish_WhenTheFlushFailsAndTheFileIsDisposed_LeavesNothing(bool isTakenBack)
    {
        var files = WithFlush(_ =>
        {
            if (!isTakenBack)
            {
                Directory.Delete(Staging);
            }

            ThrowIf(true);
        });
        var staged = await StageAsync(Bytes(10));
        Assert.That(() => files.Publish(staged!, s_id, ImageFormat.Png), Throws.TypeOf<LocalStorageException>());

        staged!.Dispose();

        Assert.That(Directory.GetFiles(Published, "*", SearchOption.AllDirectories), Is.Empty);
    }

    [Test]
    public async Task Publish_WhenManyRaceForOneName_ExactlyOneWins()
    {
        for (var round = 0; round < 50; round++)
        {
            var id = new CharacterReferenceId(Guid.NewGuid());
            var staged = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => StageAsync([(byte)i])));
            using var start = new Barrier(staged.Length);

            var won = await Task.WhenAll(staged.Select(file => Task.Factory.StartNew(
                () =>
                {
                    start.SignalAndWait();
                    return TryPublish(file!, id);
                },
                CancellationToken.None,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default)));

            var winner = Array.IndexOf(won, true);
            Assert.That(won.Count(hasWon => hasWon), Is.EqualTo(1));
            Assert.That(await File.ReadAllBytesAsync(_files.Find(id, ImageFormat.Png)!.FullPath), Is.EqualTo(new[] { (byte)winner }));
            Array.ForEach(staged, file => file!.Dispose());
        }
    }

    [Test]
    public async Task Find_WhenLinkOrDirectoryHasTheName_FindsNothing()
    {
        var outside = _root.Write("private.txt", [1, 2, 3]);
        File.CreateSymbolicLink(Path.Join(Published, $"{s_id}.png"), outside);
        Directory.CreateDirectory(Path.Join(Published, $"{s_id}.jpg"));

        Assert.That(_files.Find(s_id, ImageFormat.Png), Is.Null);
        Assert.That(_files.Find(s_id, ImageFormat.Jpeg), Is.Null);
        Assert.That(_files.List(), Is.Empty);
        _files.Delete(s_id, ImageFormat.Png);
        _files.Delete(s_id, ImageFormat.Jpeg);
        Assert.That(await File.ReadAllBytesAsync(outside), Has.Length.EqualTo(3));
    }

    /// <summary>Opening it would wait for a writer for ever, and with it every adoption of a file.</summary>
    [Test]
    public async Task Find_WhenAPipeHasTheName_FindsNothing()
    {
        await CommandLine.RunAsync("mkfifo", Path.Join(Published, $"{s_id}.png"));

        Assert.That(_files.Find(s_id, ImageFormat.Png), Is.Null);
        Assert.That(_files.FindAll(s_id), Is.Empty);
        Assert.That(_files.List(), Is.Empty);
        Assert.That(_files.ListForeign().Select(entry => entry.Obstacle), Is.EqualTo(["it is a link, a directory or a special file"]));
    }

    [Test]
    public async Task TotalBytes_WhenFilesComeAndGo_IsTheirSumWithoutAnotherLook()
    {
        Assert.That(_files.TotalBytes, Is.Null, "nobody has looked yet");
        Assert.That(_files.Measure(), Is.Empty);
        Assert.That(_files.TotalBytes, Is.Zero);

        foreach (var (id, length) in new[] { (s_id, 100), (AReference.NewId(), 250) })
        {
            using var staged = await StageAsync(Bytes(length));
            _files.Publish(staged!, id, ImageFormat.Png);
        }

        Assert.That(_files.TotalBytes, Is.EqualTo(350));
        _files.Delete(s_id, ImageFormat.Png);
        _files.Delete(s_id, ImageFormat.Png);
        Assert.That(_files.TotalBytes, Is.EqualTo(250));
        Assert.That(new LocalReferenceFiles(new DataRootOptions { Path = _root.FullPath }).Measure().Single().File.SizeBytes, Is.EqualTo(250));
    }

    [Test]
    public async Task RecordUse_WhenPublished_MovesTheTimeOfUseAndNothingElse()
    {
        using (var staged = await StageAsync(Bytes(100)))
        {
            _files.Publish(staged!, s_id, ImageFormat.Png);
        }

        var before = _files.Find(s_id, ImageFormat.Png)!;
        var at = new DateTimeOffset(2031, 5, 6, 7, 8, 9, TimeSpan.Zero);

        _files.RecordUse(before, at);

        Assert.That(_files.Find(s_id, ImageFormat.Png), Is.EqualTo(before with { LastUsed = at }), "the time of writing is what clients revalidate by");
        _files.Delete(s_id, ImageFormat.Png);
        Assert.That(() => _files.RecordUse(before, at), Throws.Nothing, "there is nothing left to record");
    }

    [Test]
    public async Task Delete_WhenPublished_RemovesThatFileOnly()
    {
        await PublishAsync(s_id, ImageFormat.Png);
        await PublishAsync(s_id, ImageFormat.Jpeg);

        _files.Delete(s_id, ImageFormat.Png);
        _files.Delete(s_id, ImageFormat.Png);

        Assert.That(_files.Find(s_id, ImageFormat.Png), Is.Null);
        Assert.That(_files.Find(s_id, ImageFormat.Jpeg), Is.Not.Null);
    }

    [Test]
    public async Task List_WhenThereAreOtherEntries_NamesPublishedFilesOnly()
    {
        await PublishAsync(s_id, ImageFormat.Png);
        string[] others = [$"{s_id}.jpeg", $"{s_id}.gif", $"{s_id}", $"{s_id}.png.bak", $"{Guid.Empty}.png", "notes.png", $"{{{s_id}}}.png"];
        foreach (var name in others.Append($"{s_id.ToString().ToUpperInvariant()}.jpg").Append($"{s_id}.PNG"))
        {
            await File.WriteAllBytesAsync(Path.Join(Published, name), [0]);
        }

        Assert.That(_files.List().Select(file => (file.Id, file.Format)), Is.EqualTo([(s_id, ImageFormat.Png)]));
    }

    [Test]
    public async Task ListForeign_WhenThereAreOtherEntries_NamesEachWithItsIdOrItsObstacle()
    {
        await PublishAsync(s_id, ImageFormat.Png);
        foreach (var name in (string[])[$"{s_id}.jpeg", $"{s_id}.JPG", "notes.txt"])
        {
            await File.WriteAllBytesAsync(Path.Join(Published, name), [0]);
        }

        Directory.CreateDirectory(Path.Join(Published, $"{Guid.Empty}.png"));
        File.CreateSymbolicLink(Path.Join(Published, $"{s_id}.webp"), Path.Join(Published, $"{s_id}.png"));

        var entries = _files.ListForeign()
            .OrderBy(entry => entry.Name, StringComparer.Ordinal)
            .Select(entry => (entry.Name, entry.Image?.Format, entry.Obstacle));

        Assert.That(entries, Is.EqualTo(new[]
        {
            ($"{Guid.Empty}.png", null, "it is a link, a directory or a special file"),
            ($"{s_id}.JPG", ImageFormat.Jpeg, null),
            ($"{s_id}.jpeg", ImageFormat.Jpeg, null),
            ($"{s_id}.webp", null, "it is a link, a directory or a special file"),
            ("notes.txt", (ImageFormat?)null, (string?)"its name must be an image id followed by .png, .jpg, .jpeg or .webp"),
        }));
    }

    [Test]
    public async Task Rename_WhenTheNameIsTaken_ThrowsAndKeepsBoth()
    {
        await PublishAsync(s_id, ImageFormat.Jpeg);
        await File.WriteAllBytesAsync(Path.Join(Published, $"{s_id}.jpeg"), [0]);
        var foreign = _files.ListForeign().Single().Image!;

        Assert.That(
            () => _files.Rename(foreign.File, s_id, ImageFormat.Jpeg),
            Throws.TypeOf<LocalStorageException>().With.Message.Contains($"{s_id}.jpg exists already"));
        _files.Rename(foreign.File, s_id, ImageFormat.Png);
        Assert.That(_files.Find(s_id, ImageFormat.Png), Is.Not.Null);
        Assert.That(_files.Find(s_id, ImageFormat.Jpeg), Is.Not.Null);
        Assert.That(_files.ListForeign(), Is.Empty);
    }

    [Test]
    public void RelativePath_WhenRead_IsNeverAbsoluteAndNamesTheFile()
    {
        var path = _files.RelativePath(s_id, ImageFormat.Png);

        Assert.That(Path.IsPathRooted(path), Is.False);
        Assert.That(Path.GetFullPath(path), Is.EqualTo(Path.Join(Published, $"{s_id}.png")));
        Assert.That(path, Does.Not.Contain("\\"));
    }

    [Test]
    public async Task RemoveAbandonedStaging_WhenWriterLives_LeavesItsFile()
    {
        using var staged = await StageAsync(Bytes(10));
        await File.WriteAllBytesAsync(Path.Join(Staging, "left-by-a-crash.part"), [1]);

        Assert.That(_files.RemoveAbandonedStaging(), Is.EqualTo(1));
        Assert.That(Directory.GetFiles(Staging), Is.EqualTo([staged!.Path]));
        Assert.That(() => _files.Publish(staged, s_id, ImageFormat.Png), Throws.Nothing);
    }

    [Test]
    public void Constructor_WhenDataRootCannotBeWritten_SaysWhichSetting()
    {
        var file = _root.Write("file", [1]);

        Assert.That(
            () => new LocalReferenceFiles(new DataRootOptions { Path = file }),
            Throws.TypeOf<LocalStorageException>().With.Message.Contains("DATA_ROOT").And.Message.Not.Contains(_root.FullPath));
    }

    private static byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        new Random(1).NextBytes(bytes);
        return bytes;
    }

    private static void ThrowIf(bool isFaulty)
    {
        if (isFaulty)
        {
            throw new IOException("Input/output error", 5);
        }
    }

    private LocalReferenceFiles WithFlush(Action<string> flush) => new(new DataRootOptions { Path = _root.FullPath }) { FlushDirectory = flush };

    private Task<IStagedFile?> StageAsync(byte[] content) => _files.StageAsync(new MemoryStream(content), 10_000_000, CancellationToken.None);

    private async Task PublishAsync(CharacterReferenceId id, ImageFormat format)
    {
        using var staged = await StageAsync(Bytes(10));
        _files.Publish(staged!, id, format);
    }

    private bool TryPublish(IStagedFile file, CharacterReferenceId id)
    {
        try
        {
            _files.Publish(file, id, ImageFormat.Png);
            return true;
        }
        catch (LocalStorageException)
        {
            return false;
        }
    }
}
