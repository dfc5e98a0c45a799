using System.Diagnostics;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Infrastructure.Imaging;
using CharacterRefs.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace CharacterRefs.Tests.Infrastructure.Imaging;

[Category("Unit")]
internal sealed class VipsImageInspectorTests
{
    private static readonly Lazy<byte[]> s_fiftyMegapixels = new(() => TestImages.Solid(ImageFormat.Png, 10_000, 5_000));

    private TempDirectory _directory = null!;
    private VipsImageInspector _inspector = null!;

    private static IEnumerable<ImageFormat> Formats => ImageFormat.All;

    [SetUp]
    public void SetUp()
    {
        _directory = new TempDirectory();
        _inspector = new VipsImageInspector(new ImageDecodingOptions(), TimeProvider.System);
    }

    [TearDown]
    public void TearDown()
    {
        _directory.Dispose();
    }

    [TestCaseSource(nameof(Formats))]
    public async Task InspectAsync_WhenImageIsWhole_ReturnsFormatAndSize(ImageFormat format)
    {
        var result = await InspectAsync(TestImages.Noise(format, 61, 40));

        Assert.That(result.Value, Is.EqualTo(new ImageDetails(format, 61, 40)));
    }

    [TestCase("png")]
    [TestCase("jpg")]
    public async Task InspectAsync_WhenImageIsStoredInPasses_IsAccepted(string extension)
    {
        var format = ImageFormat.FromExtension(extension)!;

        var result = await InspectAsync(TestImages.Noise(format, 100, 70, inPasses: true));

        Assert.That(result.Value, Is.EqualTo(new ImageDetails(format, 100, 70)));
    }

    [Test]
    public async Task InspectAsync_WhenTheNameHasAnotherFormat_DetectsItFromTheContent()
    {
        var result = await InspectAsync(TestImages.Solid(ImageFormat.WebP, 8, 8), "picture.png");

        Assert.That(result.Value?.Format, Is.SameAs(ImageFormat.WebP));
    }

    [TestCase("gif")]
    [TestCase("svg")]
    [TestCase("text")]
    [TestCase("empty")]
    public async Task InspectAsync_WhenSignatureIsNoneOfTheThree_IsRejected(string kind)
    {
        var bytes = kind switch { "gif" => TestImages.Gif, "svg" => TestImages.Svg, "text" => TestImages.Text, _ => [] };

        AssertRejected(await InspectAsync(bytes, "picture.png"), "not a PNG, JPEG or WebP");
    }

    [TestCase("png", 65_535, 65_535, "65535 × 65535 pixels; at most 16384 on a side is accepted")]
    [TestCase("jpg", 65_500, 65_500, "65500 × 65500 pixels; at most 16384 on a side is accepted")]
    [TestCase("png", 16_385, 1, "16385 × 1 pixels; at most 16384")]
    [TestCase("png", 1, 16_385, "1 × 16385 pixels; at most 16384")]
    [TestCase("webp", 16_383, 16_383, "16383 × 16383 = 268402689 pixels; at most 50000000")]
    [TestCase("jpg", 10_000, 5_001, "10000 × 5001 = 50010000 pixels; at most 50000000")]
    [TestCase("png", 10_000, 5_001, "10000 × 5001 = 50010000 pixels; at most 50000000")]
    public async Task InspectAsync_WhenHeaderIsOverALimit_IsRejectedAndSaysWhich(string extension, int width, int height, string detail)
    {
        var bomb = TestImages.Bomb(ImageFormat.FromExtension(extension)!, width, height);

        AssertRejected(await InspectAsync(bomb), detail);
    }

    [Test, NonParallelizable]
    public async Task InspectAsync_WhenTheHeaderClaims65535Pixels_UsesNeitherTimeNorMemory()
    {
        var bomb = TestImages.Bomb(ImageFormat.Png, 65_535, 65_535);
        await InspectAsync(bomb);
        using var process = Process.GetCurrentProcess();
        var before = process.PeakWorkingSet64;
        var watch = Stopwatch.StartNew();

        await InspectAsync(bomb);

        process.Refresh();
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(1)));
        Assert.That(process.PeakWorkingSet64 - before, Is.LessThan(256L * 1024 * 1024), "Decoded, it would be 12 GB.");
    }

    [TestCase(16_384, 1)]
    [TestCase(1, 16_384)]
    public async Task InspectAsync_WhenSideIsAtTheLimit_IsAccepted(int width, int height)
    {
        var result = await InspectAsync(TestImages.Solid(ImageFormat.Png, width, height));

        Assert.That(result.Value, Is.EqualTo(new ImageDetails(ImageFormat.Png, width, height)));
    }

    [Test]
    public async Task InspectAsync_WhenAreaIsAtTheLimit_IsAccepted()
    {
        var result = await InspectAsync(s_fiftyMegapixels.Value);

        Assert.That(result.Value, Is.EqualTo(new ImageDetails(ImageFormat.Png, 10_000, 5_000)));
    }

    [Test]
    public async Task InspectAsync_WhenWebPIsAnimated_IsRejected() => AssertRejected(await InspectAsync(TestImages.AnimatedWebP()), "more than one frame");

    [Test]
    public async Task InspectAsync_WhenPngIsAnimated_IsRejected() => AssertRejected(await InspectAsync(TestImages.Apng()), "more than one frame");

    [Test]
    public async Task InspectAsync_WhenPngAnnouncesOneFrameAndHasTwo_IsRejected() =>
        AssertRejected(await InspectAsync(TestImages.ApngWithHiddenFrame()), "more than one frame");

    [TestCase(0)]
    [TestCase(1)]
    public async Task InspectAsync_WhenPngAnnouncesAnAnimationOfOneFrame_IsAccepted(byte frames) =>
        Assert.That((await InspectAsync(TestImages.Apng(frames))).Error, Is.Null);

    [Test]
    public async Task InspectAsync_WhenAnimationChunkComesAfterTheImageData_IsAccepted()
    {
        var result = await InspectAsync(TestImages.PngWithLateAnimationChunk());

        Assert.That(result.Error, Is.Null);
    }

    [Test]
    public async Task InspectAsync_WhenFileIsCutShort_IsRejected(
        [ValueSource(nameof(Formats))] ImageFormat format, [Values(1, 2, 12, 13, 100, 10_000)] int missing, [Values] bool inPasses)
    {
        var whole = TestImages.Noise(format, 160, 160, inPasses && format != ImageFormat.WebP);
        Assume.That(whole, Has.Length.GreaterThan(missing + 100));

        AssertRejected(await InspectAsync(TestImages.Truncated(whole, missing)), "damaged or cut short");
    }

    [TestCaseSource(nameof(Formats))]
    public async Task InspectAsync_WhenOnlyTheSignatureIsThere_IsRejected(ImageFormat format)
    {
        var start = TestImages.Noise(format, 64, 64)[..ImageFormat.SignatureLength];

        AssertRejected(await InspectAsync(start), "damaged or cut short");
    }

    [Test]
    public async Task InspectAsync_WhenJpegMissesItsMiddleButEndsProperly_IsRejected()
    {
        var whole = TestImages.Noise(ImageFormat.Jpeg, 256, 256);

        AssertRejected(await InspectAsync([.. whole[..(whole.Length / 2)], 0xFF, 0xD9]), "damaged or cut short");
    }

    [Test]
    public async Task InspectAsync_WhenPngDataIsDamaged_IsRejected()
    {
        var png = TestImages.Noise(ImageFormat.Png, 256, 256);
        png[png.Length / 2] ^= 0x55;

        AssertRejected(await InspectAsync(png), "damaged or cut short");
    }

    [Test]
    public async Task InspectAsync_WhenRejected_NamesNoPathOfTheServer()
    {
        var result = await InspectAsync(TestImages.Truncated(TestImages.NoisePng, 500_000));

        Assert.That(result.Error?.Detail, Does.Not.Contain("/").And.Not.Contain(_directory.FullPath).And.Not.Contain("vips"));
    }

    [Test]
    public async Task InspectAsync_WhenDecodingTakesTooLong_IsRejectedAndItsPlaceIsFreeAgain()
    {
        var clock = new HurriedClock();
        var inspector = new VipsImageInspector(new ImageDecodingOptions { Concurrency = 1 }, clock);
        var small = _directory.Write("small", TestImages.Solid(ImageFormat.Png, 8, 8));
        var large = _directory.Write("large", s_fiftyMegapixels.Value);
        clock.IsHurried = true;
        var inspection = inspector.InspectAsync(large, InspectionLane.Others, CancellationToken.None);

        AssertRejected(await inspection, "longer than 10 seconds");
        clock.IsHurried = false;
        Assert.That((await inspector.InspectAsync(small, InspectionLane.Others, CancellationToken.None)).Error, Is.Null);
    }

    [Test]
    public void InspectAsync_WhenCallerGivesUp_Throws()
    {
        var path = _directory.Write("image", TestImages.Solid(ImageFormat.Png, 8, 8));

        Assert.That(
            async () => await _inspector.InspectAsync(path, InspectionLane.Others, new CancellationToken(canceled: true)),
            Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public void InspectAsync_WhenFileCannotBeRead_BlamesTheDiskAndNotTheImage() =>
        Assert.That(
            async () => await _inspector.InspectAsync(Path.Join(_directory.FullPath, "gone"), InspectionLane.Others, CancellationToken.None),
            Throws.TypeOf<LocalStorageException>().With.Message.Not.Contains(_directory.FullPath));

    [Test]
    public async Task InspectAsync_WhenUploadsHoldEveryPlace_GeneratedImagesAreInspected()
    {
        var clock = new FakeTimeProvider();
        var inspector = new VipsImageInspector(new ImageDecodingOptions { Concurrency = 1 }, clock);
        using var stop = new CancellationTokenSource();
        var large = _directory.Write("large", s_fiftyMegapixels.Value);
        var small = _directory.Write("small", TestImages.Solid(ImageFormat.Png, 8, 8));
        var uploads = Enumerable.Range(0, 50).Select(_ => inspector.InspectAsync(large, InspectionLane.Others, stop.Token)).ToList();

        var generated = await inspector.InspectAsync(small, InspectionLane.Generated, CancellationToken.None);

        Assert.That(generated.Error, Is.Null);
        Assert.That(uploads.Count(upload => !upload.IsCompleted), Is.Positive, "The uploads ended before the generated image.");
        await stop.CancelAsync();
        Assert.That(async () => await Task.WhenAll(uploads), Throws.InstanceOf<OperationCanceledException>());
    }

    private static void AssertRejected(Result<ImageDetails> result, string detail)
    {
        Assert.That(result.Error, Is.Not.Null);
        Assert.That(result.Error!.Kind, Is.EqualTo(ErrorKind.ValidationError));
        Assert.That(result.Error.Field, Is.EqualTo("file"));
        Assert.That(result.Error.Detail, Does.Contain(detail));
    }

    private Task<Result<ImageDetails>> InspectAsync(byte[] bytes, string name = "image") =>
        _inspector.InspectAsync(_directory.Write(name, bytes), InspectionLane.Others, CancellationToken.None);
}
