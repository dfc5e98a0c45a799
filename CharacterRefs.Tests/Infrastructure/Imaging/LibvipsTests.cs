using CharacterRefs.Infrastructure.Imaging;
using CharacterRefs.Tests.Support;
using NetVips;

namespace CharacterRefs.Tests.Infrastructure.Imaging;

/// <summary>Not parallel: libvips keeps error texts in one buffer of the process, and a failure elsewhere clears it.</summary>
[Category("Unit")]
[NonParallelizable]
internal sealed class LibvipsTests
{
    private TempDirectory _directory = null!;

    [SetUp]
    public void SetUp()
    {
        Libvips.Prepare();
        _directory = new TempDirectory();
    }

    [TearDown]
    public void TearDown() => _directory.Dispose();

    [TestCase("gifload")]
    [TestCase("tiffload")]
    [TestCase("csvload")]
    [TestCase("matrixload")]
    [TestCase("vipsload")]
    [TestCase("svgload")]
    [TestCase("uhdrload")]
    public void Prepare_WhenAnotherLoaderIsCalled_ItIsBlocked(string loader)
    {
        var path = _directory.Write("file", TestImages.Text);

        Assert.That(() => Operation.Call(loader, path), Throws.TypeOf<VipsException>().With.Message.Contains("operation is blocked"));
    }

    [TestCase("image.gif")]
    [TestCase("image.svg")]
    [TestCase("image.csv")]
    public void Prepare_WhenFormatIsToBeGuessed_NoOtherLoaderIsFound(string name)
    {
        var bytes = name.EndsWith("gif", StringComparison.Ordinal) ? TestImages.Gif : name.EndsWith("svg", StringComparison.Ordinal) ? TestImages.Svg
            : "1,2\n"u8.ToArray();
        var path = _directory.Write(name, bytes);

        Assert.That(() => Image.NewFromFile(path), Throws.TypeOf<VipsException>());
    }

    [Test]
    public void Prepare_WhenDone_NothingIsCachedAndImagesUseOneThread()
    {
        Assert.That(Cache.Max, Is.Zero);
        Assert.That(NetVips.NetVips.Concurrency, Is.EqualTo(1));
    }
}
