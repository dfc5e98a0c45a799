using NetVips;

namespace CharacterRefs.Infrastructure.Imaging;

/// <summary>Renders derivatives with libvips, which shrinks JPEG and WebP while it decodes them.</summary>
internal sealed class VipsDerivativeRenderer(ImageDecodingOptions options, TimeProvider clock) : IDerivativeRenderer
{
    private const int Quality = 80;

    private static readonly double[] s_white = [255];

    // A pool of its own, so that renderings never delay the inspection of new images.
    private readonly DecodePool _pool = new(options.WithShare(ImageDecodingOptions.DerivativesShare), clock);

    public async Task<Result<RenderedDerivative>> RenderAsync(
        LocalFile source, CharacterReference reference, Derivative derivative, CancellationToken cancellationToken)
    {
        try
        {
            // WebP and interlaced files are decoded in one piece.
            return await _pool.RunAsync(4L * reference.Width * reference.Height, stop => Render(source, reference, derivative, stop), cancellationToken);
        }
        catch (VipsException)
        {
            // The message has the path, and the cause is in the bytes: they were decoded completely when they came.
            return new Error(ErrorKind.InternalError, $"The derivative of image {reference.Id} could not be rendered: its file cannot be decoded.");
        }
        catch (TimeoutException)
        {
            // The file was decoded within the same limit when it came, so the machine is busy.
            return new Error(ErrorKind.Overloaded, string.Create(
                CultureInfo.InvariantCulture,
                $"The derivative of image {reference.Id} was not rendered within {options.Timeout.TotalSeconds:0.###} seconds (IMAGE_DECODE_TIMEOUT)."));
        }
    }

    private static RenderedDerivative Render(LocalFile source, CharacterReference reference, Derivative derivative, CancellationToken stop)
    {
        using var header = Image.NewFromFile(source.FullPath, access: Enums.Access.Sequential);
        using var lazily = Image.Thumbnail(
            source.FullPath, derivative.MaxSide, height: derivative.MaxSide, size: Enums.Size.Down, outputProfile: "srgb");
        using var small = lazily.CopyMemory(); // decodes the file, once for the picture and the color
        stop.ThrowIfCancellationRequested();
        var packet = SourceTypeMark.PacketFor(small, reference);
        using var marked = packet is null ? small.Copy() : small.Mutate(image => image.Set(GValue.BlobType, SourceTypeMark.Field, packet));
        return new RenderedDerivative(
            marked.WebpsaveBuffer(q: Quality, keep: packet is null ? Enums.ForeignKeep.None : Enums.ForeignKeep.Xmp),
            ColorOf(small),
            ImageHeader.Describe(reference.Format, header));
    }

    private static string ColorOf(Image image)
    {
        using var rgb = image.Colourspace(Enums.Interpretation.Srgb);
        using var opaque = rgb.HasAlpha() ? rgb.Flatten(background: s_white) : rgb.Copy();
        using var bytes = opaque.Cast(Enums.BandFormat.Uchar);
        return DominantColor.Of(bytes.WriteToMemory<byte>());
    }
}
