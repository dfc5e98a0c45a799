using System.Buffers.Binary;
using CharacterRefs.Application.Jobs.Archive;
using CharacterRefs.Tests.Support;

namespace CharacterRefs.Tests.Application.Jobs.Archive;

/// <summary>The records byte by byte, where the numbers are too large to be tried.</summary>
[Category("Unit")]
internal sealed class ZipRecordsTests
{
    private const long Fits = uint.MaxValue - 1L;
    private const long DoesNot = uint.MaxValue;

    [TestCase(65_534L, Fits, Fits, false)]
    [TestCase(65_535L, Fits, Fits, true)]
    [TestCase(1L, DoesNot, 100L, true)]
    [TestCase(1L, 100L, DoesNot, true)]
    [TestCase(5_000_000L, 7_000_000_000L, 4_300_000_000L, true)]
    public void End_WhenANumberDoesNotFit_SaysItInZip64AndOnlyThen(long count, long directory, long length, bool isLong)
    {
        var record = ZipRecords.End(count, directory, length);

        var end = record.AsSpan(^22..);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(record, Has.Length.EqualTo(isLong ? 98 : 22));
            Assert.That(U32(end, 0), Is.EqualTo(0x06054B50));
            Assert.That(U16(end, 8), Is.EqualTo(Math.Min(count, ushort.MaxValue)).And.EqualTo(U16(end, 10)));
            Assert.That(U32(end, 12), Is.EqualTo(Math.Min(length, uint.MaxValue)));
            Assert.That(U32(end, 16), Is.EqualTo(Math.Min(directory, uint.MaxValue)));
        }

        if (isLong)
        {
            using (Assert.EnterMultipleScope())
            {
                Assert.That(U32(record, 0), Is.EqualTo(0x06064B50));
                Assert.That(U64(record, 4), Is.EqualTo(44));
                Assert.That(U64(record, 24), Is.EqualTo(count).And.EqualTo(U64(record, 32)));
                Assert.That(U64(record, 40), Is.EqualTo(length));
                Assert.That(U64(record, 48), Is.EqualTo(directory));
                Assert.That(U32(record, 56), Is.EqualTo(0x07064B50));
                Assert.That(U64(record, 64), Is.EqualTo(directory + length));
                Assert.That(U32(record, 72), Is.EqualTo(1));
            }
        }
    }

    [TestCase(Fits, Fits, 20, new long[0], new long[0])]
    [TestCase(DoesNot, 0L, 45, new[] { DoesNot, DoesNot }, new[] { DoesNot, DoesNot })]
    [TestCase(100L, DoesNot, 45, new long[0], new[] { DoesNot })]
    [TestCase(5_000_000_000L, 6_000_000_000L, 45, new[] { 5_000_000_000L, 5_000_000_000L }, new[] { 5_000_000_000L, 5_000_000_000L, 6_000_000_000L })]
    public void Records_WhenSizeOrOffsetDoNotFit_SayThemInZip64AndOnlyThen(long size, long offset, int version, long[] inLocal, long[] inCentral)
    {
        var file = AJobAsset.At("final/movie.mp4") with { SizeBytes = size };

        var local = ZipRecords.Local(file, offset);
        var central = ZipRecords.Central(file, offset);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(local, Has.Length.EqualTo(ZipRecords.LocalLength(file)));
            Assert.That(central, Has.Length.EqualTo(ZipRecords.CentralLength(file, offset)));
            Assert.That(U16(local, 4), Is.EqualTo(version).And.EqualTo(U16(central, 6)));
            Assert.That(U16(local, 6), Is.EqualTo(0x0800).And.EqualTo(U16(central, 8)), "names in UTF-8, and no descriptor behind the bytes");
            Assert.That(U32(local, 18), Is.EqualTo(Math.Min(size, uint.MaxValue)).And.EqualTo(U32(local, 22)));
            Assert.That(U32(central, 20), Is.EqualTo(Math.Min(size, uint.MaxValue)).And.EqualTo(U32(central, 24)));
            Assert.That(U32(central, 42), Is.EqualTo(Math.Min(offset, uint.MaxValue)));
            Assert.That(Zip64(local.AsSpan(30 + 15, U16(local, 28))), Is.EqualTo(inLocal));
            Assert.That(Zip64(central.AsSpan(46 + 15, U16(central, 30))), Is.EqualTo(inCentral));
        }
    }

    [TestCase("1970-01-01T00:00:00Z", "1980-01-01T00:00:00", 0L)]
    [TestCase("1979-12-31T23:59:59Z", "1980-01-01T00:00:00", 315532799L)]
    [TestCase("1960-05-05T05:05:05Z", "1980-01-01T00:00:00", null)]
    [TestCase("2026-11-22T12:34:57.9Z", "2026-11-22T12:34:56", 1795350897L)]
    [TestCase("2026-11-22T14:34:57+02:00", "2026-11-22T12:34:56", 1795350897L)]
    [TestCase("2038-01-19T03:14:07Z", "2038-01-19T03:14:06", 2147483647L)]
    [TestCase("2038-01-19T03:14:08Z", "2038-01-19T03:14:08", null)]
    [TestCase("2107-12-31T23:59:59Z", "2107-12-31T23:59:58", null)]
    [TestCase("2200-01-01T00:00:00Z", "2107-12-31T23:59:58", null)]
    public void Records_WhenAnyTime_SayItInUtcAsFarAsItCanBeSaid(string modifiedAt, string dos, long? unix)
    {
        var file = AJobAsset.At("final/movie.mp4") with { ModifiedAt = DateTimeOffset.Parse(modifiedAt, System.Globalization.CultureInfo.InvariantCulture) };

        var local = ZipRecords.Local(file, 0);
        var central = ZipRecords.Central(file, 0);

        var (time, date) = (U16(local, 10), U16(local, 12));
        var said = new DateTime(1980 + (date >> 9), (date >> 5) & 15, date & 31, time >> 11, (time >> 5) & 63, (time & 31) * 2, DateTimeKind.Unspecified);
        var field = unix is null ? [] : new byte[] { 0x55, 0x54, 5, 0, 1, (byte)unix, (byte)(unix >> 8), (byte)(unix >> 16), (byte)(unix >> 24) };
        using (Assert.EnterMultipleScope())
        {
            Assert.That(said.ToString("s"), Is.EqualTo(dos));
            Assert.That(local[45..], Is.EqualTo(field));
            Assert.That(central[61..], Is.EqualTo(field));
            Assert.That(central[12..16], Is.EqualTo(local[10..14]));
        }
    }

    private static ushort U16(ReadOnlySpan<byte> record, int at) => BinaryPrimitives.ReadUInt16LittleEndian(record[at..]);

    private static uint U32(ReadOnlySpan<byte> record, int at) => BinaryPrimitives.ReadUInt32LittleEndian(record[at..]);

    private static long U64(ReadOnlySpan<byte> record, int at) => BinaryPrimitives.ReadInt64LittleEndian(record[at..]);

    /// <summary>The numbers of the zip64 field among the extra fields.</summary>
    private static List<long> Zip64(ReadOnlySpan<byte> extra)
    {
        var numbers = new List<long>();
        for (; extra.Length > 0; extra = extra[(4 + U16(extra, 2))..])
        {
            for (var at = 4; U16(extra, 0) == 1 && at < 4 + U16(extra, 2); at += 8)
            {
                numbers.Add(U64(extra, at));
            }
        }

        return numbers;
    }
}
