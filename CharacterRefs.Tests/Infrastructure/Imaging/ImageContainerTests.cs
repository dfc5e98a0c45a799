using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Infrastructure.Imaging;
using CharacterRefs.Tests.Support;

namespace CharacterRefs.Tests.Infrastructure.Imaging;

/// <summary>What the walk of the container decides, through the inspector.</summary>
[Category("Unit")]
internal sealed class ImageContainerTests
{
    private TempDirectory _directory = null!;
    private VipsImageInspector _inspector = null!;

    [SetUp]
    public void SetUp()
    {
        _directory = new TempDirectory();
        _inspector = new VipsImageInspector(new ImageDecodingOptions(), TimeProvider.System);
    }

    [TearDown]
    public void TearDown() => _directory.Dispose();

    [Test]
    public async Task InspectAsync_WhenWebPHas228000Frames_IsRejectedAtTheSecondFrame() =>
        Assert.That((await InspectAsync(HostileImages.FrameBomb(228_000))).Error?.Detail, Does.Contain("more than one frame"));

    [Test]
    public async Task InspectAsync_WhenWebPHas228000Frames_IsRejectedWhileNothingIsDecoded()
    {
        var inspector = new VipsImageInspector(new ImageDecodingOptions { Concurrency = 0 }, TimeProvider.System); // what needs libvips waits for ever
        using var end = new CancellationTokenSource(Condition.Limit);
        var still = inspector.InspectAsync(_directory.Write("still", HostileImages.FrameBomb(1)), InspectionLane.Others, end.Token);

        var bomb = await inspector.InspectAsync(_directory.Write("bomb", HostileImages.FrameBomb(228_000)), InspectionLane.Others, end.Token);

        Assert.That(bomb.Error?.Detail, Does.Contain("more than one frame"));
        Assert.That(still.IsCompleted, Is.False);
        await end.CancelAsync();
        Assert.That(() => still, Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public void Walk_WhenWebPHas228000Frames_ReadsOnlyTheHeadersUpToTheSecond()
    {
        using var bomb = new CountedStream(HostileImages.FrameBomb(228_000));

        Assert.That(WebPChunks.Walk(bomb, CancellationToken.None).Error?.Detail, Does.Contain("more than one frame"));
        Assert.That(bomb.ReadBytes, Is.EqualTo(12 + (4 * 8) + 10), "of the file, of the chunks VP8X, ANIM and two ANMF, and the dimensions");
    }

    [Test]
    public void RejectEarly_WhenWebPHasManyFrames_NeedsTheFirstTwo()
    {
        var bomb = HostileImages.FrameBomb(228_000);

        Assert.That(_inspector.RejectEarly(bomb.AsMemory(0, 200))?.Detail, Does.Contain("more than one frame"));
        Assert.That(_inspector.RejectEarly(bomb.AsMemory(0, 100)), Is.Null);
    }

    [Test]
    public void RejectEarly_WhenImageIsGood_RejectsNoneOfItsStarts([Values("png", "jpg", "webp", "progressive", "harmless fault")] string kind)
    {
        var image = kind switch
        {
            "progressive" => HostileImages.ProgressiveJpeg(256, 256, 32),
            "harmless fault" => HostileImages.JpegWithHarmlessFault("junk and scan without band"),
            _ => TestImages.Noise(ImageFormat.FromExtension(kind)!, 64, 64),
        };

        var rejected = Enumerable.Range(ImageFormat.SignatureLength, image.Length - ImageFormat.SignatureLength + 1)
            .Where(length => _inspector.RejectEarly(image.AsMemory(0, length)) is not null);
        Assert.That(rejected, Is.Empty);
    }

    [Test]
    public void RejectEarly_WhenTheStartShowsTheReason_NamesIt()
    {
        Assert.That(_inspector.RejectEarly(TestImages.Gif)?.Detail, Does.Contain("not a PNG, JPEG or WebP"));
        Assert.That(_inspector.RejectEarly(TestImages.Bomb(ImageFormat.Png, 8_000, 8_000).AsMemory(0, 40))?.Detail, Does.Contain("50 megapixels"));
        Assert.That(_inspector.RejectEarly(HostileImages.JpegOfProcess(0xC9))?.Detail, Does.Contain("arithmetic"));
    }

    [Test]
    public async Task InspectAsync_WhenAnimatedWebPHasOneFrame_IsAccepted() =>
        Assert.That((await InspectAsync(HostileImages.FrameBomb(1))).Value, Is.EqualTo(new ImageDetails(ImageFormat.WebP, 1, 1)));

    [TestCase(1_999, null)]
    [TestCase(2_000, "more than 2000 chunks")]
    public async Task InspectAsync_WhenWebPHasManyChunks_IsRejectedAboveTheLimit(int unknown, string? rejection) =>
        Assert.That((await InspectAsync(HostileImages.WebPWithUnknownChunks(unknown))).Error?.Detail, rejection is null ? Is.Null : Does.Contain(rejection));

    [TestCase("prVt", 1_990, null)]
    [TestCase("prVt", 2_001, "more than 2000 chunks")]
    [TestCase("tEXt", 2_001, "more than 2000 chunks")]
    [TestCase("IDAT", 39_000, null)]
    [TestCase("IDAT", 40_001, "more than 40000 chunks of image data")]
    [TestCase("zTXt", 64, null)]
    [TestCase("zTXt", 65, "more than 64 compressed texts")]
    [TestCase("iCCP", 65, "more than 64 compressed texts")]
    public async Task InspectAsync_WhenPngHasManyChunks_IsRejectedAboveTheLimit(string type, int count, string? rejection)
    {
        byte[] text = [.. "a\0\0"u8, 0x78, 0x9C, 0x03, 0x00, 0x00, 0x00, 0x00, 0x01]; // a name and an empty zlib stream

        var result = await InspectAsync(HostileImages.PngWithChunks(type, count, type == "IDAT" ? [] : text));

        Assert.That(result.Error?.Detail, rejection is null ? Is.Null : Does.Contain(rejection));
    }

    [TestCase("zTXt", 2, null)]
    [TestCase("zTXt", 3, "expand to more than 16777216 bytes")]
    [TestCase("iTXt", 3, "expand to more than 16777216 bytes")]
    [TestCase("iCCP", 3, "expand to more than 16777216 bytes")]
    [TestCase("tEXt", 3, null)]
    public async Task InspectAsync_WhenTextsOfPngExpandToMuch_IsRejectedAboveTheLimit(string type, int count, string? rejection)
    {
        byte[] head = type == "iTXt" ? [.. "a\0"u8, 1, 0, 0, 0] : [.. "a\0"u8, 0];

        var result = await InspectAsync(HostileImages.PngWithChunks(type, count, [.. head, .. TestImages.Compressed(new byte[7_000_000])]));

        Assert.That(result.Error?.Detail, rejection is null ? Is.Null : Does.Contain(rejection));
    }

    [Test]
    public void Walk_WhenTextsOfPngHaveNoEnd_ReadsNoneBeyondItsChunk()
    {
        const int Chunks = 60, Bytes = 2_000;
        byte[] endless = [.. "a\0\0"u8, 0x78, 0x9C, 0x00, 0xFF, 0xFF, 0x00, 0x00, .. new byte[Bytes]]; // a stored block of 65535 bytes

        using var png = new MemoryStream(HostileImages.PngWithChunks("zTXt", Chunks, endless));

        Assert.That(PngChunks.Walk(png, CancellationToken.None).Value!.TextBytes, Is.EqualTo(Chunks * Bytes));
    }

    [TestCase(0, true)]
    [TestCase(100_000, false)]
    public void IsQuick_WhenTheFileIsLongerThanItsPixels_IsFalse(int more, bool expected)
    {
        var outline = new ImageOutline(100, 100) { IsDecodedWhole = false, PngRowBytes = 300 };

        Assert.That(outline.IsQuick(30_000 + more), Is.EqualTo(expected));
    }

    [Test]
    public async Task InspectAsync_WhenChunkOfWebPIsLongerThanTheFile_IsRejected() =>
        Assert.That((await InspectAsync(HostileImages.WebPWithLyingChunk())).Error?.Detail, Does.Contain("damaged or cut short"));

    [TestCase(32, null)]
    [TestCase(33, "more than 32 scans")]
    [TestCase(98, "more than 32 scans")]
    public async Task InspectAsync_WhenJpegHasManyScans_IsRejectedAboveTheLimit(int scans, string? rejection) =>
        Assert.That((await InspectAsync(HostileImages.ProgressiveJpeg(256, 256, scans))).Error?.Detail, rejection is null ? Is.Null : Does.Contain(rejection));

    [TestCase(5_000, null)]
    [TestCase(5_001, "5000 × 5001 = 25005000 pixels, progressive or interlaced; at most 25000000")]
    public async Task InspectAsync_WhenJpegIsProgressive_HalfTheAreaIsAccepted(int height, string? rejection) =>
        Assert.That((await InspectAsync(HostileImages.ProgressiveJpeg(5_000, height, 2))).Error?.Detail, rejection is null ? Is.Null : Does.Contain(rejection));

    [Test]
    public async Task InspectAsync_WhenPngIsInterlaced_HalfTheAreaIsAccepted()
    {
        var bomb = TestImages.Bomb(ImageFormat.Png, 5_000, 5_001);
        bomb[28] = 1;

        Assert.That((await InspectAsync(bomb)).Error?.Detail, Does.Contain("progressive or interlaced; at most 25000000"));
    }

    [TestCase(1_500, null)]
    [TestCase(2_000, "more than 2000 segments")]
    public async Task InspectAsync_WhenJpegHasManySegments_IsRejectedAboveTheLimit(int comments, string? rejection) =>
        Assert.That((await InspectAsync(HostileImages.JpegWithComments(comments))).Error?.Detail, rejection is null ? Is.Null : Does.Contain(rejection));

    [TestCase("scan without band")]
    [TestCase("scan with approximation")]
    [TestCase("junk between segments")]
    [TestCase("junk and scan without band")]
    [TestCase("fill bytes")]
    [TestCase("JFIF version")]
    [TestCase("Adobe transform")]
    public async Task InspectAsync_WhenFaultOfJpegHarmsNoPixel_IsAccepted(string fault) =>
        Assert.That((await InspectAsync(HostileImages.JpegWithHarmlessFault(fault))).Value, Is.EqualTo(new ImageDetails(ImageFormat.Jpeg, 64, 48)));

    [Test]
    public async Task InspectAsync_WhenJpegHasAHarmlessFaultAndDamagedData_IsRejected()
    {
        var jpeg = HostileImages.JpegWithHarmlessFault("junk between segments");

        var result = await InspectAsync([.. jpeg[..(jpeg.Length / 2)], 0xFF, 0xD9]);

        Assert.That(result.Error?.Detail, Does.Contain("damaged or cut short"));
    }

    [Test]
    public async Task InspectAsync_WhenJpegIsLossless_IsRejectedForThatReason() =>
        Assert.That((await InspectAsync(HostileImages.LosslessJpeg())).Error?.Detail, Does.Contain("lossless coding, which browsers do not show"));

    [TestCase(0xC9)]
    [TestCase(0xCA)]
    public async Task InspectAsync_WhenJpegIsArithmetic_IsRejectedForThatReason(byte marker) =>
        Assert.That((await InspectAsync(HostileImages.JpegOfProcess(marker))).Error?.Detail, Does.Contain("JPEG with arithmetic coding, which browsers"));

    private Task<Result<ImageDetails>> InspectAsync(byte[] bytes) =>
        _inspector.InspectAsync(_directory.Write("image", bytes), InspectionLane.Others, CancellationToken.None);

    private sealed class CountedStream(byte[] content) : MemoryStream(content)
    {
        public long ReadBytes { get; private set; }

        public override int Read(Span<byte> buffer)
        {
            var read = base.Read(buffer);
            ReadBytes += read;
            return read;
        }
    }
}
