using System.Globalization;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Assets;
using NetVips;

namespace CharacterRefs.Infrastructure.Imaging;

/// <summary>
/// Inspects images with libvips: the signature selects the decoder, the header is validated against the limits before any pixel is decoded, then every row is
/// decoded in strips and discarded. Messages of libvips are not passed on, because they contain file names.
/// </summary>
internal sealed class VipsImageInspector : IImageInspector, IDisposable
{
    // The sequential loaders decode every row up to the one that is asked for, so one pixel per strip forces them all. Best of five for 1024 × 1024 of
    // noise: PNG 10 ms, JPEG 12 ms, WebP 44 ms, against 13, 15 and 43 ms for the average of all pixels, and 10, 12 and 40 ms for one fetch of the last
    // row, which does not check the deadline before it is done. PNG and JPEG of 49 megapixels stop within a strip and grow the process by 3 and 46 MB;
    // WebP, interlaced PNG and progressive JPEG are decoded in one piece inside libvips (1 to 1.5 s for 49 megapixels) and stop after that.
    private const int StripHeight = 16;

    private readonly DecodePool _pool;
    private readonly ImageDecodingOptions _options;

    public VipsImageInspector(ImageDecodingOptions options, TimeProvider clock)
    {
        Libvips.Prepare();
        _options = options;
        _pool = new DecodePool(options, clock);
    }

    /// <inheritdoc/>
    public async Task<Result<ImageDetails>> InspectAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            // The writer may still hold the file for writing; only on Windows does the share mode matter.
            await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var head = new byte[ImageFormat.SignatureLength];
            var length = await file.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken);
            if (ImageFormat.FromSignature(head.AsSpan(0, length)) is not { } format)
            {
                return Refused("the content is not a PNG, JPEG or WebP image; file name and declared type are ignored");
            }

            return await _pool.RunAsync(stop => Inspect(path, format, stop), cancellationToken);
        }
        catch (TimeoutException)
        {
            return Refused(string.Create(
                CultureInfo.InvariantCulture,
                $"the image took longer than {_options.Timeout.TotalSeconds:0.###} seconds to decode, the most that is accepted"));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new LocalStorageException("The image to inspect could not be read from the local disk.", error);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _pool.Dispose();

    private static Result<ImageDetails> Inspect(string path, ImageFormat format, CancellationToken stop)
    {
        try
        {
            using var image = Open(path, format);
            var broken = BrokenLimit(image) ?? (format == ImageFormat.Png ? BrokenPngRule(path, stop) : null);
            if (broken is not null)
            {
                return broken;
            }

            DecodeEveryRow(image, stop);
            return new ImageDetails(format, image.Width, image.Height);
        }
        catch (VipsException)
        {
            return Undecodable(format);
        }
    }

    /// <summary>Reads the header. JPEG has to fail on warnings: for libjpeg damaged data is only that. The others report damage as an error.</summary>
    private static Image Open(string path, ImageFormat format)
    {
        if (format == ImageFormat.Png)
        {
            return Image.Pngload(path, access: Enums.Access.Sequential, failOn: Enums.FailOn.Error);
        }

        return format == ImageFormat.Jpeg
            ? Image.Jpegload(path, access: Enums.Access.Sequential, failOn: Enums.FailOn.Warning)
            : Image.Webpload(path, access: Enums.Access.Sequential, failOn: Enums.FailOn.Error);
    }

    private static Error? BrokenLimit(Image image)
    {
        if (image.Width > ImageLimits.MaxSide || image.Height > ImageLimits.MaxSide)
        {
            return Refused(string.Create(
                CultureInfo.InvariantCulture, $"the image is {image.Width} × {image.Height} pixels; at most {ImageLimits.MaxSide} on a side is accepted"));
        }

        var pixels = (long)image.Width * image.Height;
        if (pixels > ImageLimits.MaxPixels)
        {
            return Refused(string.Create(
                CultureInfo.InvariantCulture,
                $"the image is {image.Width} × {image.Height} = {pixels} pixels; at most {ImageLimits.MaxPixels} (50 megapixels) are accepted"));
        }

        var frames = image.Contains("n-pages") ? Convert.ToInt32(image.Get("n-pages"), CultureInfo.InvariantCulture) : ImageLimits.MaxFrames;
        return frames > ImageLimits.MaxFrames ? Animated(string.Create(CultureInfo.InvariantCulture, $"{frames} frames")) : null;
    }

    private static Error? BrokenPngRule(string path, CancellationToken stop)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var outline = PngChunks.Walk(file, stop);
        if (outline.IsAnimated)
        {
            return Animated("an animation (APNG)");
        }

        return outline.IsComplete ? null : Undecodable(ImageFormat.Png);
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

    private static Error Animated(string what) => Refused($"the file has {what}; a single frame is accepted");

    private static Error Undecodable(ImageFormat format) =>
        Refused($"the file begins like a {format.Extension} image but cannot be decoded to its last row: the data is damaged or cut short");

    private static Error Refused(string detail) => Error.Invalid("file", detail);
}
