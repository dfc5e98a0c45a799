using System.Buffers.Binary;
using System.Text;

namespace CharacterRefs.Application.Jobs.Archive;

/// <summary>
/// The records of an uncompressed zip file (APPNOTE.TXT 6.3.10; numbers in brackets are its sections). They do not depend on time or machine. Zip64 fields
/// are written exactly where a number does not fit.
/// </summary>
public static class ZipRecords
{
    // Both are the largest number of their field and refer to the zip64 field, so they do not fit themselves [4.4.1.4].
    private const ushort Marker16 = ushort.MaxValue;
    private const uint Marker32 = uint.MaxValue;

    private const int LocalBytes = 30;
    private const int CentralBytes = 46;
    private const int EndBytes = 22;
    private const int Zip64EndBytes = 56;
    private const int Zip64LocatorBytes = 20;

    private const int VersionWithFolders = 20; // [4.4.3.2]
    private const int VersionWithZip64 = 45;
    private const int MadeByUnix = (3 << 8) | VersionWithZip64; // [4.4.2]
    private const int Utf8Names = 1 << 11; // [4.4.4], [appendix D]
    private const int Stored = 0; // [4.4.5]
    private const uint RegularFile0644 = 0x81A4u << 16; // S_IFREG | 0644 in the bits that Unix programs read [4.4.15]

    private const int Zip64Field = 0x0001; // [4.5.3]
    private const int TimeField = 0x5455; // "UT" of Info-ZIP: proginfo/extrafld.txt
    private const int TimeFieldBytes = 9;

    // The range of the two MS-DOS fields, in steps of two seconds [4.4.6].
    private static readonly DateTime s_firstDosTime = new(1980, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    private static readonly DateTime s_lastDosTime = new(2107, 12, 31, 23, 59, 58, DateTimeKind.Utc);

    /// <summary>Length of <see cref="Local"/> in bytes.</summary>
    public static int LocalLength(JobAsset file) => LocalBytes + NameLength(file) + LocalExtraLength(file);

    /// <summary>Length of <see cref="Central"/> in bytes.</summary>
    public static int CentralLength(JobAsset file, long offset) => CentralBytes + NameLength(file) + CentralExtraLength(file, offset);

    /// <summary>The record before the bytes of a file [4.3.7].</summary>
    /// <param name="offset">Start of this record in the archive.</param>
    public static byte[] Local(JobAsset file, long offset)
    {
        var record = new byte[LocalLength(file)];
        var writer = new Writer(record);
        writer.UInt32(0x04034B50);
        WriteCommon(ref writer, file, offset, LocalExtraLength(file));
        writer.Text(file.Path.Value);
        if (IsLong(file.SizeBytes))
        {
            // A local record has both sizes or none.
            WriteZip64(ref writer, file.SizeBytes, file.SizeBytes);
        }

        WriteTime(ref writer, file);
        return record;
    }

    /// <summary>The record of a file in the central directory [4.3.12].</summary>
    /// <param name="offset">Start of the file's local record in the archive.</param>
    public static byte[] Central(JobAsset file, long offset)
    {
        var record = new byte[CentralLength(file, offset)];
        var writer = new Writer(record);
        writer.UInt32(0x02014B50);
        writer.UInt16(MadeByUnix);
        WriteCommon(ref writer, file, offset, CentralExtraLength(file, offset));
        writer.UInt16(0); // comment
        writer.UInt16(0); // disk
        writer.UInt16(0); // internal attributes
        writer.UInt32(RegularFile0644);
        writer.UInt32(Fit(offset));
        writer.Text(file.Path.Value);
        switch (IsLong(file.SizeBytes), IsLong(offset))
        {
            case (true, true):
                WriteZip64(ref writer, file.SizeBytes, file.SizeBytes, offset);
                break;
            case (true, false):
                WriteZip64(ref writer, file.SizeBytes, file.SizeBytes);
                break;
            case (false, true):
                WriteZip64(ref writer, offset);
                break;
        }

        WriteTime(ref writer, file);
        return record;
    }

    /// <summary>The records at the end of the archive [4.3.14 to 4.3.16].</summary>
    /// <param name="count">Number of files.</param>
    /// <param name="directory">Start of the central directory.</param>
    /// <param name="directoryLength">Its length in bytes.</param>
    public static byte[] End(long count, long directory, long directoryLength)
    {
        var isLong = count >= Marker16 || IsLong(directory) || IsLong(directoryLength);
        var record = new byte[(isLong ? Zip64EndBytes + Zip64LocatorBytes : 0) + EndBytes];
        var writer = new Writer(record);
        if (isLong)
        {
            writer.UInt32(0x06064B50);
            writer.UInt64(Zip64EndBytes - 12); // without the signature and this field
            writer.UInt16(MadeByUnix);
            writer.UInt16(VersionWithZip64);
            writer.UInt32(0); // this disk
            writer.UInt32(0); // disk of the directory
            writer.UInt64(count);
            writer.UInt64(count);
            writer.UInt64(directoryLength);
            writer.UInt64(directory);

            writer.UInt32(0x07064B50);
            writer.UInt32(0); // disk of the record above
            writer.UInt64(directory + directoryLength);
            writer.UInt32(1); // disks
        }

        writer.UInt32(0x06054B50);
        writer.UInt16(0); // this disk
        writer.UInt16(0); // disk of the directory
        writer.UInt16(Math.Min(count, Marker16));
        writer.UInt16(Math.Min(count, Marker16));
        writer.UInt32(Fit(directoryLength));
        writer.UInt32(Fit(directory));
        writer.UInt16(0); // comment
        return record;
    }

    private static void WriteCommon(ref Writer writer, JobAsset file, long offset, int extraLength)
    {
        var (date, time) = DosTime(file.ModifiedAt.UtcDateTime);
        writer.UInt16(IsLong(file.SizeBytes) || IsLong(offset) ? VersionWithZip64 : VersionWithFolders);
        writer.UInt16(Utf8Names);
        writer.UInt16(Stored);
        writer.UInt16(time);
        writer.UInt16(date);
        writer.UInt32(file.Crc32);
        writer.UInt32(Fit(file.SizeBytes));
        writer.UInt32(Fit(file.SizeBytes));
        writer.UInt16(NameLength(file));
        writer.UInt16(extraLength);
    }

    private static void WriteZip64(ref Writer writer, params ReadOnlySpan<long> numbers)
    {
        writer.UInt16(Zip64Field);
        writer.UInt16(numbers.Length * sizeof(long));
        foreach (var number in numbers)
        {
            writer.UInt64(number);
        }
    }

    private static void WriteTime(ref Writer writer, JobAsset file)
    {
        if (HasTimeField(file))
        {
            writer.UInt16(TimeField);
            writer.UInt16(TimeFieldBytes - 4);
            writer.Byte(1); // the time of modification only
            writer.UInt32(file.ModifiedAt.ToUnixTimeSeconds());
        }
    }

    private static int LocalExtraLength(JobAsset file) => Zip64Length(IsLong(file.SizeBytes) ? 2 : 0) + (HasTimeField(file) ? TimeFieldBytes : 0);

    private static int CentralExtraLength(JobAsset file, long offset) =>
        Zip64Length((IsLong(file.SizeBytes) ? 2 : 0) + (IsLong(offset) ? 1 : 0)) + (HasTimeField(file) ? TimeFieldBytes : 0);

    private static int Zip64Length(int numbers) => numbers > 0 ? 4 + (numbers * sizeof(long)) : 0;

    // The field is signed, and readers differ on negative values.
    private static bool HasTimeField(JobAsset file) => file.ModifiedAt.ToUnixTimeSeconds() is >= 0 and <= int.MaxValue;

    private static (int Date, int Time) DosTime(DateTime utc)
    {
        var time = utc < s_firstDosTime ? s_firstDosTime : utc > s_lastDosTime ? s_lastDosTime : utc;
        return (((time.Year - 1980) << 9) | (time.Month << 5) | time.Day, (time.Hour << 11) | (time.Minute << 5) | (time.Second / 2));
    }

    private static int NameLength(JobAsset file) => Encoding.UTF8.GetByteCount(file.Path.Value);

    private static bool IsLong(long number) => number >= Marker32;

    private static long Fit(long number) => IsLong(number) ? Marker32 : number;

    /// <summary>Writes a record from its start, in little-endian order.</summary>
    private ref struct Writer(Span<byte> record)
    {
        private Span<byte> _rest = record;

        public void Byte(byte value)
        {
            _rest[0] = value;
            _rest = _rest[1..];
        }

        public void UInt16(long value)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(_rest, checked((ushort)value));
            _rest = _rest[sizeof(ushort)..];
        }

        public void UInt32(long value)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(_rest, checked((uint)value));
            _rest = _rest[sizeof(uint)..];
        }

        public void UInt64(long value)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(_rest, checked((ulong)value));
            _rest = _rest[sizeof(ulong)..];
        }

        public void Text(string value) => _rest = _rest[Encoding.UTF8.GetBytes(value, _rest)..];
    }
}
