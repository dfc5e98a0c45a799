using System.Text;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.References;
using CharacterRefs.Infrastructure.Imaging;
using CharacterRefs.Tests.Support;
using NetVips;

namespace CharacterRefs.Tests.Infrastructure.Imaging;

[Category("Unit")]
internal sealed class VipsDerivativeRendererTests
{
    private readonly VipsDerivativeRenderer _renderer = new(new ImageDecodingOptions(), TimeProvider.System);
    private TempDirectory _directory = null!;

    private static IEnumerable<ImageFormat> Formats => ImageFormat.All;

    [SetUp]
    public void SetUp() => _directory = new TempDirectory();

    [TearDown]
    public void TearDown() => _directory.Dispose();

    [TestCase(2000, 1000, 320, 160)]
    [TestCase(500, 1500, 107, 320)]
    [TestCase(100, 50, 100, 50)]
    [TestCase(3000, 1, 320, 1)]
    public async Task RenderAsync_WhenSizesDiffer_FitsTheLongestSideAndNeverEnlarges(int width, int height, int thumbWidth, int thumbHeight)
    {
        using var thumb = Decode(await RenderAsync(TestImages.Solid(ImageFormat.Png, width, height)));

        Assert.That((thumb.Width, thumb.Height), Is.EqualTo((thumbWidth, thumbHeight)));
    }

    [TestCaseSource(nameof(Formats))]
    public async Task RenderAsync_WhenFormatsDiffer_IsAlwaysWebP(ImageFormat format) =>
        Assert.That(ImageFormat.FromSignature((await RenderAsync(TestImages.Noise(format, 400, 300))).WebP.Span), Is.EqualTo(ImageFormat.WebP));

    [Test]
    public async Task RenderAsync_WhenTheImageIsRotated_IsUprightAndHasNoMetadata()
    {
        using var upright = Image.Black(400, 200).NewFromImage(10, 20, 30);
        using var rotated = upright.Mutate(image =>
        {
            image.Set(GValue.GIntType, "orientation", 6);
            image.Set(GValue.GStrType, "exif-ifd0-Artist", "Somebody");
        });

        var rendered = await RenderAsync(rotated.JpegsaveBuffer());
        using var thumb = Decode(rendered);

        Assert.That((rendered.Source.Width, rendered.Source.Height, rendered.Source.Orientation), Is.EqualTo((200, 400, 6)));
        Assert.That((thumb.Width, thumb.Height), Is.EqualTo((160, 320)));
        Assert.That(thumb.GetFields(), Has.None.EqualTo("exif-data").And.None.EqualTo(SourceTypeMark.Field).And.None.EqualTo("icc-profile-data"));
    }

    [Test]
    public async Task RenderAsync_WhenPixelsAreNotEightBitSrgb_ConvertsThem()
    {
        using var gray = Image.Black(40, 40).NewFromImage(128).Copy(interpretation: Enums.Interpretation.Bw);
        using var deep = gray.Colourspace(Enums.Interpretation.Rgb16);

        foreach (var png in new[] { gray.PngsaveBuffer(), deep.PngsaveBuffer(bitdepth: 16) })
        {
            var rendered = await RenderAsync(png);
            using var thumb = Decode(rendered);
            Assert.That((thumb.Bands, thumb.Format, rendered.DominantColor), Is.EqualTo((3, Enums.BandFormat.Uchar, "#808080")));
        }
    }

    [Test]
    public async Task RenderAsync_WhenTheImageIsTransparent_KeepsItAndTakesTheColorOnWhite()
    {
        using var transparent = Image.Black(8, 8).NewFromImage(0, 0, 0, 0).Copy(interpretation: Enums.Interpretation.Srgb);

        var rendered = await RenderAsync(transparent.PngsaveBuffer());

        using var thumb = Decode(rendered);
        Assert.That((thumb.HasAlpha(), rendered.DominantColor), Is.EqualTo((true, "#ffffff")));
    }

    [Test]
    public async Task RenderAsync_WhenAModelMadeTheImage_CarriesTheMark()
    {
        var generation = AGeneration.Of(1);

        var rendered = await RenderAsync(TestImages.Solid(ImageFormat.Png, 8, 8), AReference.Generated(generation, generation.Slots[0]));

        Assert.That(XmpOf(rendered), Does.Contain("digitalsourcetype/trainedAlgorithmicMedia\""));
    }

    [Test]
    public async Task RenderAsync_WhenAnUploadHasAMark_KeepsItWithoutTheRestOfTheMetadata()
    {
        var xmp = Encoding.UTF8.GetBytes("<x:xmpmeta>by Somebody, http://cv.iptc.org/newscodes/digitalsourcetype/compositeSynthetic</x:xmpmeta>");
        using var marked = Image.Black(8, 8).NewFromImage(1, 2, 3).Mutate(image => image.Set(GValue.BlobType, SourceTypeMark.Field, xmp));

        var rendered = await RenderAsync(marked.JpegsaveBuffer());

        Assert.That(XmpOf(rendered), Does.Contain("digitalsourcetype/compositeSynthetic\"").And.Not.Contain("Somebody"));
    }

    [Test]
    public async Task RenderAsync_WhenTheFileIsNoImage_SaysSoWithoutItsPath()
    {
        var path = _directory.Write("image.png", TestImages.Text);

        var result = await _renderer.RenderAsync(new LocalFile(path, 1, AReference.Time), AReference.Uploaded(), Derivative.Thumb, CancellationToken.None);

        Assert.That(result.Error?.Kind, Is.EqualTo(ErrorKind.InternalError));
        Assert.That(result.Error?.Detail, Does.Not.Contain(_directory.FullPath));
    }

    [Test]
    public async Task RenderAsync_WhenItTakesTooLong_IsOverloadedAndNamesTheLimit()
    {
        var png = TestImages.Solid(ImageFormat.Png, 8, 8);
        var file = new LocalFile(_directory.Write("image.png", png), png.Length, AReference.Time);
        var renderer = new VipsDerivativeRenderer(new ImageDecodingOptions { Timeout = TimeSpan.Zero }, TimeProvider.System);

        var result = await renderer.RenderAsync(file, AReference.Uploaded(), Derivative.Preview, CancellationToken.None);

        Assert.That(result.Error?.Kind, Is.EqualTo(ErrorKind.Overloaded));
        Assert.That(result.Error?.Detail, Does.StartWith("The derivative of image").And.EndsWith("within 0 seconds (IMAGE_DECODE_TIMEOUT)."));
    }

    private static Image Decode(RenderedDerivative rendered)
    {
        // The process allows WebP only from files.
        var path = Path.GetTempFileName();
        File.WriteAllBytes(path, rendered.WebP.ToArray());
        try
        {
            return Image.Webpload(path).CopyMemory();
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static string XmpOf(RenderedDerivative rendered)
    {
        using var image = Decode(rendered);
        return Encoding.UTF8.GetString((byte[])image.Get(SourceTypeMark.Field));
    }

    private async Task<RenderedDerivative> RenderAsync(byte[] file, CharacterReference? reference = null)
    {
        var path = _directory.Write("image", file);
        var image = reference ?? AReference.Uploaded();
        var result = await _renderer.RenderAsync(new LocalFile(path, file.Length, AReference.Time), image, Derivative.Thumb, CancellationToken.None);
        return result.Value ?? throw new AssertionException(result.Error!.Detail);
    }
}
