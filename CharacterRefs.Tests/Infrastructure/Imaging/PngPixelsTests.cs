using System.Buffers.Binary;
using System.IO.Compression;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Infrastructure.Imaging;
using CharacterRefs.Tests.Support;
using NetVips;

namespace CharacterRefs.Tests.Infrastructure.Imaging;

/// <summary>The inspector verifies the rows of a PNG itself: libvips, which decodes them, is the judge of whether it is right.</summary>
[Category("Unit")]
internal sealed class PngPixelsTests
{
    private const int Width = 50;
    private const int Height = 40;

    // Without it, the file is rejected as incomplete before the rows are read.
    private const int EndChunkBytes = 12;

    private const byte Grayscale = 0;
    private const byte Color = 2;
    private const byte Palette = 3;

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

    [TestCase(Grayscale, (byte)1)]
    [TestCase(Grayscale, (byte)2)]
    [TestCase(Grayscale, (byte)4)]
    [TestCase(Grayscale, (byte)8)]
    [TestCase(Grayscale, (byte)16)]
    [TestCase(Color, (byte)8)]
    [TestCase(Color, (byte)16)]
    [TestCase(Palette, (byte)4)]
    [TestCase(Palette, (byte)8)]
    [TestCase((byte)4, (byte)16)]
    [TestCase((byte)6, (byte)8)]
    public async Task InspectAsync_WhenEveryRowIsThere_AcceptsEachKindOfPixel(byte kind, byte bits)
    {
        var rows = Rows(kind, bits, Height);

        await AssertJudgedAsync(Png(kind, bits, Compressed(rows)), isAccepted: true);
        await AssertJudgedAsync(Png(kind, bits, Compressed(rows[..^1])), isAccepted: false);
    }

    [TestCase((byte)4, true)]
    [TestCase((byte)5, false)]
    public async Task InspectAsync_WhenLastRowHasAFilter_AcceptsTheOnesThatExist(byte filter, bool isAccepted)
    {
        var rows = Rows(Color, 8, Height);
        rows[(Height - 1) * ((Width * 3) + 1)] = filter;

        await AssertJudgedAsync(Png(Color, 8, Compressed(rows)), isAccepted);
    }

    [Test]
    public async Task InspectAsync_WhenMoreRowsFollow_IgnoresThem() =>
        await AssertJudgedAsync(Png(Color, 8, Compressed(Rows(Color, 8, Height + 1))), isAccepted: true);

    [Test]
    public async Task InspectAsync_WhenTheChecksumOfTheRowsIsWrongOrMissing_IsRejected()
    {
        var wrong = Compressed(Rows(Color, 8, Height));
        wrong[^1] ^= 1;

        await AssertJudgedAsync(Png(Color, 8, wrong), isAccepted: false);
        await AssertJudgedAsync(Png(Color, 8, wrong[..^4]), isAccepted: false);
    }

    [Test]
    public async Task InspectAsync_WhenTheChecksumOfAChunkIsWrong_IsRejected()
    {
        var header = Png(Color, 8, Compressed(Rows(Color, 8, Height)));
        var data = (byte[])header.Clone();
        header[29] ^= 1;
        data[^13] ^= 1;

        await AssertJudgedAsync(header, isAccepted: false);
        await AssertJudgedAsync(data, isAccepted: false);
    }

    [Test]
    public async Task InspectAsync_WhenAnotherChunkInterruptsTheData_IsRejected()
    {
        var data = Compressed(Rows(Color, 8, Height));

        byte[] first = [.. Start(Color, 8), .. TestImages.Chunk("IDAT", data[..500])];
        byte[] second = [.. TestImages.Chunk("IDAT", data[500..]), .. TestImages.Chunk("IEND", [])];

        await AssertJudgedAsync([.. first, .. second], isAccepted: true);
        await AssertJudgedAsync([.. first, .. TestImages.Chunk("tEXt", [65, 0, 66]), .. second], isAccepted: false);
    }

    [Test]
    public async Task InspectAsync_WhenAnyByteIsChanged_JudgesAsLibvips()
    {
        var whole = Png(Palette, 8, Compressed(Rows(Palette, 8, Height)));
        var random = new Random(1);
        for (var i = 0; i < 300; i++)
        {
            var png = (byte[])whole.Clone();
            png[random.Next(8, png.Length - EndChunkBytes)] ^= (byte)(1 << random.Next(8));

            await AssertJudgedAsync(png, Decodes(png));
        }
    }

    private async Task AssertJudgedAsync(byte[] png, bool isAccepted)
    {
        var result = await _inspector.InspectAsync(_directory.Write("image", png), InspectionLane.Others, CancellationToken.None);

        Assert.That(Decodes(png), Is.EqualTo(isAccepted), "libvips");
        Assert.That(result.Error is null, Is.EqualTo(isAccepted), Convert.ToHexString(png));
    }

    private bool Decodes(byte[] png)
    {
        try
        {
            using var image = Image.Pngload(_directory.Write("decoded", png), access: Enums.Access.Sequential, failOn: Enums.FailOn.Error);
            using var last = Region.New(image);
            last.Fetch(0, image.Height - 1, 1, 1);
            return image is { Width: Width, Height: Height };
        }
        catch (VipsException)
        {
            return false;
        }
    }

    /// <summary>Noise; each row begins with its filter, none.</summary>
    private static byte[] Rows(byte kind, byte bits, int count)
    {
        var samples = kind switch { Color => 3, 4 => 2, 6 => 4, _ => 1 };
        var rowBytes = 1 + (((Width * samples * bits) + 7) / 8);
        var rows = new byte[rowBytes * count];
        new Random(1).NextBytes(rows);
        for (var row = 0; row < count; row++)
        {
            rows[row * rowBytes] = 0;
        }

        return rows;
    }

    private static byte[] Compressed(byte[] rows)
    {
        using var compressed = new MemoryStream();
        using (var deflate = new ZLibStream(compressed, CompressionLevel.Fastest))
        {
            deflate.Write(rows);
        }

        return compressed.ToArray();
    }

    private static byte[] Png(byte kind, byte bits, byte[] data) => [.. Start(kind, bits), .. TestImages.Chunk("IDAT", data), .. TestImages.Chunk("IEND", [])];

    private static byte[] Start(byte kind, byte bits)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, Width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), Height);
        (header[8], header[9]) = (bits, kind);
        return [0x89, .. "PNG\r\n\u001a\n"u8, .. TestImages.Chunk("IHDR", header), .. kind == Palette ? TestImages.Chunk("PLTE", new byte[3 << bits]) : []];
    }
}
