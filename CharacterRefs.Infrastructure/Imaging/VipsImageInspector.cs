using NetVips;

namespace CharacterRefs.Infrastructure.Imaging;

/// <summary>
/// Inspects images with libvips: the signature selects the decoder, the container is walked and validated against the limits before libvips opens it, then
/// every row is decoded in strips and discarded; <see cref="PngPixels"/> verifies those of a PNG in less time. Messages of libvips are not passed on, because
/// they contain file names.
/// </summary>
internal sealed class VipsImageInspector : IImageInspector
{
    // The sequential loaders decode every row up to the requested one, so one pixel per strip forces them all. Best of five for 1024 × 1024 of
    // noise: JPEG 12 ms, WebP 44 ms, against 15 and 43 ms for the average of all pixels, and 12 and 40 ms for one fetch of the last row, which does not
    // check the deadline before it is done. A JPEG of 49 megapixels stops within a strip. WebP, interlaced PNG and progressive JPEG are decoded in one
    // piece inside libvips and stop after that: 1.6 s for a WebP of 49 megapixels.
    private const int StripHeight = 16;

    // Longer ones are large objects, which cost a collection of all generations now and then.
    private const int ReadAheadBytes = 64 * 1024;

    private const Enums.Access Sequential = Enums.Access.Sequential;

    // Apart, so that a generated image never waits for uploads.
    private readonly DecodePool _generated;
    private readonly DecodePool _others;
    private readonly ImageDecodingOptions _options;

    public VipsImageInspector(ImageDecodingOptions options, TimeProvider clock)
    {
        Libvips.Prepare();
        _options = options;
        _generated = new DecodePool(options.WithShare(ImageDecodingOptions.GeneratedShare), clock);
        _others = new DecodePool(options.WithShare(ImageDecodingOptions.OthersShare), clock);
    }

    public Error? RejectEarly(ReadOnlyMemory<byte> head)
    {
        if (ImageFormat.FromSignature(head.Span) is not { } format)
        {
            return ImageRejections.UnknownFormat;
        }

        using var start = new MemoryStream(head.ToArray(), writable: false);
        var rejection = Walk(start, format, CancellationToken.None).Error;

        // The walk misses the end of an image that is longer than its first bytes.
        return rejection == ImageRejections.Undecodable(format) ? null : rejection;
    }

    public async Task<Result<ImageDetails>> InspectAsync(string path, InspectionLane lane, CancellationToken cancellationToken)
    {
        try
        {
            if (!Walk(path, cancellationToken).TryGet(out var walked, out var error))
            {
                return error;
            }

            var (format, outline, isQuick) = walked;
            var pool = lane == InspectionLane.Generated ? _generated : _others;
            return await pool.RunAsync(outline.DecodeBytes, stop => Decode(path, format, outline, stop), cancellationToken, isQuick);
        }
        catch (TimeoutException)
        {
            return ImageRejections.TooSlow(_options.Timeout);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new LocalStorageException("The image to inspect could not be read from the local disk.", error);
        }
    }

    // As a rule its bytes are in memory, since they were just written; asynchronous reads would switch to another thread for each.
    private static Result<(ImageFormat Format, ImageOutline Outline, bool IsQuick)> Walk(string path, CancellationToken cancellationToken)
    {
        using var file = OpenFile(path, ReadAheadBytes);
        Span<byte> head = stackalloc byte[ImageFormat.SignatureLength];
        if (ImageFormat.FromSignature(head[..file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)]) is not { } format)
        {
            return ImageRejections.UnknownFormat;
        }

        file.Position = 0;
        return Walk(file, format, cancellationToken).TryGet(out var outline, out var error) ? (format, outline, outline.IsQuick(file.Length)) : error;
    }

    private static Result<ImageOutline> Walk(Stream file, ImageFormat format, CancellationToken cancellationToken)
    {
        var walked = format == ImageFormat.Png ? PngChunks.Walk(file, cancellationToken)
            : format == ImageFormat.Jpeg ? new JpegSegments(file).Walk(cancellationToken)
            : WebPChunks.Walk(file, cancellationToken);
        return walked.TryGet(out var outline, out _) && ImageRejections.BrokenLimit(outline) is { } limit ? limit : walked;
    }

    // The writer may still hold the file for writing; only on Windows does the share mode matter.
    private static FileStream OpenFile(string path, int bufferBytes = 4096) =>
        new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferBytes);

    private static Result<ImageDetails> Decode(string path, ImageFormat format, ImageOutline outline, CancellationToken stop)
    {
        try
        {
            using var repaired = outline.Repairs.Count > 0 ? new RepairedJpeg(OpenFile(path), outline.Repairs) : null;
            using var image = repaired is null ? OpenImage(path, format) : Image.JpegloadStream(repaired, access: Sequential, failOn: Enums.FailOn.Warning);
            if (image.Width != outline.Width || image.Height != outline.Height)
            {
                return ImageRejections.Undecodable(format);
            }

            if (outline.PngRowBytes is not { } rowBytes)
            {
                DecodeEveryRow(image, stop);
            }
            else if (!VerifyRows(path, rowBytes, outline.Height, stop))
            {
                return ImageRejections.Undecodable(format);
            }

            return ImageHeader.Describe(format, image);
        }
        catch (VipsException)
        {
            return ImageRejections.Undecodable(format);
        }
    }

    /// <summary>Reads the header. JPEG has to fail on warnings: for libjpeg damaged data is only that. The others report damage as an error.</summary>
    private static Image OpenImage(string path, ImageFormat format)
    {
        if (format == ImageFormat.Png)
        {
            return Image.Pngload(path, access: Sequential, failOn: Enums.FailOn.Error);
        }

        return format == ImageFormat.Jpeg
            ? Image.Jpegload(path, access: Sequential, failOn: Enums.FailOn.Warning)
            : Image.Webpload(path, access: Sequential, failOn: Enums.FailOn.Error);
    }

    private static bool VerifyRows(string path, long rowBytes, int rows, CancellationToken stop)
    {
        using var png = OpenFile(path, ReadAheadBytes);
        return PngPixels.AreComplete(png, rowBytes, rows, stop);
    }

    private static void DecodeEveryRow(Image image, CancellationToken stop)
    {
        using var region = Region.New(image);
        for (var top = 0; top < image.Height; top += StripHeight)
        {
            stop.ThrowIfCancellationRequested();
            region.Fetch(0, Math.Min(top + StripHeight, image.Height) - 1, 1, 1);
        }
    }
}
